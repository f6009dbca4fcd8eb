"""Typed passwords printed back. Seen: registering an enterprise that the park's register does not
know answered with the password in the page, in two fields.
"""

from __future__ import annotations

import re

import pytest
from flask import g
from flask_security import hash_password

from core.database import db
from tests.support.cast import PASSWORD
from tests.support.paths import ROOT

TYPED = "quiet-marble-otter-51"


def test_an_enterprise_outside_the_park_types_its_password_again(client, cast):
    client.post("/language", data={"locale": "en"})
    data = {
        "kind": "enterprise",
        "credit_code": "A1320594MA1WC8LJ70",
        "enterprise_name": "Outside Works",
        "name": "Nina",
        "email": "nina@example.com",
        "password": TYPED,
        "password_confirm": TYPED,
        "consent": "y",
    }
    answer = client.post("/register", data=data)
    assert "The park&#39;s register has no enterprise" in answer.text
    assert "but for the password, which you give once more" in answer.text
    assert TYPED not in answer.text
    for kept in ("Outside Works", "Nina", "nina@example.com"):
        assert kept in answer.text
    # the button, without the password that the browser no longer has
    again = client.post(
        "/register", data=data | {"as_ordinary": "1", "password": "", "password_confirm": ""}
    )
    assert again.status_code == 200
    assert "nina@example.com" in again.text
    assert 'name="kind" value="ordinary"' in again.text
    done = client.post("/register", data=data | {"kind": "ordinary"})
    assert done.location == "/login"


@pytest.mark.parametrize(
    ("url", "fields"),
    [
        ("/login", ("password",)),
        ("/register", ("password", "password_confirm")),
        ("/change", ("password", "new_password", "new_password_confirm")),
        ("/account/close", ("password",)),
    ],
)
def test_no_form_prints_a_password(client, cast, url, fields):
    cast.ann.password = hash_password(PASSWORD)
    db.session.commit()
    if url in ("/change", "/account/close"):
        client.post("/login", data={"email": "ann@example.com", "password": PASSWORD})
        g.pop("_login_user", None)  # the requests of a test share it
    answer = client.post(url, data={"email": "ann@example.com"} | dict.fromkeys(fields, TYPED))
    assert answer.status_code == 200
    assert TYPED not in answer.text


def test_no_code_asks_for_it():
    for path in [*ROOT.glob("*/**/*.py"), *ROOT.glob("templates/**/*.html")]:
        if path.parts[len(ROOT.parts)] not in (".venv", "tests"):
            assert not re.search(r"hide_value\s*=\s*False", path.read_text(encoding="utf-8")), path
