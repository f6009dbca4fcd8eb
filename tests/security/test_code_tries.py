"""Guessing the code of a second factor: a million codes, a minute each. Ten wrong ones end the
tries of ten minutes, in whatever session, and the right password does not give them back.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask_security import hash_password

from core import clock
from core.database import db
from tests.support.application import sign_in
from tests.support.cast import PASSWORD
from tests.support.limits import ELSEWHERE, HERE, in_force
from tests.support.second_factor import browser, code_of, set_up_app


@pytest.fixture
def key(app, cast) -> str:
    """Ann has a password and an authenticator app; this is its secret."""
    cast.ann.password = hash_password(PASSWORD)
    db.session.commit()
    secret: str = set_up_app(sign_in(browser(app), cast.ann))
    return secret


def half_in(app, place: str):
    """Return a browser whose person gave the right password."""
    visitor = browser(app)
    answer = visitor.post(
        "/login",
        data={"email": "ann@example.com", "password": PASSWORD},
        environ_base={"REMOTE_ADDR": place},
    )
    assert answer.location.startswith("/tf-validate")
    return visitor


def enter(visitor, code: str, place: str) -> int:
    answer = visitor.post("/tf-validate", data={"code": code}, environ_base={"REMOTE_ADDR": place})
    status: int = answer.status_code
    return status


def test_ten_wrong_codes_and_no_more_in_whatever_session(app, key):
    with clock.frozen(clock.now() + timedelta(seconds=90)), in_force():
        first = half_in(app, HERE)
        assert [enter(first, f"{n:06}", HERE) for n in range(6)] == [200] * 6
        second = half_in(app, HERE)
        assert [enter(second, f"{n:06}", HERE) for n in range(6, 12)] == [200] * 4 + [429] * 2
        assert enter(half_in(app, HERE), code_of(key), HERE) == 429
        assert enter(half_in(app, ELSEWHERE), code_of(key), ELSEWHERE) == 302


def test_right_codes_are_no_tries(app, key):
    at = clock.now()
    with in_force():
        for n in range(1, 13):
            with clock.frozen(at + timedelta(seconds=90 * n)):
                assert enter(half_in(app, HERE), code_of(key), HERE) == 302
