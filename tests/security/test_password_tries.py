"""Guessing passwords. Seen: `demo。example` and full-width letters each got ten more tries and 13
reset mails; changing the password and closing the account were hardly limited; a right password
used up tries; a hundred tries from one network locked everybody there out.
"""

from __future__ import annotations

import pytest
from flask import g
from flask_security import hash_password

from core.database import db
from models import Mail, User
from tests.support.application import rows
from tests.support.cast import PASSWORD
from tests.support.limits import ELSEWHERE, HERE, enter, in_force, wrong


@pytest.fixture
def site(client, cast):
    """Everybody has a password, and the limits are in force."""
    client.post("/language", data={"locale": "en"})
    hashed = hash_password(PASSWORD)
    for user in rows(db.select(User)):
        user.password = hashed
    db.session.commit()
    with in_force():
        yield client


def test_ten_wrong_passwords_close_one_account_from_one_network(site):
    assert wrong(site, "ann@example.com", 11) == [200] * 10 + [429]
    assert enter(site, "ann@example.com").status_code == 429  # not even the right one
    assert enter(site, "ann@example.com", place=ELSEWHERE).status_code == 302
    assert enter(site, "bob@example.com").status_code == 302


def test_right_passwords_and_forms_with_errors_are_no_tries(site):
    assert [enter(site, "ann@example.com").status_code for _ in range(15)] == [302] * 15
    assert [enter(site, "ann@example.com", "").status_code for _ in range(15)] == [200] * 15
    assert wrong(site, "ann@example.com", 10) == [200] * 10
    assert wrong(site, "ann@example.com", 1) == [429]


@pytest.mark.parametrize(
    "spelling",
    [
        "ANN@example.com",
        " ann@example.com ",
        "ann@example。com",
        "ann@ｅｘａｍｐｌｅ．ｃｏｍ",
        "ａｎｎ＠example｡com",
        "ann@xn--fsqu00a.xn--0zwm56d",
        "ann@例子.测试",
    ],
)
def test_every_spelling_of_an_address_is_one_account(site, cast, spelling):
    if "xn--" in spelling or "例" in spelling:
        cast.ann.email = "ann@例子.测试"
        db.session.commit()
    assert enter(site, spelling).status_code == 302
    mine = cast.ann.email
    assert wrong(site, mine, 5) == [200] * 5
    assert wrong(site, spelling, 6) == [200] * 5 + [429]
    assert enter(site, mine).status_code == 429
    for typed in (mine, spelling) * 3:
        site.post("/reset", data={"email": typed}, environ_base={"REMOTE_ADDR": HERE})
    assert len(rows(db.select(Mail).filter_by(template="reset_password"))) <= 5


def test_an_ipv6_customer_is_one_network(site):
    codes = [
        enter(site, "ann@example.com", "not it", f"2001:db8:1:2::{n:x}").status_code
        for n in range(1, 12)
    ]
    assert codes == [200] * 10 + [429]
    assert enter(site, "ann@example.com", place="2001:db8:1:3::1").status_code == 302


def test_a_hundred_wrong_tries_of_a_company_lock_nobody_else_out(site):
    for n in range(10):
        assert wrong(site, f"nobody{n}@example.com", 10) == [200] * 10
    for name in ("ann", "bob", "otto", "bella"):
        assert enter(site, f"{name}@example.com").status_code == 302


def test_tries_without_number_lock_out_no_one_who_has_signed_in_there(site):
    assert enter(site, "ann@example.com").status_code == 302
    for n in range(30):
        wrong(site, f"nobody{n}@example.com", 10)
    assert wrong(site, "nobody99@example.com", 1) == [429]
    assert enter(site, "bob@example.com").status_code == 429  # nobody here knows bob
    assert enter(site, "ann@example.com").status_code == 302
    assert enter(site, "bob@example.com", place=ELSEWHERE).status_code == 302


def test_an_attack_from_many_networks_does_not_lock_the_owner_out(site):
    assert enter(site, "ann@example.com", place=HERE).status_code == 302
    for n in range(10):
        assert wrong(site, "ann@example.com", 10, f"192.0.2.{n}") == [200] * 10
    assert wrong(site, "ann@example.com", 1, "192.0.2.77") == [429]
    assert enter(site, "ann@example.com", place=HERE).status_code == 302


@pytest.mark.parametrize(
    ("url", "fields", "said"),
    [
        ("/change", {"new_password": "quiet-marble-51"}, "The password is not right."),
        ("/account/close", {"sure": "y"}, "This is not your password."),
    ],
)
def test_changing_and_closing_are_limited_like_signing_in(site, url, fields, said):
    def attempt(password: str = "not it at all"):
        g.pop("_login_user", None)
        data = {"password": password, "new_password_confirm": "quiet-marble-51", **fields}
        return site.post(url, data=data, environ_base={"REMOTE_ADDR": HERE})

    site.post(
        "/login",
        data={"email": "otto@example.com", "password": PASSWORD},
        environ_base={"REMOTE_ADDR": HERE},
    )
    for _ in range(5):
        answer = attempt()
        assert answer.status_code == 200
        assert said in answer.text
    assert wrong(site.application.test_client(), "otto@example.com", 5) == [200] * 5
    assert attempt(PASSWORD).status_code == 429
    assert rows(db.select(User).filter_by(email="otto@example.com", active=True))


def test_the_page_says_how_long_to_wait_and_keeps_the_address(site):
    wrong(site, "ann@example.com", 10)
    refused = enter(site, "ann@example.com", "quiet-marble-51")
    assert refused.status_code == 429
    seconds = int(refused.headers["Retry-After"])
    assert 590 <= seconds <= 602
    assert "Too many attempts. Wait 10 minutes, until " in refused.text
    assert 'value="ann@example.com"' in refused.text
    assert "quiet-marble-51" not in refused.text
    assert 'action="/login"' in refused.text
    assert site.get("/login").status_code == 200


def mails() -> list[Mail]:
    return rows(db.select(Mail).filter_by(template="sign_in_locked"))


def test_the_owner_is_mailed_once_in_their_language(site, cast):
    cast.ann.locale = "en"
    db.session.commit()
    wrong(site, "ann@example.com", 9)
    assert mails() == []
    wrong(site, "ann@example.com", 6)
    (mail,) = mails()
    assert (mail.recipient, mail.locale, mail.link) == ("ann@example.com", "en", "/reset")
    assert mail.context["network"] == HERE
    for n in range(5):  # and from five other networks in the same hour
        wrong(site, "ann@example.com", 10, f"192.0.2.{n}")
    assert len(mails()) == 1


def test_an_unknown_account_is_locked_alike_and_nobody_is_mailed(site):
    assert wrong(site, "eve@example.com", 11) == [200] * 10 + [429]
    assert mails() == []
