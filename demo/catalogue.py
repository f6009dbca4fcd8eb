"""The demo park's catalogue: regular products, what institutions offer of them, parameters.

The Chinese is data, in data/demo/catalogue.json. Offers go through the workflow.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from core.clock import now
from core.database import db
from demo.park import Park, read
from models import CatalogueItem, Category, Demand, Institution, PriceKind, RegularOffer
from workflows import engine, parameters
from workflows.catalogue.retiring import set_retired
from workflows.demand import product_snapshot

TOLD = "catalogue"  # of data/demo/


def load(park: Park) -> None:
    """Build the catalogue, the parameter schemas and the offers, in the caller's unit of work."""
    told = read(TOLD)
    categories = {one.slug: one for one in db.session.scalars(sa.select(Category))}
    with park.at(115):
        for slug, fields in told["schemas"].items():
            parameters.renew(categories[slug], parameters.parse(fields), park.administrator)
        items = {one["slug"]: item(one, categories) for one in told["items"]}
        db.session.add_all(items.values())
        db.session.flush()
    for days, (slug, lines) in enumerate(told["offers"].items(), start=20):
        for line in lines:
            offer(park, slug, line, items[line["item"]], days)
    with park.at(3):
        for one in told["items"]:
            if "retired" in one:
                set_retired([items[one["slug"]]], True, park.administrator, reason=one["retired"])


def item(one: dict[str, Any], categories: dict[str, Category]) -> CatalogueItem:
    names = ("name", "covers", "duration", "documents")
    return CatalogueItem(
        category_id=categories[one["category"]].id,
        **{name: one[name] for name in names},
        **price(one),
    )


def price(one: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of a price as the data writes it."""
    return {
        "price_kind": PriceKind(one["price_kind"]),
        "price_from": Decimal(one["price_from"]) if one["price_from"] else None,
        "price_to": Decimal(one["price_to"]) if one["price_to"] else None,
        "price_unit": one["price_unit"],
    }


def offer(park: Park, slug: str, line: dict[str, Any], listed: CatalogueItem, days: float) -> None:
    """List a product in the name of an institution, and walk it to the state of the data."""
    institution, owner = park.institutions[slug], park.people[f"{slug}@demo.example"]
    row = RegularOffer(
        institution_id=institution.id,
        item_id=listed.id,
        duration=line["duration"],
        remark=line["remark"],
        **price(line),
    )
    with park.at(days):
        engine.create(row, "list", owner)
    if line.get("status") == "delisted":
        park.step(row, "delist", owner, days - 6)
    if line.get("status") == "taken_down":
        park.step(row, "take_down", park.administrator, days - 12, reason=line["reason"])


def ask(park: Park) -> None:
    """Let enterprises ask for offers of the catalogue, after all other demands of the demo."""
    for one in read(TOLD)["demands"]:
        poster = park.people[f"{one['enterprise']}@demo.example"]
        row = asked(park.institutions[one["institution"]], one)
        demand = Demand(
            form_key=f"demo-{one['enterprise']}-{one['item']}",
            poster_id=poster.id,
            enterprise_id=park.enterprises[one["enterprise"]].id,
            institution_id=row.institution_id,
            category_id=row.item.category_id,
            offer_id=row.id,
            asked_for=product_snapshot.of_offer(row),
            title=one["title"],
            description=one["description"],
            contact_name=poster.name,
            contact_phone=poster.phone or "",
            contact_email=poster.email,
        )
        with park.at(one["days_ago"]):
            demand.consented_at = now()
            engine.create(demand, "post", poster)
        for verb in one["steps"]:
            answerer = park.people[f"{one['institution']}@demo.example"]
            park.step(demand, verb, answerer, one["days_ago"] - 0.5)


def asked(institution: Institution, one: dict[str, Any]) -> RegularOffer:
    """Return the offer of the institution that the data names by its item."""
    told = read(TOLD)["items"]
    name = next(item["name"] for item in told if item["slug"] == one["item"])
    return db.session.scalars(
        sa.select(RegularOffer)
        .join(RegularOffer.item)
        .where(RegularOffer.institution_id == institution.id, CatalogueItem.name == name)
    ).one()
