"""Whether an address has an account, by the clock. Hashing takes the time: whatever is asked, and
whoever is there, one password is hashed or compared, once.
"""

from __future__ import annotations

import pytest
from flask_security import hash_password

from core.database import db
from models import User
from tests.support.application import rows
from tests.support.cast import PASSWORD
from tests.support.limits import in_force

NEW = "quiet-marble-otter-51"


class Counting:
    """A password hasher that counts what takes time."""

    def __init__(self, context) -> None:
        self.context, self.costly = context, 0

    def __getattr__(self, name: str):
        self.costly += name in ("hash", "verify")
        return getattr(self.context, name)


@pytest.fixture
def spent(app, client, cast, monkeypatch):
    """A function: what a post costs."""
    client.post("/language", data={"locale": "en"})
    for user in rows(db.select(User)):
        user.password = hash_password(PASSWORD)
    cast.otto.password = None  # made by single sign-on
    cast.bob.active = False
    cast.lin.confirmed_at = None
    db.session.commit()
    outer = app.extensions["security"].pwd_context

    def post(url: str, **data: str) -> tuple[int, int]:
        counting = Counting(outer.context)
        with monkeypatch.context() as patch:
            patch.setattr(outer, "context", counting)
            answer = app.test_client().post(url, data=data)
        return answer.status_code, counting.costly

    return post


WHO = ("ann", "eve", "otto", "bob", "lin")  # known, unknown, no password, disabled, unconfirmed


@pytest.mark.parametrize("name", WHO)
def test_signing_in_with_a_wrong_password(spent, name):
    email = f"{name}@example.com"
    assert spent("/login", email=email, password="not it at all") == (200, 1)


@pytest.mark.parametrize("name", WHO)
def test_asking_for_a_new_password(spent, name):
    assert spent("/reset", email=f"{name}@example.com") == (200, 1)


@pytest.mark.parametrize("name", WHO)
def test_registering(spent, name):
    data = {"email": f"{name}@example.com", "name": "N", "consent": "y"}
    assert spent("/register", password=NEW, password_confirm=NEW, **data) == (302, 1)


@pytest.mark.parametrize("name", WHO)
def test_the_limit_costs_nothing_and_comes_for_all_alike(spent, name):
    email = f"{name}@example.com"
    with in_force():
        answers = [spent("/login", email=email, password=f"not it {n}") for n in range(12)]
    assert answers == [(200, 1)] * 10 + [(429, 0)] * 2
