"""Weak passwords. Seen: eight characters were enough, "password1" and the person's own name too.

Refused: fewer than 10 characters (12 for the platform's staff), the 10,000 commonest, and what is
made of words of the site, the park or the person; wherever a password is set.
"""

from __future__ import annotations

import time

import pytest
from flask import g
from flask_security import hash_password
from flask_security.proxies import _security

from accounts import passwords
from core.database import db
from models import Invitation, InvitationStatus, Mail, ParkEnterprise, User
from tests.support.application import rows
from tests.support.cast import PASSWORD
from workflows.invitation.tokens import add_token

NANO = "91110000600037341L"
SHORT = "needs at least 10 characters"
COMMON = "among those that are tried first"
OWN = "made of words of this site or of you"
ROW = "follows a row of the keyboard"
# a password and what is said of it, of Wang Xiaoming at Acme Tech
WEAK = [
    ("kq7-vbz2!", SHORT),
    ("password123", COMMON),
    ("1qaz2wsx3edc", COMMON),
    ("QWERTYUIOP", COMMON),
    ("ｐａｓｓｗｏｒｄ１２３", COMMON),  # in full-width letters
    ("supermarket-2026", OWN),
    ("Suzhou-Park-2026", OWN),
    ("qiyefuwuchaoshi8", OWN),
    ("企业服务超市企业服务超市", OWN),
    ("wangxiaoming88", OWN),
    ("王小明王小明王小明王", OWN),
    ("acme-tech-2026", OWN),
    ("13812345678a", OWN),
    ("asdfghjkl;'qw", ROW),
    ("abcdefghijkl", ROW),
]


@pytest.fixture
def english(client, cast):
    client.post("/language", data={"locale": "en"})
    return client


def fill_in(**changes) -> dict[str, str]:
    return {
        "kind": "ordinary",
        "name": "王小明",
        "email": "wang.xiaoming@acme-tech.example",
        "phone": "13812345678",
        "password": PASSWORD,
        "password_confirm": PASSWORD,
        "consent": "y",
    } | changes


def stored() -> list[User]:
    return rows(db.select(User).where(User.email.contains("acme-tech")))


@pytest.mark.parametrize(("weak", "why"), WEAK)
def test_registration_refuses_it_and_says_what_to_do(english, weak, why):
    answer = english.post("/register", data=fill_in(password=weak, password_confirm=weak))
    assert why in answer.text
    assert weak not in answer.text
    assert stored() == []


@pytest.mark.parametrize("good", [PASSWORD, "mountain-lion-7-kettle", "山高月小水落石出七月既望"])
def test_registration_takes_a_good_one(english, good):
    assert (
        english.post("/register", data=fill_in(password=good, password_confirm=good)).location
        == "/login"
    )
    assert len(stored()) == 1


def test_the_enterprises_own_words_are_no_password(english):
    db.session.add(ParkEnterprise(name="Nanowerk 锦天城 Ltd", credit_code=NANO))
    db.session.commit()
    data = fill_in(kind="enterprise", credit_code=NANO, enterprise_name="Nanowerk 锦天城 Ltd")
    for weak in (NANO, "nanowerk-2026-ltd", "jintiancheng2026"):
        answer = english.post("/register", data=data | {"password": weak, "password_confirm": weak})
        assert OWN in answer.text, weak
    assert stored() == []


@pytest.fixture
def ann(cast, english) -> User:
    user = cast.ann
    user.password = hash_password(PASSWORD)
    db.session.commit()
    return user


def change(client, new: str) -> str:
    g.pop("_login_user", None)
    data = {"password": PASSWORD, "new_password": new, "new_password_confirm": new}
    return client.post("/change", data=data, follow_redirects=True).text


def enter(client, email: str) -> None:
    g.pop("_login_user", None)
    client.post("/login", data={"email": email, "password": PASSWORD})
    g.pop("_login_user", None)


def test_changing_and_resetting_hold_the_same_rule(english, ann):
    enter(english, "ann@example.com")
    assert SHORT in change(english, "kq7-vbz2!")
    assert COMMON in change(english, "password123")
    assert OWN in change(english, "Acme-91320594MA1MXXXX1X")  # her enterprise and its code
    english.post("/logout")
    english.post("/reset", data={"email": "ann@example.com"})
    (mail,) = rows(db.select(Mail).filter_by(template="reset_password"))
    for weak, why in (("kq7-vbz2!", SHORT), ("password123", COMMON), ("acme-acme-acme", OWN)):
        answer = english.post(mail.link, data={"password": weak, "password_confirm": weak})
        assert why in answer.text, weak


def test_staff_need_twelve(english, cast):
    cast.vera.password = hash_password(PASSWORD)
    db.session.commit()
    enter(english, "vera@example.com")
    assert "At least 12 characters" in english.get("/change").text
    assert "needs at least 12 characters; this one has 11" in change(english, "kq7-vbz2!ou")
    assert "Your password is changed" in change(english, "kq7-vbz2!oum")


def test_the_command_makes_no_administrator_with_a_weak_one(app, chinese):
    run = app.test_cli_runner().invoke
    arguments = ["admin", "create", "chief@acme-tech.example", "--name", "Wang Xiaoming"]
    for weak, why in (
        ("kq7-vbz2!ou", "12"),
        ("wangxiaoming2026", "无关的词"),
        ("1q2w3e4r5t6y", "最常见的密码"),
    ):
        result = run(args=[*arguments, "--password-stdin"], input=weak)
        assert result.exit_code == 1
        assert why in result.output
    assert stored() == []


def test_an_invitations_registration_holds_it_too(english, cast):
    invitation = add_token(
        Invitation(
            institution_id=cast.bridge.id,
            email="wang.xiaoming@acme-tech.example",
            status=InvitationStatus.SENT,
        )
    )
    token = invitation.token
    db.session.add(invitation)
    db.session.commit()
    for weak, why in (("kq7-vbz2!", SHORT), ("wangxiaoming88", OWN)):
        data = fill_in(password=weak, password_confirm=weak)
        answer = english.post(f"/invitations/{token}/register", data=data)
        assert why in answer.text
        assert weak not in answer.text
    assert stored() == []


def test_what_the_hasher_and_zxcvbn_read_is_bounded(english, monkeypatch):
    read = []
    real = passwords._weigh
    monkeypatch.setattr(
        passwords, "_weigh", lambda text, words: read.append(text) or real(text, words)
    )
    for long in ("password" * 16, "x" * 129, "x" * 500_000):
        began = time.thread_time()
        english.post("/register", data=fill_in(password=long, password_confirm=long))
        assert time.thread_time() - began < 2
    assert {len(text) for text in read} == {32}
    assert stored() == []
    english.post("/login", data={"email": "ann@example.com", "password": "x" * 500_000})


def test_a_long_one_is_good_where_either_end_is(english):
    assert passwords.weakness("a" * 60, []) is not None
    assert passwords.weakness("a" * 60 + " mountain kettle lion seven", []) is None


def test_every_reason_stands_in_chinese(app, chinese):
    with app.test_request_context("/", headers={"Accept-Language": "zh"}):
        for weak, _why in WEAK:
            problems, _plain = _security.password_util.validate(
                weak,
                True,
                name="王小明",
                email="wang.xiaoming@acme-tech.example",
                phone="13812345678",
            )
            assert problems
            assert not any(letter.isascii() and letter.isalpha() for letter in problems[0])
        long, _plain = _security.password_util.validate("x" * 129, True)
        assert long == ["密码最多 128 个字符，请缩短。"]
