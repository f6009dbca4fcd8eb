"""The transactions of the demo park: about forty over two years, in every state, from one file."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

import access
import uploads
from core.clock import park_today
from core.database import db
from demo.park import Park, read
from models import (
    AttachmentKind,
    Category,
    Confirmation,
    Demand,
    FeaturedProduct,
    Institution,
    Transaction,
    User,
)
from workflows.confirmation import answering
from workflows.transaction import filing
from workflows.transaction.writing import consultants_of, offers_of, write

SCAN = (
    b"%PDF-1.4\n%"
    + b" " * 2000
    + b"\n1 0 obj<</Type/Catalog>>endobj\n2 0 obj<</Type/Page>>endobj\n"
    + b"trailer<</Root 1 0 R>>\n%%EOF\n"
)
ENDS = {
    "approved": ("approve",),
    "rejected": ("reject",),
    "revoked": ("approve", "revoke"),
    "returned": ("return",),
}


def load(park: Park) -> None:
    """File the transactions of data/demo/transactions.json, and walk each to its state."""
    categories = {row.slug: row for row in db.session.scalars(sa.select(Category))}
    for entry in sorted(read("transactions"), key=lambda entry: -entry["days_ago"]):
        days = entry["days_ago"] + 0.3
        filer = park.people[f"{entry['institution']}@demo.example"]
        with park.at(days):
            row = written(park, entry, filer, categories[entry["category"]])
            refusal = filing.file(row, filer) if entry["status"] != "draft" else None
        if refusal:
            raise RuntimeError(f"{entry['title']}: {refusal}")
        days = answered(park, row, entry, days)
        if entry["status"] == "withdrawn":
            park.step(row, "withdraw", filer, days - 1)
        for verb in ENDS.get(entry["status"], ()):
            days = max(days - 1, 0.1)
            asks = verb in ("return", "reject", "revoke")
            data = {"reason": entry["reason"]} if asks else {}
            park.step(row, verb, park.administrator, days, **data)


def written(park: Park, entry: dict[str, Any], filer: User, category: Category) -> Transaction:
    """Return the draft of a transaction, with a scan of its contract."""
    institution = park.institutions[entry["institution"]]
    enterprise = park.enterprises.get(entry["enterprise"] or "")
    consultants = consultants_of(institution.id)
    row = filing.start(institution, filer, demand_of(institution, entry))
    day = park_today()
    values = {
        "enterprise_id": enterprise.id if enterprise else None,
        "enterprise_name": enterprise.name if enterprise else entry["enterprise_name"],
        "enterprise_code": enterprise.credit_code if enterprise else "",
        "affiliation_id": consultants[row.id % len(consultants)].id if consultants else None,
        "category_id": category.id,
        "title": entry["title"],
        "amount": Decimal(entry["amount"]),
        "signed_on": day - timedelta(days=3),
        "service_from": day,
        "service_to": day + timedelta(days=180),
        "contract_number": entry["contract"],
        **sold(institution, entry),
    }
    write(row, filer, values)
    scan = uploads.check(SCAN, f"{entry['contract']}.pdf")
    uploads.attach(row, AttachmentKind.CONTRACT, scan, filer)
    return row


def demand_of(institution: Institution, entry: dict[str, Any]) -> Demand | None:
    """Return the demand that the transaction came of, by its title."""
    if "demand" not in entry:
        return None
    query = sa.select(Demand).where(Demand.institution_id == institution.id)
    return db.session.scalars(query.where(Demand.title == entry["demand"])).one()


def sold(institution: Institution, entry: dict[str, Any]) -> dict[str, int]:
    """Return the column of the product that the data names: a featured or a regular one."""
    if "product" in entry:
        query = sa.select(FeaturedProduct.id).where(
            FeaturedProduct.institution_id == institution.id,
            FeaturedProduct.name == entry["product"],
        )
        return {"product_id": db.session.scalars(query).one()}
    if "offer" in entry:
        items = read("catalogue")["items"]
        name = next(item["name"] for item in items if item["slug"] == entry["offer"])
        return {
            "offer_id": next(row.id for row in offers_of(institution.id) if row.item.name == name)
        }
    return {}


def answered(park: Park, row: Transaction, entry: dict[str, Any], days: float) -> float:
    """Let the enterprise say what the data says; return how many days ago that was."""
    asked = db.session.scalar(sa.select(Confirmation).where(Confirmation.transaction_id == row.id))
    if asked is None or entry["answer"] in ("", "asked"):
        return days
    if entry["answer"] == "silent":
        days = (park.started - asked.due_at) / timedelta(days=1)
        park.step(asked, "fall_silent", access.SYSTEM, days)
        return days
    days = max(days - 2, 0.2)
    answers = {"reason": entry["denial"]} if entry["answer"] == "denied" else {}
    verb = "deny" if answers else "confirm"
    person = park.people[f"{entry['enterprise']}@demo.example"]
    with park.at(days):
        refusal = answering.answer(asked, verb, person, **answers)
    if refusal:
        raise RuntimeError(f"{entry['title']}: {refusal}")
    return days
