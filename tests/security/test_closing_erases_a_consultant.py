"""Seen: closing an account left a consultant's name, address, mobile, photograph, certificate
number and scan, and the institution went on reading them."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

import uploads
from core.clock import now
from core.database import db
from models import (
    Affiliation,
    AffiliationStatus,
    Attachment,
    AttachmentKind,
    Consultant,
    Event,
    EventName,
    Qualification,
    SearchEntry,
    SignIn,
)
from tests.support.application import forget, rows, sign_in
from tests.support.applying import PDF
from tests.support.cast import Cast
from uploads import storage
from workflows import engine
from workflows.audit import sealing, verification
from workflows.person import closing

TRACES = ("Lin", "lin@example.com", "13911112222", "ZS-2026-77", "Twenty years of leases")


@pytest.fixture
def left(cast: Cast) -> Cast:
    """Lin has left Bridge, with a profile, a certificate, its scan, and a past on record."""
    profile = db.session.scalars(sa.select(Consultant).filter_by(user_id=cast.lin.id)).one()
    engine.edit(profile, cast.lin, {"mobile": "13911112222", "introduction": TRACES[4]})
    certificate = Qualification(consultant_id=profile.id, name="Licence", number="ZS-2026-77")
    db.session.add(certificate)
    db.session.flush()
    for owner, kind in (
        (profile, AttachmentKind.PHOTO), (certificate, AttachmentKind.QUALIFICATION),
    ):  # fmt: skip
        uploads.attach(owner, kind, uploads.check(PDF, "licence.pdf"), cast.lin)
    engine.note(
        profile, EventName.EDITED, cast.lin, changes={"qualifications": [[], ["ZS-2026-77"]]}
    )
    link = cast.lins_link
    engine.perform(Affiliation, "leave", [link.id], cast.lin, reason="Lin moves to Shanghai")
    db.session.add(SignIn(user_id=cast.lin.id, key="k", at=now(), address="203.0.113.0/24"))
    db.session.commit()
    assert db.session.get_one(Affiliation, link.id).status is AffiliationStatus.UNLINKED
    return cast


def test_nothing_of_the_person_is_left(client: FlaskClient, left: Cast) -> None:
    profile = rows(sa.select(Consultant).filter_by(user_id=left.lin.id))[0].id
    keys = rows(
        sa.select(Attachment.storage_key).where(
            Attachment.kind.in_((AttachmentKind.PHOTO, AttachmentKind.QUALIFICATION))
        )
    )
    sealing.seal(now())
    closing.close(left.lin, "r")
    for key in keys:
        storage.open(key).close()  # still there: nothing is committed
    db.session.commit()
    row = rows(sa.select(Consultant).where(Consultant.id == profile))[0]
    assert (row.name, row.email, row.mobile, row.introduction) == ("***",) * 4
    assert (row.publishes_email, row.publishes_mobile, row.consented_at) == (False, False, None)
    assert rows(sa.select(Qualification)) == []
    assert len(keys) == 2
    for key in keys:
        with pytest.raises(FileNotFoundError):
            storage.open(key)
    said = " ".join(
        json.dumps([event.reason, event.changes], ensure_ascii=False)
        for event in rows(sa.select(Event).where(Event.subject_type != "institution"))
    )
    found = " ".join(f"{entry.title} {entry.text}" for entry in rows(sa.select(SearchEntry)))
    for trace in TRACES[1:]:
        assert trace not in said, trace
        assert trace.lower() not in found, trace
    assert verification.verify().findings == []  # erased, and the chain of hashes holds


def test_the_institution_reads_nothing_more(client: FlaskClient, left: Cast) -> None:
    profile = rows(sa.select(Consultant).filter_by(user_id=left.lin.id))[0].id
    scans = rows(sa.select(Attachment.id).where(Attachment.qualification_id.is_not(None)))
    link = left.lins_link.id
    closing.close(left.lin, "r")
    db.session.commit()
    for name, office in (("bella", "workbench/consultant"), ("root", "admin/affiliation")):
        sign_in(client, getattr(left, name))
        for path in (f"/{office}/", f"/{office}/details/?id={link}"):
            page = client.get(path).text
            for trace in TRACES[1:]:
                assert trace not in page, (path, trace)
        for scan in scans:
            assert client.get(f"/attachments/{scan}").status_code == 404
    forget()
    assert client.get(f"/consultants/{profile}").status_code == 404
    assert client.get(f"/consultants/{profile}/photo").status_code == 404


def test_what_an_institution_noted_of_the_person_goes_too(left: Cast) -> None:
    note = Consultant(name="Lin of old", email="lin@example.com", mobile="13933334444")
    engine.create(note, "note", left.rita)
    db.session.commit()
    closing.close(left.lin, "r")
    db.session.commit()
    kept = rows(sa.select(Consultant).where(Consultant.id == note.id))[0]
    assert (kept.name, kept.email, kept.mobile) == ("***", "***", "***")


def test_the_security_log_stays_as_long_as_the_law_asks(left: Cast) -> None:
    closing.close(left.lin, "r")
    db.session.commit()
    (kept,) = rows(sa.select(SignIn).where(SignIn.user_id == left.lin.id))
    assert kept.ended_at is not None


def test_the_export_holds_all_of_it_and_no_secret(client: FlaskClient, left: Cast) -> None:
    sign_in(client, left.lin)
    found = json.loads(client.get("/account/data").text)
    assert found["consultant"][0]["mobile"] == "13911112222"
    assert found["qualifications"][0]["number"] == "ZS-2026-77"
    assert found["sign_ins"][0]["address"] == "203.0.113.0/24"
    assert "key" not in found["sign_ins"][0]
    assert "password" not in found["account"]
    assert {event["name"] for event in found["journal"]} >= {"edit", "leave"}
    answer = client.get("/account/data?files=1")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        names = archive.namelist()
        assert json.loads(archive.read("data.json"))["account"]["email"] == "lin@example.com"
    assert sum(name.endswith("licence.pdf") for name in names) == 2
    exported = rows(sa.select(Event).filter_by(name="export"))
    assert [event.actor_id for event in exported] == [left.lin.id] * 2
