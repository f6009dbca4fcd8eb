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

FILE = "catalogue"  # of data/demo/


def load(park: Park) -> None:
    """Build the catalogue, the parameter schemas and the offers, in the caller's unit of work."""
    data = read(FILE)
    categories = {row.slug: row for row in db.session.scalars(sa.select(Category))}
    with park.at(115):
        for slug, fields in data["schemas"].items():
            parameters.renew(categories[slug], parameters.parse(fields), park.administrator)
        items = {entry["slug"]: item(entry, categories) for entry in data["items"]}
        db.session.add_all(items.values())
        db.session.flush()
    for days, (slug, lines) in enumerate(data["offers"].items(), start=20):
        for line in lines:
            offer(park, slug, line, items[line["item"]], days)
    with park.at(3):
        for entry in data["items"]:
            if "retired" in entry:
                set_retired(
                    [items[entry["slug"]]], True, park.administrator, reason=entry["retired"]
                )


def item(entry: dict[str, Any], categories: dict[str, Category]) -> CatalogueItem:
    names = ("name", "covers", "duration", "documents")
    return CatalogueItem(
        category_id=categories[entry["category"]].id,
        **{name: entry[name] for name in names},
        **price(entry),
    )


def price(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of a price as the data writes it."""
    return {
        "price_kind": PriceKind(entry["price_kind"]),
        "price_from": Decimal(entry["price_from"]) if entry["price_from"] else None,
        "price_to": Decimal(entry["price_to"]) if entry["price_to"] else None,
        "price_unit": entry["price_unit"],
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
    for entry in read(FILE)["demands"]:
        poster = park.people[f"{entry['enterprise']}@demo.example"]
        row = asked(park.institutions[entry["institution"]], entry)
        demand = Demand(
            form_key=f"demo-{entry['enterprise']}-{entry['item']}",
            poster_id=poster.id,
            enterprise_id=park.enterprises[entry["enterprise"]].id,
            institution_id=row.institution_id,
            category_id=row.item.category_id,
            offer_id=row.id,
            asked_for=product_snapshot.of_offer(row),
            title=entry["title"],
            description=entry["description"],
            contact_name=poster.name,
            contact_phone=poster.phone or "",
            contact_email=poster.email,
        )
        with park.at(entry["days_ago"]):
            demand.consented_at = now()
            engine.create(demand, "post", poster)
        for verb in entry["steps"]:
            answerer = park.people[f"{entry['institution']}@demo.example"]
            park.step(demand, verb, answerer, entry["days_ago"] - 0.5)


def asked(institution: Institution, entry: dict[str, Any]) -> RegularOffer:
    """Return the offer of the institution that the data names by its item."""
    data = read(FILE)["items"]
    name = next(item["name"] for item in data if item["slug"] == entry["item"])
    return db.session.scalars(
        sa.select(RegularOffer)
        .join(RegularOffer.item)
        .where(RegularOffer.institution_id == institution.id, CatalogueItem.name == name)
    ).one()
