"""The enquiries of the demo park: one waits for its shortlist, one for the pick."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from core.clock import now, park_today
from core.database import db
from demo.park import Park, read
from models import Category, Enquiry, EnquiryCandidate, User
from workdays.calendar import add_working_days
from workflows import engine
from workflows.enquiry.suggestions import shortlist, suggestions


def load(park: Park) -> None:
    """Post the enquiries of data/demo/enquiries.json, and walk each to its state."""
    categories = {row.slug: row for row in db.session.scalars(sa.select(Category))}
    for entry in read("enquiries"):
        poster = park.people[f"{entry['enterprise']}@demo.example"]
        with park.at(entry["days_ago"]):
            row = posted(park, entry, poster, categories[entry["category"]])
        if entry["status"] == "shortlisted":
            answered(park, row, entry, poster)


def posted(park: Park, entry: dict[str, Any], poster: User, category: Category) -> Enquiry:
    """Return the enquiry that the data describes, posted."""
    row = Enquiry(
        form_key=f"demo-{entry['enterprise']}-{entry['category']}",
        poster_id=poster.id,
        enterprise_id=park.enterprises[entry["enterprise"]].id,
        category_id=category.id,
        title=entry["title"],
        description=entry["description"],
        budget=Decimal(entry["budget"]),
        wanted_by=add_working_days(park_today(), entry["wanted_in_days"]),
        contact_name=poster.name,
        contact_phone=poster.phone or "",
        contact_email=poster.email,
        consented_at=now(),
    )
    engine.create(row, "post", poster)
    return row


def answered(park: Park, row: Enquiry, entry: dict[str, Any], poster: User) -> None:
    """The platform sends a shortlist, the enterprise lets it answer, and the first is willing."""
    chosen = [fit.id for fit in shortlist(suggestions(row))]
    park.step(row, "shortlist", park.administrator, 0.9, institution_ids=chosen)
    park.step(row, "let_answer", poster, 0.6)
    first = db.session.scalars(
        sa.select(EnquiryCandidate)
        .where(EnquiryCandidate.enquiry_id == row.id)
        .order_by(EnquiryCandidate.institution_id)
    ).first()
    if first is not None:
        user = park.owner_of(first.institution_id)
        park.step(first, "willing", user, 0.3, note=entry["note"])
