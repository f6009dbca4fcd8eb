"""Reviewers are told what an accomplice leaves behind: who confirmed, from where, with what paper.

Seen: a deal confirmed by an invented first person with a contract of 14 bytes came with no caution.
"""

from __future__ import annotations

import zlib
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

import uploads
from core.clock import frozen
from core.database import db
from models import (
    AttachmentKind,
    Confirmation,
    EnterpriseMembership,
    Review,
    SignIn,
    VerifiedHow,
)
from tests.support.applying import english, see
from tests.support.transactions import MONDAY, apart, filed
from uploads.pdf import pages
from workflows import engine
from workflows.confirmation import answering
from workflows.transaction.cautions import warnings_of

EMPTY = b"%PDF-1.4\n%%EOF"  # 14 bytes


@pytest.fixture(autouse=True)
def today(app, cast):
    apart(cast)
    with frozen(MONDAY), force_locale("en"):
        yield


def told(row) -> dict[str, tuple[str, bool]]:
    return {one.kind: (str(one.words), one.grave) for one in warnings_of([row])[row.id]}


def confirmed(cast, row) -> None:
    asked = db.session.scalars(
        sa.select(Confirmation).where(Confirmation.transaction_id == row.id)
    ).one()
    assert answering.answer(asked, "confirm", cast.ann) is None


def membership(cast) -> EnterpriseMembership:
    return db.session.scalars(
        sa.select(EnterpriseMembership).where(EnterpriseMembership.user_id == cast.ann.id)
    ).one()


def test_a_new_first_person_who_confirms_is_named_with_day_and_proof(cast):
    held = membership(cast)
    held.status_at = MONDAY - timedelta(days=10)
    row = filed(cast)
    assert "speaker" not in told(row)  # nobody has answered
    confirmed(cast, row)
    words, grave = told(row)["speaker"]
    assert "first person of the enterprise" in words
    assert "by the business licence" in words
    assert "2026" in words
    assert grave

    held.status_at = MONDAY - timedelta(days=400)
    db.session.flush()
    assert "speaker" not in told(row)
    held.verified_how = VerifiedHow.BEFORE
    db.session.flush()
    words, grave = told(row)["speaker"]
    assert "acted for the enterprise before the rule" in words
    assert not grave
    held.verified_at = held.verified_how = None
    db.session.flush()
    assert told(row)["speaker"] == (
        "Confirmed by somebody who is not verified to speak for the enterprise now.",
        True,
    )


def signed_in(user, address: str, browser: str, days: int = 1) -> None:
    db.session.add(
        SignIn(
            user_id=user.id,
            key=f"{user.id}{address}{browser}{days}",
            address=address,
            browser=browser,
            at=MONDAY - timedelta(days=days),
        )
    )
    db.session.flush()


def test_both_sides_in_one_network_or_on_one_device(cast):
    row = filed(cast)
    signed_in(cast.ann, "127.0.0.0/24", "Firefox")
    signed_in(cast.stan, "127.0.0.0/24", "Firefox")
    signed_in(cast.ann, "198.51.100.0/24", "Firefox")
    signed_in(cast.rita, "198.51.100.0/24", "Firefox")  # of another institution
    signed_in(cast.stan, "198.51.100.0/24", "Chrome", days=400)
    assert "place" not in told(row)
    signed_in(cast.stan, "198.51.100.0/24", "Chrome")
    words, grave = told(row)["place"]
    assert words == "People of both sides signed in from one network: 198.51.100.0/24."
    assert not grave
    signed_in(cast.bella, "198.51.100.0/24", "Firefox")
    words, grave = told(row)["place"]
    assert "with the same browser" in words
    assert grave


def test_a_contract_without_a_page(cast):
    row = filed(cast)
    for file in uploads.files_of(row):
        uploads.remove(file)
    uploads.attach(row, AttachmentKind.CONTRACT, uploads.check(EMPTY, "合同.pdf"), cast.bella)
    assert told(row)["blank"] == ("“合同.pdf” has no page to read.", True)
    (kept,) = uploads.files_of(row)
    assert kept.pages == 0
    kept.pages = None  # of a migrated database: nobody counted
    db.session.flush()
    assert "blank" in told(row)
    kept.size = 80_000
    db.session.flush()
    assert "blank" not in told(row)


def test_pages_are_counted_where_they_stand_and_where_they_are_packed():
    assert pages(EMPTY) == 0
    assert pages(b"%PDF-1.4\n1 0 obj <</Type /Pages /Kids []>> endobj\n%%EOF") == 0
    assert pages(b"%PDF-1.4 <</Type/Page>> <</Type /Page/X 1>> %%EOF") == 2
    packed = zlib.compress(b"<</Type/Page>> <</Type/Pages>>")
    stream = b"<</Type /ObjStm /Filter /FlateDecode>>\nstream\n" + packed + b"\nendstream"
    assert pages(b"%PDF-1.5\n" + stream + b"\n%%EOF") == 1
    assert pages(b"%PDF-1.5 <</Encrypt 1 0 R>> %%EOF") is None
    bomb = zlib.compress(b" " * 30_000_000)
    stream = b"<</Type /ObjStm>>\nstream\n" + bomb + b"\nendstream"
    assert pages(b"%PDF-1.5\n" + stream) is None


def test_the_reviewer_of_a_review_reads_the_same(client, cast):
    row = filed(cast)
    confirmed(cast, row)
    engine.perform(type(row), "approve", [row.id], cast.vera)
    review = db.session.scalars(sa.select(Review.id).where(Review.side == "enterprise")).one()
    id = row.id
    db.session.commit()
    english(client, cast.vera)
    words = "first person of the enterprise"
    assert words in see(client, f"/admin/transaction/details/?id={id}").text
    assert words in see(client, f"/admin/review/details/?id={review}").text
