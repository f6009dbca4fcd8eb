"""Deals in every state, for tests. The two sides of the cast share nothing here."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

import uploads
from core import tokens
from core.clock import now
from core.database import db
from models import (
    AttachmentKind,
    Confirmation,
    Enterprise,
    Institution,
    Mail,
    Transaction,
    TransactionStatus,
    User,
)
from tests.support.applying import PDF
from tests.support.cast import Cast
from workflows import engine
from workflows.transaction import filing
from workflows.transaction.writing import write

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 10:00 in the park
DEAL: dict[str, Any] = {
    "title": "Legal adviser",
    "amount": Decimal("12000.00"),
    "signed_on": date(2026, 11, 20),
    "contract_number": "HT-2026-001",
}


def apart(cast: Cast) -> None:
    """Give the people of the cast telephones of their own: alike, both sides would be related."""
    for place, user in enumerate(db.session.scalars(sa.select(User).order_by(User.id))):
        user.phone = f"1350000{place:04d}"
    db.session.flush()


def drafted(cast: Cast, *, by: str = "bella", scan: bool = True, **values: Any) -> Transaction:
    """Return a draft of Bridge with Acme, whole unless `values` say otherwise; not committed."""
    actor = getattr(cast, by)
    institution = cast.rival if by == "rita" else cast.bridge
    row = filing.start(institution, actor)
    party = {
        "enterprise_id": cast.acme.id,
        "enterprise_name": cast.acme.name,
        "enterprise_code": cast.acme.credit_code,
    }
    write(row, actor, DEAL | party | {"category_id": cast.law.id} | values)
    if scan:
        uploads.attach(row, AttachmentKind.CONTRACT, uploads.check(PDF, "contract.pdf"), actor)
    db.session.flush()
    return row


def filed(cast: Cast, *, by: str = "bella", **values: Any) -> Transaction:
    """Return a deal that was filed; not committed."""
    row = drafted(cast, by=by, **values)
    refusal = filing.file(row, getattr(cast, by))
    assert refusal is None, refusal
    return row


def taken(row: Any, name: str, actor: Any, **answers: Any) -> None:
    """Take one step that must succeed."""
    outcome = engine.perform(type(row), name, [row.id], actor, **answers)
    assert outcome.done == [row.id], (name, outcome)


def refusal(row: Any, name: str, actor: Any, **answers: Any) -> str:
    """Take one step that must be refused; return why."""
    outcome = engine.perform(type(row), name, [row.id], actor, **answers)
    assert outcome.done == [], name
    return str(outcome.refused.get(row.id, "missing"))


def asked(row: Transaction) -> Confirmation:
    """Return the question about a deal, as it is now."""
    return db.session.scalars(
        sa.select(Confirmation)
        .where(Confirmation.transaction_id == row.id)
        .execution_options(unguarded=True, populate_existing=True)
    ).one()


def mailed_token(row: Transaction) -> str:
    """Return the token of the newest mail that asks about a deal."""
    link = db.session.scalars(
        sa.select(Mail.link)
        .where(Mail.template == "confirmation_asked")
        .order_by(Mail.id.desc())
        .execution_options(unguarded=True)
    ).first()
    assert link, "no mail"
    token = link.removeprefix("/confirmations/")
    assert asked(row).token_hash == tokens.hashed(token)
    return token


def filed_deal(
    institution: Institution, filer: User, enterprise: Enterprise, **values: Any
) -> Transaction:
    """Return a filed deal as a bare row, not added: for tests of who sees what."""
    return Transaction(
        **{
            "status": TransactionStatus.FILED,
            "form_key": str(uuid.uuid4()),
            "institution_id": institution.id,
            "filer_id": filer.id,
            "enterprise_id": enterprise.id,
            "enterprise_name": enterprise.name,
            "enterprise_code": enterprise.credit_code,
            "category_id": institution.categories[0].id,
            "title": "Legal adviser",
            "amount": Decimal("12000.00"),
            "signed_on": date(2026, 11, 20),
            "filed_at": now(),
        }
        | values
    )
