"""Demands of the demo park, in every state."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.clock import now
from demo.park import Park, date_in, read
from models import Category, Demand, User
from workflows import engine
from workflows.demand import contact


def load(park: Park, categories: dict[str, Category]) -> None:
    """Post the demands of data/demo/demands.json, and walk each to its state."""
    for entry in read("demands"):
        demand = post(park, entry, categories)
        answerer = park.people[f"{entry['institution']}@demo.example"]
        answer(park, demand, entry, demand.poster, answerer, entry["days_ago"] + 0.2)


def post(
    park: Park,
    entry: dict[str, Any],
    categories: dict[str, Category],
    affiliation_id: int | None = None,
) -> Demand:
    """Post a demand to an institution, or to one of its consultants."""
    institution = park.institutions[entry["institution"]]
    poster = park.people[f"{entry['enterprise']}@demo.example"]
    with park.at(entry["days_ago"] + 0.2):
        demand = Demand(
            form_key=f"demo-{entry['enterprise']}-{entry['institution']}-{entry['category']}",
            poster_id=poster.id,
            enterprise_id=park.enterprises[entry["enterprise"]].id,
            institution_id=institution.id,
            affiliation_id=affiliation_id,
            category_id=categories[entry["category"]].id,
            title=entry["title"],
            description=entry["description"],
            budget=Decimal(entry["budget"]) if entry["budget"] else None,
            wanted_by=date_in(entry["wanted_in_days"]),
            contact_name=poster.name,
            contact_phone=poster.phone or "",
            contact_email=poster.email,
            consented_at=now(),
        )
        return engine.create(demand, "post", poster)


def answer(
    park: Park, demand: Demand, entry: dict[str, Any], poster: User, answerer: User, days: float
) -> None:
    status = entry["status"]
    if status not in ("submitted", "withdrawn"):
        with park.at(days * 0.9):
            contact.open_details(demand, answerer)
    if status == "withdrawn":
        park.step(demand, "withdraw", poster, days * 0.5, reason=entry["reason"])
    if status == "declined":
        park.step(demand, "decline", answerer, days * 0.7, reason=entry["reason"])
    if status in ("accepted", "outcome", "confirmed", "disputed"):
        park.step(demand, "accept", answerer, days * 0.8)
    if status in ("outcome", "confirmed", "disputed"):
        park.step(demand, "record_outcome", answerer, days * 0.4, **outcome(entry, days))
    if status == "confirmed":
        park.step(demand, "confirm", poster, days * 0.2)
    if status == "disputed":
        park.step(demand, "dispute", poster, days * 0.2, reason=entry["reason"])


def outcome(entry: dict[str, Any], days: float) -> dict[str, Any]:
    amount = entry.get("amount")
    return {
        "outcome": entry["outcome"],
        "contacted_by": entry["contacted_by"],
        "contacted_on": date_in(-days * 0.7),
        "amount": Decimal(amount) if amount else None,
        "outcome_remark": entry["outcome_remark"],
    }
