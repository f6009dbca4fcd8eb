"""What somebody may send who means no good, or whose browser is odd: answers, never a 500."""

from __future__ import annotations

import threading
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_views.base import Printer
from core.clock import now
from core.database import db
from models import (
    DemandStatus,
    Event,
    Institution,
    InstitutionStatus,
    Membership,
    MembershipRole,
)
from tests.support.application import rows, sign_in
from tests.support.cast import Cast
from tests.support.demands import at_state, post_demand
from workflows import engine

BEYOND = 2**70  # no integer of a database


@pytest.mark.parametrize(
    "path",
    [
        f"/institutions/{BEYOND}",
        f"/dev/mails/{BEYOND}",
        f"/dev/mails/{BEYOND}/html",
        f"/account/enterprise/{BEYOND}/remove",
        f"/account/demands/{BEYOND}",
        f"/account/notices/{BEYOND}",
        f"/attachments/{BEYOND}",
    ],
)
def test_a_number_beyond_every_key_is_nobodys(client, cast, path):
    sign_in(client, cast.ann)
    assert client.get(path).status_code == 404


def test_a_search_with_a_nul_finds_what_the_rest_says(pg_app: Flask):
    cast = Cast()
    demand = at_state(post_demand(cast), cast, DemandStatus.DECLINED)
    db.session.commit()
    client = sign_in(pg_app.test_client(), cast.ann)
    page = client.get(f"/account/demands/{demand.id}/send-on?q=Ri%00val")
    assert page.status_code == 200
    assert "Rival Tax" in page.text


def test_a_masked_cell_is_escaped(app):
    with app.test_request_context():
        assert Printer(["phone"]).cell("<b>1234<i>", "user.phone") == "&lt;b&gt;****4&lt;i&gt;"


def test_the_audit_masks_telephones_that_changed(client, cast):
    engine.edit(cast.ann, cast.ann, {"phone": "13911112222"})
    db.session.commit()
    event = rows(sa.select(Event).where(Event.name == "edit"))[0]
    page = sign_in(client, cast.audrey).get(f"/admin/event/details/?id={event.id}").text
    assert "138****5678 → 139****2222" in page
    assert "13911112222" not in page


def test_two_applications_of_one_person_approved_together_break_nothing(client, cast):
    twins = [
        Institution(
            status=InstitutionStatus.SUBMITTED,
            applicant_id=cast.otto.id,
            name=f"Twin {code}",
            credit_code=code,
            contact_email="twin@example.com",
            submitted_at=now(),
        )
        for code in ("31320000MD0000007X", "31320000MD0000008Y")
    ]
    db.session.add_all(twins)
    db.session.flush()
    owner, otto = MembershipRole.OWNER, cast.otto.id
    db.session.add_all(
        Membership(user_id=otto, institution_id=twin.id, role=owner) for twin in twins
    )
    db.session.commit()
    ids = ",".join(f"{twin.id}:{twin.version}" for twin in twins)
    answer = {"verb": "approve", "ids": ids, "association": "later", "answered": "1"}
    sent = sign_in(client, cast.root).post("/admin/application/ask/", data=answer)
    assert sent.status_code == 302
    waiting = sa.select(Institution).where(Institution.name.startswith("Twin"))
    assert {row.status for row in rows(waiting)} == {InstitutionStatus.SUBMITTED}


def test_pages_of_signing_in_are_kept_by_nobody(client):
    held = {part.strip() for part in client.get("/login").headers["Cache-Control"].split(",")}
    assert held == {"private", "no-store"}


def test_two_clicks_begin_one_application_on_postgresql(pg_app: Flask):
    otto = Cast().otto
    clients = [sign_in(pg_app.test_client(), otto) for _click in range(2)]
    key, gate = otto.id, threading.Barrier(2)
    db.session.remove()

    def click(client: FlaskClient) -> None:
        gate.wait()
        client.post("/certification/", data={"action": "save", "name": "Once", "version": ""})

    threads = [threading.Thread(target=click, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    mine = rows(sa.select(Institution).where(Institution.applicant_id == key))
    assert [row.name for row in mine] == ["Once"]


ODD = ("-1", str(BEYOND), "1\x00", "½", "[]", "中" * 999, "//evil.example", "\u2028%")
ADDRESSES = (
    "/compare?kind={}&id={}&id={}&id=1&id=1&id=1&id=1&id=1",
    "/institutions?page={}&stars={}&sort={}&park={}&member={}&category={}&after={}",
    "/products?kind={}&min={}&max={}&institution={}&sort={}&page={}",
    "/consultants?q={}&category={}&page={}",
    "/search?q={}&kind={}&page={}",
    "/search/suggest?q={}",
    "/ranking?who={}&category={}&page={}",
    "/demands/new?draft={}&institution={}&consultant={}&product={}",
    "/account/demands?state={}&page={}",
    "/account/reviews?page={}&stars={}&since={}&until={}",
    "/account/transactions?state={}&page={}",
    "/account/notices?page={}",
    "/invitations/{}",
    "/confirmations/{}",
    "/login?next={}",
)


@pytest.mark.postgres
def test_no_odd_address_is_an_error(pg_app: Flask):
    """PostgreSQL takes the least: no NUL, no number beyond its columns."""
    client = sign_in(pg_app.test_client(), Cast().ann)
    for address in ADDRESSES:
        for value in ODD:
            answer = client.get(address.replace("{}", quote(value)))
            assert answer.status_code < 500, (address, value)
            assert not answer.headers.get("Location", "").startswith("//"), (address, value)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/account/drafts/{}/discard", "ann"),
        ("/certification/{}/restart", "otto"),
        ("/certification/{}/withdraw", "otto"),
        ("/account/consultant/{}/step-back", "lin"),
        ("/account/favourites/product/{}", "ann"),
        ("/account/favourites/nothing/{}", "ann"),
    ],
)
@pytest.mark.parametrize("number", [424242, BEYOND])
def test_no_step_on_what_is_not_there(client, cast, path, name, number):
    sign_in(client, getattr(cast, name))
    assert client.post(path.format(number), data={"version": "½"}).status_code == 404


@pytest.mark.postgres
def test_a_form_of_odd_words_is_taken_or_shown_again(pg_app: Flask):
    cast, client = Cast(), pg_app.test_client()
    names = ("name", "credit_code", "contact_email", "contact_mobile", "founded", "staff_count",
             "website", "categories", "version", "action", "title", "category", "budget",
             "wanted_by", "form_key", "draft", "consent", "institution")  # fmt: skip
    for name, path in (("otto", "/certification/"), ("ann", "/demands/new")):
        sign_in(client, getattr(cast, name))
        for value in ODD:
            answer = client.post(path, data=dict.fromkeys(names, value))
            assert answer.status_code < 500, (path, value)
