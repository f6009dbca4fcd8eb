"""Consultants of the demo park at work: demands to them, a proposal, the end of a link."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from core.clock import now, park_day
from core.database import db
from demo import consultants
from demo import demands as posting
from demo.park import Park, read
from models import Affiliation, Category, Consultant, Demand
from workflows.demand import contact

OPEN_TO_ALL = (
    "contacted_by",
    "outcome",
    "outcome_remark",
)  # answered as the data has it


def load(park: Park) -> None:
    """Build what data/demo/consultants_at_work.json holds, after everything else of the park."""
    data = read("consultants_at_work")
    consultants.walk(park, data["consultants"])
    categories = {category.slug: category for category in db.session.scalars(sa.select(Category))}
    for entry in data["demands"]:
        consultant = entry.get("consultant")
        demand = posting.post(
            park, entry, categories, link_of(consultant).id if consultant else None
        )
        for step in entry["steps"]:
            take(park, demand, step)
    part(park, data["unlinked"])


def link_of(slug: str) -> Affiliation:
    """Return the one affiliation of the consultant whom the data calls `slug`."""
    mine = Affiliation.consultant.has(Consultant.email == f"{slug}@demo.example")
    return db.session.scalars(sa.select(Affiliation).where(mine)).one()


def take(park: Park, demand: Demand, step: dict[str, Any]) -> None:
    """Take one step with a demand, as the data has it."""
    actor, days = park.people[f"{step['who']}@demo.example"], step["days_ago"]
    if step["verb"] == "read":
        with park.at(days):
            contact.open_details(demand, actor)
        return
    answers: dict[str, Any] = {name: step[name] for name in OPEN_TO_ALL if name in step}
    if "contacted_by" in step:
        with park.at(days):
            answers["contacted_on"] = park_day(now() - timedelta(days=1))
    if "amount" in step:
        answers["amount"] = Decimal(step["amount"])
    if "to" in step:
        answers["affiliation_id"] = link_of(step["to"]).id
    park.step(demand, step["verb"], actor, days, **answers)


def part(park: Park, data: dict[str, Any]) -> None:
    """The institution unlinks a consultant; somebody else takes over what is open."""
    link = link_of(data["who"])
    owner = park.owner_of(link.institution_id)
    successor = link_of(data["hand_over_to"]).id
    park.step(
        link, "unlink", owner, data["days_ago"], hand_over_to=successor, reason=data["reason"]
    )
