"""Old passwords. Seen: whoever had eight characters kept them for ever, and took them along into a
role of the platform.
"""

from __future__ import annotations

import pytest
from flask import g
from flask_security import hash_password

from core.database import db

SHORT, ELEVEN, NEW = "kq7-vbz2", "kq7-vbz2!ou", "quiet-marble-otter-51"


@pytest.fixture
def entered(client, cast):
    """A function: sign somebody in who has this password."""
    client.post("/language", data={"locale": "en"})

    def enter(name: str, password: str):
        getattr(cast, name).password = hash_password(password)
        db.session.commit()
        client.post("/login", data={"email": f"{name}@example.com", "password": password})
        return client

    return enter


def see(client, path: str):
    g.pop("_login_user", None)
    return client.get(path)


def test_staff_change_it_before_anything_else(entered):
    client = entered("vera", ELEVEN)
    for path in ("/admin/", "/admin/demand/", "/account/profile"):
        assert see(client, path).location == "/change"
    page = see(client, "/change")
    assert "shorter than the 12 characters that are asked for now" in page.text
    g.pop("_login_user", None)
    data = {"password": ELEVEN, "new_password": NEW, "new_password_confirm": NEW}
    assert client.post("/change", data=data).status_code == 302
    assert see(client, "/admin/").status_code == 200


def test_others_are_told(entered):
    client = entered("otto", SHORT)
    page = see(client, "/account/profile")
    assert page.status_code == 200
    assert "shorter than the 10 characters" in page.text


def test_nobody_is_bothered_whose_password_is_long_enough(entered):
    client = entered("otto", "kq7-vbz2!o")
    assert "shorter than" not in see(client, "/account/profile").text
    client.post("/logout")
    assert see(entered("vera", "kq7-vbz2!oum"), "/admin/").status_code == 200
