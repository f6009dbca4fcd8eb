"""What somebody may send who means no good, or whose browser is odd: answers, never a 500."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from admin_views.base import Printer
from clock import now
from database import db
from models import (
    DemandStatus,
    Event,
    Institution,
    InstitutionStatus,
    Membership,
    MembershipRole,
)
from tests.cast import Cast
from tests.demand_support import at_state, post_demand
from tests.support import rows, sign_in
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
