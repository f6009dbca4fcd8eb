"""A bulk step asks the database as often for 200 rows as for 2."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

import access
import ranking
from access import SYSTEM
from core.clock import now
from core.database import db
from models import (
    Activity,
    ActivityPart,
    ActivityRole,
    ActivitySource,
    ActivityStatus,
    Affiliation,
    AffiliationStatus,
    AssociationMembership,
    AssociationStatus,
    CatalogueItem,
    Consultant,
    ConsultantStatus,
    Demand,
    DemandStatus,
    Enterprise,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Event,
    FeaturedProduct,
    Institution,
    InstitutionStatus,
    Mail,
    Membership,
    MembershipRole,
    OfferStatus,
    PriceKind,
    ProductStatus,
    RegularOffer,
    Review,
    ReviewSide,
    ReviewStatus,
    Transaction,
    TransactionStatus,
    User,
)
from tests.support.cast import Cast, verified
from workflows import engine

FEW, MANY = 2, 50


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what is sent to the database; an INSERT of many rows is one."""
    sent: list[str] = []

    def remember(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", remember)
    try:
        yield sent
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", remember)


def add_all(rows: list[Any]) -> list[Any]:
    db.session.add_all(rows)
    db.session.flush()
    return rows


def people(count: int) -> list[User]:
    return add_all(
        [
            User(
                email=f"{uuid.uuid4().hex}@example.com",
                name=f"Person {place}",
                fs_uniquifier=uuid.uuid4().hex,
                confirmed_at=now(),
                active=True,
            )
            for place in range(count)
        ]
    )


def institutions(
    cast: Cast, count: int, status: InstitutionStatus = InstitutionStatus.CERTIFIED
) -> list[Institution]:
    """Institutions, each with an applicant of its own who owns it."""
    rows = [
        Institution(
            name=f"Institution {uuid.uuid4().hex}",
            credit_code=uuid.uuid4().hex[:18],
            status=status,
            applicant_id=user.id,
            contact_email=user.email,
            submitted_at=now(),
        )
        for user in people(count)
    ]
    add_all(rows)
    working = status is InstitutionStatus.CERTIFIED
    add_all(
        [
            Membership(
                user_id=row.applicant_id,
                institution_id=row.id,
                role=MembershipRole.OWNER,
                active=working,
            )
            for row in rows
        ]
    )
    return rows


def enterprises(count: int) -> list[Enterprise]:
    """Enterprises, each with one person who acts for it."""
    rows = add_all(
        [
            Enterprise(name=f"Enterprise {place}", credit_code=uuid.uuid4().hex[:18])
            for place in range(count)
        ]
    )
    add_all(
        [
            EnterpriseMembership(
                user_id=user.id,
                enterprise_id=row.id,
                status=EnterpriseMembershipStatus.MEMBER,
                **verified(),
            )
            for user, row in zip(people(count), rows, strict=True)
        ]
    )
    return rows


def links(firms: list[Institution], status: AffiliationStatus) -> list[Affiliation]:
    """A consultant for each institution, with an account."""
    advisers = add_all(
        [
            Consultant(
                status=ConsultantStatus.UNCERTIFIED, user_id=user.id, name=user.name,
                email=user.email,
            )
            for user in people(len(firms))
        ]
    )  # fmt: skip
    return add_all(
        [
            Affiliation(
                institution_id=firm.id, consultant_id=adviser.id, adder_id=firm.applicant_id,
                status=status, linked_at=now(),
            )
            for firm, adviser in zip(firms, advisers, strict=True)
        ]
    )  # fmt: skip


def deals(cast: Cast, count: int, status: TransactionStatus) -> list[Transaction]:
    """A deal of each institution with an enterprise, which a consultant advised."""
    firms = institutions(cast, count)
    return add_all(
        [
            Transaction(
                status=status, form_key=uuid.uuid4().hex, institution_id=firm.id,
                filer_id=firm.applicant_id, enterprise_id=enterprise.id,
                enterprise_name=enterprise.name, enterprise_code=enterprise.credit_code,
                affiliation_id=link.id, category_id=cast.law.id, title="Legal adviser",
                amount=Decimal("12000.00"), signed_on=now().date() - timedelta(days=3),
                filed_at=now(), number=uuid.uuid4().hex[:32],
            )
            for firm, enterprise, link in zip(
                firms, enterprises(count), links(firms, AffiliationStatus.LINKED), strict=True
            )
        ]
    )  # fmt: skip


def reviews(cast: Cast, count: int, status: ReviewStatus) -> list[Review]:
    return add_all(
        [
            Review(
                status=status, side=ReviewSide.ENTERPRISE, transaction_id=deal.id,
                institution_id=deal.institution_id, enterprise_id=deal.enterprise_id,
                affiliation_id=deal.affiliation_id, scores={}, stars=4.0, consultant_stars=5,
                author_id=cast.ann.id, sealed_at=now(), published_at=now(),
                due_at=now() + timedelta(days=3),
            )
            for deal in deals(cast, count, TransactionStatus.APPROVED)
        ]
    )  # fmt: skip


def products(cast: Cast, count: int, status: ProductStatus) -> list[FeaturedProduct]:
    return add_all(
        [
            FeaturedProduct(
                status=status, institution_id=firm.id, author_id=firm.applicant_id,
                category_id=cast.law.id, name="Patent watch", summary="We watch.",
                description="Daily.", price_kind=PriceKind.AGREEMENT, approved_at=now(),
            )
            for firm in institutions(cast, count)
        ]
    )  # fmt: skip


# --- the steps: each returns what takes it on `count` rows that are there already -----------------

Step = tuple[type, str, list[int], str | None, dict[str, Any]]  # who: of the cast, None: by itself


def ids(rows: list[Any]) -> list[int]:
    return [row.id for row in rows]


def approve_transactions(cast: Cast, count: int) -> Step:
    found = ids(deals(cast, count, TransactionStatus.FILED))
    return Transaction, "approve", found, "root", {}


def reject_transactions(cast: Cast, count: int) -> Step:
    found = ids(deals(cast, count, TransactionStatus.FILED))
    return Transaction, "reject", found, "root", {"reason": "No."}


def approve_institutions(cast: Cast, count: int) -> Step:
    rows = institutions(cast, count, InstitutionStatus.SUBMITTED)
    add_all(
        [
            AssociationMembership(institution_id=row.id, status=AssociationStatus.APPLIED)
            for row in rows
        ]
    )
    found = ids(rows)
    return Institution, "approve", found, "root", {"association": "admit"}


def revoke_institutions(cast: Cast, count: int) -> Step:
    found = ids(institutions(cast, count))
    return Institution, "revoke", found, "root", {"reason": "No."}


def hand_over_demands(cast: Cast, count: int) -> Step:
    going, staying = links([cast.bridge, cast.bridge], AffiliationStatus.LINKED)
    buyers = enterprises(count)
    posters = people(count)
    add_all(
        [
            Demand(
                status=DemandStatus.ACCEPTED, form_key=uuid.uuid4().hex, poster_id=poster.id,
                enterprise_id=buyer.id, institution_id=cast.bridge.id, affiliation_id=going.id,
                category_id=cast.law.id, title="A contract", description="Please.",
                contact_name="Ann", contact_phone="13800002222", contact_email="a@example.com",
                consented_at=now(),
            )
            for buyer, poster in zip(buyers, posters, strict=True)
        ]
    )  # fmt: skip
    key, successor = going.id, staying.id
    return Affiliation, "unlink", [key], "bella", {"hand_over_to": successor}


def approve_products(cast: Cast, count: int) -> Step:
    found = ids(products(cast, count, ProductStatus.SUBMITTED))
    return FeaturedProduct, "approve", found, "root", {}


def take_down_products(cast: Cast, count: int) -> Step:
    found = ids(products(cast, count, ProductStatus.LISTED))
    return FeaturedProduct, "take_down", found, "root", {"reason": "No."}


def publish_reviews(cast: Cast, count: int) -> Step:
    found = ids(reviews(cast, count, ReviewStatus.SEALED))
    return Review, "publish", found, None, {}


def hide_reviews(cast: Cast, count: int) -> Step:
    found = ids(reviews(cast, count, ReviewStatus.PUBLISHED))
    return Review, "hide", found, "root", {"reason": "No."}


def approve_consultants(cast: Cast, count: int) -> Step:
    found = ids(links(institutions(cast, count), AffiliationStatus.SUBMITTED))
    return Affiliation, "approve", found, "root", {}


def offers_of_bridge(cast: Cast, count: int, status: OfferStatus) -> list[int]:
    items = add_all(
        [
            CatalogueItem(
                category_id=cast.law.id, name=uuid.uuid4().hex, covers="x", duration="3 days"
            )
            for _ in range(count)
        ]
    )
    rows = add_all(
        [
            RegularOffer(
                institution_id=cast.bridge.id, item_id=item.id, status=status,
                price_kind=PriceKind.AGREEMENT,
            )
            for item in items
        ]
    )  # fmt: skip
    return ids(rows)


def relist_offers(cast: Cast, count: int) -> Step:
    found = offers_of_bridge(cast, count, OfferStatus.DELISTED)
    return RegularOffer, "relist", found, "bella", {}


def take_down_offers(cast: Cast, count: int) -> Step:
    found = offers_of_bridge(cast, count, OfferStatus.LISTED)
    return RegularOffer, "take_down", found, "root", {"reason": "No."}


def approve_activities(cast: Cast, count: int) -> Step:
    rows = [
        Activity(
            status=ActivityStatus.REGISTERED, source=ActivitySource.PLATFORM,
            registrar_id=cast.root.id, title="A lecture", held_on=now().date() - timedelta(days=3),
            authority="The park", description="For all.",
            parts=[ActivityPart(institution_id=firm.id, role=ActivityRole.HOST)],
        )
        for firm in institutions(cast, count)
    ]  # fmt: skip
    found = ids(add_all(rows))
    return Activity, "approve", found, "root", {}


STEPS = [
    approve_transactions,
    reject_transactions,
    approve_institutions,
    revoke_institutions,
    hand_over_demands,
    approve_products,
    take_down_products,
    publish_reviews,
    hide_reviews,
    approve_consultants,
    relist_offers,
    take_down_offers,
    approve_activities,
]


@pytest.mark.parametrize("prepare", STEPS, ids=lambda step: step.__name__)
def test_many_rows_take_as_many_statements_as_few(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch, prepare: Callable[[Cast, int], Step]
) -> None:
    # scores are computed elsewhere: here only what the step itself asks is counted
    monkeypatch.setattr(ranking, "refresh", lambda *_ids, **_named: None, raising=False)
    counts, written = [], []
    for count in (FEW, MANY):
        model, name, keys, who, answers = prepare(cast, count)
        db.session.commit()
        db.session.expunge_all()
        rows_before = db.session.scalar(sa.select(sa.func.count(Event.id)))
        mails_before = db.session.scalar(sa.select(sa.func.count(Mail.id)))
        actor = getattr(cast, who) if who else SYSTEM
        access.institution_ids(actor) if who else None  # loaded with the request
        with statements() as sent:
            outcome = engine.perform(model, name, keys, actor, **answers)
            db.session.flush()
        assert outcome.done
        assert not outcome.refused
        events = db.session.scalar(sa.select(sa.func.count(Event.id))) - (rows_before or 0)
        mails = db.session.scalar(sa.select(sa.func.count(Mail.id))) - (mails_before or 0)
        assert events >= count
        counts.append(sent)
        written.append(mails)
    few, many = (
        [re.sub(r"\(\?(, \?)*\)", "(?)", statement) for statement in sent] for sent in counts
    )  # lists of values made short
    extra = [statement for statement in many if many.count(statement) > few.count(statement)]
    assert len(many) <= len(few), "\n\n".join(dict.fromkeys(extra))
