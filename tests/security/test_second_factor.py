"""A password alone opens nothing for who has a second factor; on the old commit there was none.

Authenticator app: the code of now, once; recovery codes: each once, kept as hashes; what changes a
factor ends the other sessions, is mailed and stands on record.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from flask_security import hash_password

from accounts.authenticator import Authenticator, keys
from core import clock
from core.database import db
from models import Event, Mail, SignIn, User
from tests.support.application import rows, settings_of, sign_in
from tests.support.cast import PASSWORD
from tests.support.second_factor import Browser, SecurityKey, browser, code_of, set_up_app


@pytest.fixture
def client(app) -> Browser:
    return browser(app)


@pytest.fixture
def ann(cast) -> User:
    user = cast.ann
    user.password = hash_password(PASSWORD)
    db.session.commit()
    return user


def later(seconds: int):
    return clock.frozen(clock.now() + timedelta(seconds=seconds))


def password(client: FlaskClient, **more: str):
    return client.post("/login", data={"email": "ann@example.com", "password": PASSWORD, **more})


def inside(client: FlaskClient) -> bool:
    return client.get("/account/security").status_code == 200


def names(user: User) -> list[str]:
    query = sa.select(Event).where(Event.subject_type == "user", Event.subject_id == user.id)
    found = [event.name for event in rows(query.order_by(Event.id))]
    return [name for name in found if "factor" in name or "code" in name]


def mails() -> list[str]:
    return [mail.template for mail in rows(sa.select(Mail).order_by(Mail.id))]


def test_after_the_password_the_code_of_now_is_asked_for(app, client, ann):
    key = set_up_app(sign_in(client, ann))
    visitor = browser(app)
    with later(60):
        assert password(visitor, next="/account/favourites").location.startswith("/tf-validate")
        assert not inside(visitor)
        wrong = visitor.post("/tf-validate", data={"code": "000000"})
        assert wrong.status_code == 200
        assert not inside(visitor)
        right = visitor.post("/tf-validate?next=/account/favourites", data={"code": code_of(key)})
        assert right.location == "/account/favourites"
        assert inside(visitor)


def test_a_code_is_taken_once(app, client, ann):
    key = set_up_app(sign_in(client, ann))
    with later(60):
        code = code_of(key)
        first, second = browser(app), browser(app)
        for visitor in (first, second):
            password(visitor)
        assert first.post("/tf-validate", data={"code": code}).status_code == 302
        assert second.post("/tf-validate", data={"code": code}).status_code == 200
        assert not inside(second)
        assert second.post("/tf-validate", data={"code": code_of(key, -30)}).status_code == 200


def test_a_code_of_two_minutes_ago_is_wrong(app, client, ann):
    key = set_up_app(sign_in(client, ann))
    with later(300):
        visitor = browser(app)
        password(visitor)
        assert visitor.post("/tf-validate", data={"code": code_of(key, -120)}).status_code == 200


def test_a_wrong_first_code_asks_again_for_the_same_secret(client, ann):
    page = sign_in(client, ann).post("/tf-setup", data={"setup": "authenticator"}).text
    action = page.split('action="/tf-setup/')[1].split('"')[0]
    key = page.split('<code class="key">')[1].split("<")[0]
    again = client.post(f"/tf-setup/{action}", data={"code": "000000"})
    assert again.status_code == 200
    assert f'<code class="key">{key}<' in again.text
    assert 'class="notice notice-danger"' in again.text
    answer = client.post(f"/tf-setup/{action}", data={"code": code_of(key.replace("-", ""))})
    assert answer.location == "/account/security"


def test_the_database_holds_neither_secret_nor_codes(client, ann):
    key = set_up_app(sign_in(client, ann))
    page = client.post("/mf-recovery-codes", data={"generate_new_codes": "1"}).text
    db.session.refresh(ann, ["tf_totp_secret", "mf_recovery_codes"])
    codes = [part.split("<")[0] for part in page.split("<li><code>")[1:]]
    assert len(set(codes)) == 10
    assert key not in ann.tf_totp_secret
    assert all(kept.startswith("$argon2id$") for kept in ann.mf_recovery_codes)
    assert len(ann.mf_recovery_codes) == 10


def test_a_recovery_code_opens_once_and_its_owner_is_told(app, client, ann):
    set_up_app(sign_in(client, ann))
    page = client.post("/mf-recovery-codes", data={"generate_new_codes": "1"}).text
    code = page.split("<li><code>")[1].split("<")[0]
    visitor = browser(app)
    password(visitor)
    assert visitor.post("/mf-recovery", data={"code": "0000-0000-0000"}).status_code == 200
    assert (
        visitor.post("/mf-recovery", data={"code": code.upper().replace("-", " ")}).status_code
        == 302
    )
    assert inside(visitor)
    another = browser(app)
    password(another)
    assert another.post("/mf-recovery", data={"code": code}).status_code == 200
    assert not inside(another)
    assert names(ann)[-3:] == ["add_factor", "make_codes", "use_code"]
    assert mails()[-3:] == ["factor_added", "recovery_codes_made", "recovery_code_used"]
    db.session.refresh(ann, ["mf_recovery_codes"])
    assert len(ann.mf_recovery_codes) == 9


def test_who_lost_all_of_several_factors_takes_a_recovery_code(app, client, ann):
    """Seen: the link on the page that asks which of them led back to the password."""
    set_up_app(sign_in(client, ann))
    SecurityKey().register(client)
    page = client.post("/mf-recovery-codes", data={"generate_new_codes": "1"}).text
    code = page.split("<li><code>")[1].split("<")[0]
    visitor = browser(app)
    assert browser(app).get("/mf-recovery").status_code == 302  # without a password
    assert password(visitor).location.startswith("/tf-select")
    assert 'href="/mf-recovery' in visitor.get("/tf-select").text
    assert visitor.get("/mf-recovery").status_code == 200
    assert not inside(visitor)
    assert visitor.post("/mf-recovery", data={"code": code}).status_code == 302
    assert inside(visitor)


def test_setting_up_and_removing_end_the_other_sessions(app, client, ann):
    elsewhere = browser(app)
    password(elsewhere)
    password(client)
    assert inside(elsewhere)
    set_up_app(client)
    assert not inside(elsewhere)
    assert inside(client)
    with later(60):
        client.post("/tf-setup", data={"setup": "disable"})
    assert inside(client)
    assert names(ann)[-2:] == ["add_factor", "remove_factor"]
    assert mails()[-2:] == ["factor_added", "factor_removed"]
    db.session.expire_all()
    assert (ann.tf_primary_method, ann.tf_totp_secret, ann.second_factor_at) == (None, None, None)
    open_rows = rows(sa.select(SignIn).where(SignIn.user_id == ann.id, SignIn.ended_at.is_(None)))
    assert len(open_rows) == 1


def test_a_remembered_browser_gives_the_code_as_well(app, client, ann):
    key = set_up_app(sign_in(client, ann))
    visitor = browser(app)
    with later(60):
        password(visitor, remember="y")
        assert visitor.get_cookie("remember_token") is None
        visitor.post("/tf-validate", data={"code": code_of(key)})
        assert visitor.get_cookie("tf_validity") is None
        visitor.post("/logout")
    with later(120):
        assert password(visitor).location.startswith("/tf-validate")


def test_the_page_of_lost_devices_of_the_library_is_closed(client, ann):
    assert client.get("/tf-rescue").status_code == 404
    assert client.post("/tf-rescue", data={"help_setup": "help"}).status_code == 404


def test_the_file_of_codes_holds_codes_and_nothing_else(client, ann):
    sign_in(client, ann)
    sent = {"codes": "0123-4567-89ab cdef-0123-4567"}
    answer = client.post("/account/security/codes", data=sent)
    assert answer.text == "0123-4567-89ab\ncdef-0123-4567\n"
    assert answer.headers["Content-Disposition"] == "attachment; filename=recovery-codes.txt"
    for odd in ("", "<script>", "0123-4567-89ab <b>"):
        assert client.post("/account/security/codes", data={"codes": odd}).status_code == 400


def test_a_wrong_code_is_on_record(app, client, ann):
    set_up_app(sign_in(client, ann))
    visitor = browser(app)
    password(visitor)
    visitor.post("/tf-validate", data={"code": "000000"})
    visitor.post("/mf-recovery", data={"code": "0000-0000-0000"})
    failed = rows(sa.select(Event).where(Event.name == "sign_in_failed"))
    assert [event.changes["failed"] for event in failed] == ["factor", "factor"]


def test_the_secret_key_may_change_without_anybody_losing_the_app(app, ann, tmp_path):
    """Encrypted with the former key, read with both, and encrypted anew by a command."""
    former, present = "f" * 40, "p" * 40
    old = Authenticator(keys(settings_of(tmp_path, secret_key=former)), "Supermarket")
    both = settings_of(tmp_path, secret_key=present, former_secret_keys=f" {former}, ")
    new = Authenticator(keys(both), "Supermarket")
    alone = Authenticator(keys(settings_of(tmp_path, secret_key=present)), "Supermarket")
    stored = old.generate_totp_secret()
    assert new.get_totp_b32_key(stored) == old.get_totp_b32_key(stored)
    renewed = new.renewed(stored)
    assert alone.get_totp_b32_key(renewed) == old.get_totp_b32_key(stored)
    assert alone.renewed(renewed) is None
    with pytest.raises(KeyError):
        alone.get_totp_b32_key(stored)


def test_the_command_leaves_what_is_encrypted_with_the_present_key(app, client, ann):
    set_up_app(sign_in(client, ann))
    answer = app.test_cli_runner().invoke(args=["admin", "renew-factors"])
    assert (answer.exit_code, answer.output) == (0, "0 renewed.\n")
