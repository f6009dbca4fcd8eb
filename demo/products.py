"""The demo park's featured products, in every state, with covers in the product's colours.

The Chinese is data, in data/demo/products.json. Everything goes through the workflows.
"""

from __future__ import annotations

import io
from typing import Any

import sqlalchemy as sa
from PIL import Image, ImageDraw

import uploads
from core.database import db
from demo.catalogue import price
from demo.park import Park, read
from models import Category, FeaturedProduct
from workflows import parameters
from workflows.product import drafts, starts, terms
from workflows.product.files import keep

GROUNDS = (
    ("#0b5563", "#b5d3d6"),
    ("#083e49", "#efd3a1"),
    ("#27548a", "#bdd1e8"),
    ("#1d6641", "#b5dac4"),
)
# state -> the steps that lead there: (verb, who)
ROADS = {
    "draft": (),
    "submitted": (("submit", "owner"),),
    "returned": (("submit", "owner"), ("return", "judge")),
    "rejected": (("submit", "owner"), ("reject", "judge")),
    "approved": (("submit", "owner"), ("approve", "judge")),
    "listed": (("submit", "owner"), ("approve", "judge"), ("list", "owner")),
    "delisted": (
        ("submit", "owner"),
        ("approve", "judge"),
        ("list", "owner"),
        ("delist", "owner"),
    ),
    "taken_down": (
        ("submit", "owner"),
        ("approve", "judge"),
        ("list", "owner"),
        ("take_down", "judge"),
    ),
}


def load(park: Park) -> None:
    """Write the products and walk each to the state of the data, in the caller's unit of work."""
    categories = {row.slug: row for row in db.session.scalars(sa.select(Category))}
    for place, entry in enumerate(read("products")):
        row = product(park, entry, categories[entry["category"]], place)
        walk(park, row, entry, entry["days_ago"] - 0.5)
        if "change" in entry:
            change(park, row, entry["institution"], entry["change"])


def product(park: Park, entry: dict[str, Any], category: Category, place: int) -> FeaturedProduct:
    institution, owner = (
        park.institutions[entry["institution"]],
        owner_of(park, entry["institution"]),
    )
    with park.at(entry["days_ago"]):
        schema = parameters.schema_of(category)
        row = starts.start(institution.id, category, schema, owner, entry, price(entry))
        picture = uploads.check_picture(cover(place), entry["cover"])
        papers = [uploads.check(cover(place, "PDF"), name) for name in entry.get("attachments", ())]
        keep(row, owner, cover=picture, documents=papers)
        db.session.flush()
        linked = terms.linked(institution.id)
        terms.put_in_charge(row, owner, [who.id for who in linked[:2]])
    return row


def walk(park: Park, row: Any, entry: dict[str, Any], days: float) -> None:
    """Take the steps to the state that the data names, half a day apart."""
    for verb, who in ROADS[entry["status"]]:
        slug = entry["institution"]
        actor = owner_of(park, slug) if who == "owner" else park.administrator
        answers: dict[str, Any] = {}
        if verb in ("return", "reject", "take_down"):
            answers["reason"] = entry["reason"]
        if verb == "return":
            answers["remarks"] = entry.get("remarks", {})
        park.step(row, verb, actor, days, **answers)
        days -= 0.4


def change(park: Park, row: FeaturedProduct, slug: str, data: dict[str, Any]) -> None:
    """Begin a change of a listed product, and walk it to its state."""
    owner = owner_of(park, slug)
    with park.at(3):
        found = starts.start_change(row, owner)
        texts = {name: data[name] for name in drafts.TEXTS if name in data}
        values = texts | {"parameters": found.parameters}
        drafts.save(found, owner, row.category, row.schema, values, None)
    walk(park, found, data | {"institution": slug}, 2.5)


def owner_of(park: Park, slug: str) -> Any:
    return park.people[f"{slug}@demo.example"]


def cover(place: int, kind: str = "PNG") -> bytes:
    """Draw a cover, or a page of a document: ripples on the lake, as on the front page."""
    ground, line = GROUNDS[place % len(GROUNDS)]
    picture = Image.new("RGB", (960, 720), ground)
    drawing = ImageDraw.Draw(picture)
    middle, height = 240 + place * 137 % 480, 260 + place * 89 % 240
    for ring in range(9):
        reach = 50 + ring * 62
        drawing.ellipse(
            (middle - reach, height - reach // 2, middle + reach, height + reach // 2),
            outline=line,
            width=max(7 - ring, 2),
        )
    drawing.ellipse((middle - 14, height - 9, middle + 14, height + 9), fill="#f0b45a")
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()
