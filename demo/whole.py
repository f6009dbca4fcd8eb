"""The whole demo park, in the order in which it came about."""

from __future__ import annotations

import sqlalchemy as sa

from content import categories
from core.database import db
from demo import (
    catalogue,
    consultants,
    consulting,
    demands,
    enquiries,
    institutions,
    products,
    reputation,
    site,
    transactions,
    verifications,
)
from demo.park import Park, read
from models import Category, Mail, MailStatus, Membership, MembershipRole, ParkEnterprise
from workdays import holidays


def raise_park() -> None:
    """Build the whole park in the caller's unit of work."""
    park, data = Park(), read("people")
    categories.load_missing()
    holidays.load_published()
    known = {row.slug: row for row in db.session.scalars(sa.select(Category))}
    enterprises = read("enterprises")
    columns = ("name", "credit_code", "address", "legal_person")
    register = [
        {name: entry[name] for name in columns if name in entry}
        for entry in enterprises + data["register"]
    ]
    with park.at(780):
        db.session.add_all(ParkEnterprise(**line) for line in register)
        park.staff(data)
    with park.at(770):
        for entry in enterprises:
            park.enterprise(entry)
    institutions.load(park, known)
    for entry in data["colleagues"]:
        colleague = park.person(entry["email"], entry["name"])
        institution = park.institutions[entry["institution"]]
        db.session.add(
            Membership(
                user=colleague, institution=institution, role=MembershipRole.STAFF, active=True
            )
        )
    consultants.load(park)
    catalogue.load(park)
    products.load(park)
    demands.load(park, known)
    catalogue.ask(park)
    transactions.load(park)
    reputation.load(park)
    enquiries.load(park)
    consulting.load(park)
    verifications.load(park, data["waiting"])
    site.load(park)
    # what happened before today was mailed before today, but for what never arrived
    db.session.execute(
        sa.update(Mail)
        .where(Mail.status == MailStatus.QUEUED)
        .values(status=MailStatus.SENT, sent_at=Mail.created_at, attempts=1)
    )
