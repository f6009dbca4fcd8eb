"""Who is not verified for their enterprise is marked wherever an institution meets them.

Seen: the page of a demand said it, the lists and the mail that told of it did not.
"""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

import outbox
from core.clock import now
from core.database import db
from models import Enquiry, EnterpriseMembership, Mail
from tests.support.application import rows, sign_in
from tests.support.applying import english
from tests.support.cast import Cast
from tests.support.demands import post_demand
from workflows import engine

MARK = '<span class="badge badge-warning">not verified</span>'
WORDS = "the platform does not know yet whether this person may speak for the enterprise"
LISTS = (
    ("/workbench/demand/", "bella"),
    ("/workbench/enquiries/", "bella"),
    ("/admin/demand/", "root"),
    ("/admin/enquiry/?status=shortlisted", "root"),
)
MAILS = ("demand_new", "enquiry_waiting", "enquiry_for_you")


@pytest.fixture(params=[False, True], ids=["unverified", "verified"])
def verified(cast: Cast, request: pytest.FixtureRequest) -> bool:
    """Whether Ann is verified for Acme, for which she asks Bridge, and whom to ask."""
    if not request.param:
        (row,) = rows(sa.select(EnterpriseMembership).filter_by(user_id=cast.ann.id))
        row.verified_at = row.verified_how = None
        db.session.commit()
    post_demand(cast)
    enquiry = Enquiry(
        form_key=str(uuid.uuid4()), poster_id=cast.ann.id, enterprise_id=cast.acme.id,
        category_id=cast.law.id, title="Patents", description="Four.", contact_name="Ann",
        contact_phone="13844445555", contact_email="ann@example.com", consented_at=now(),
    )  # fmt: skip
    engine.create(enquiry, "post", cast.ann)
    for verb, actor, answers in (
        ("shortlist", cast.root, {"institution_ids": [cast.bridge.id]}),
        ("let_answer", cast.ann, {}),
    ):
        assert engine.perform(Enquiry, verb, [enquiry.id], actor, **answers).done
    db.session.commit()
    return request.param


def test_the_lists_mark_them(client: FlaskClient, cast: Cast, verified: bool) -> None:
    for path, reader in LISTS:
        english(client, getattr(cast, reader))
        page = client.get(path).text
        assert "Patents" in page or "A contract" in page
        assert (MARK in page) is not verified, path


def test_the_mails_say_it(client: FlaskClient, cast: Cast, verified: bool) -> None:
    for template in MAILS:
        mails = rows(sa.select(Mail).filter_by(template=template))
        assert mails, template
        for mail in mails:
            mail.locale = "en"
            text = " ".join(outbox.render(mail).text.split())
            assert (WORDS in text) is not verified, template


def test_it_is_asked_once_for_a_whole_list(client: FlaskClient, cast: Cast, verified: bool) -> None:
    sign_in(client, cast.bella)
    client.get("/workbench/demand/")
    few = statements(client)
    for _ in range(5):
        post_demand(cast)
    db.session.commit()
    assert statements(client) == few


def statements(client: FlaskClient) -> int:
    db.session.remove()
    found: list[str] = []

    def note(*executed: object) -> None:
        found.append(str(executed[2]))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert client.get("/workbench/demand/").status_code == 200
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    return len(found)
