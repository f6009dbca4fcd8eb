"""Regular and featured products for tests: rows that stand there, and products with a past.

`catalogue_item`, `regular_offer` and `featured_product` write a row as it is; `product` and
`change` walk a product the road that people walk, mails and journal with it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.clock import now
from core.database import db
from models import (
    CatalogueItem,
    Category,
    FeaturedProduct,
    Institution,
    OfferStatus,
    ParameterSchema,
    PriceKind,
    ProductChange,
    ProductStatus,
    RegularOffer,
)
from tests.support.cast import Cast
from workflows import engine, parameters
from workflows.parameters import FieldType, Option, Parameter
from workflows.product import drafts, starts

S = ProductStatus
HOURS = Parameter(key="hours", label="工时", label_en="Hours", type=FieldType.NUMBER, unit="小时",
                  unit_en="h", required=True)  # fmt: skip
FEE = Parameter(key="fee", label="官费", label_en="Official fee", type=FieldType.MONEY)
KIND = Parameter(key="kind", label="类型", label_en="Kind", type=FieldType.CHOICE,
                 choices=(Option("发明", "Invention"), Option("外观", "Design")))  # fmt: skip
ONLINE = Parameter(key="online", label="线上", label_en="Online", type=FieldType.YES_NO,
                   required=True)  # fmt: skip
TEXTS = {
    "name": "Contract check",
    "summary": "We read it.",
    "description": "We **read** it.",
    "parameters": {"hours": "8", "kind": "发明"},
}
FIXED = {
    "price_kind": PriceKind.FIXED,
    "price_from": Decimal(1200),
    "price_to": None,
    "price_unit": "case",
}
ROADS: dict[ProductStatus, tuple[tuple[str, str], ...]] = {
    S.DRAFT: (),
    S.SUBMITTED: (("submit", "bella"),),
    S.RETURNED: (("submit", "bella"), ("return", "vera")),
    S.REJECTED: (("submit", "bella"), ("reject", "vera")),
    S.APPROVED: (("submit", "bella"), ("approve", "vera")),
    S.LISTED: (("submit", "bella"), ("approve", "vera"), ("list", "bella")),
    S.DELISTED: (
        ("submit", "bella"),
        ("approve", "vera"),
        ("list", "bella"),
        ("delist", "bella"),
    ),
    S.DISCARDED: (("discard", "bella"),),
    S.TAKEN_DOWN: (
        ("submit", "bella"),
        ("approve", "vera"),
        ("list", "bella"),
        ("take_down", "root"),
    ),
}


def price_of(amount: int | None) -> dict[str, Any]:
    """A fixed price, or none."""
    if amount is None:
        return {"price_kind": PriceKind.AGREEMENT, "price_from": None}
    return {"price_kind": PriceKind.FIXED, "price_from": Decimal(amount)}


def catalogue_item(category: Category, name: str = "A trademark", **more: Any) -> CatalogueItem:
    row = CatalogueItem(
        **{"category": category, "name": name, "covers": "Search and filing.", "duration": "3 days"}
        | more
    )
    db.session.add(row)
    db.session.commit()
    return row


def regular_offer(
    institution: Institution, item: CatalogueItem, price: int | None = None, **more: Any
) -> RegularOffer:
    row = RegularOffer(
        **{
            "institution": institution,
            "item": item,
            "status": OfferStatus.LISTED,
            **price_of(price),
            "duration": "5 days",
            "remark": "With a smile.",
        }
        | more
    )
    db.session.add(row)
    db.session.commit()
    return row


def featured_product(
    institution: Institution,
    name: str = "Patent watch",
    price: int | None = None,
    schema: ParameterSchema | None = None,
    **more: Any,
) -> FeaturedProduct:
    """A listed product, unless `more` says otherwise."""
    row = FeaturedProduct(
        **{
            "institution": institution,
            "author": institution.applicant,
            "category": institution.categories[0],
            "schema": schema,
            "status": ProductStatus.LISTED,
            "name": name,
            "summary": "We watch, you sleep.",
            "description": "**Daily** reports.",
            **price_of(price),
            "approved_at": now(),
            "listed_at": now(),
        }
        | more
    )
    db.session.add(row)
    db.session.commit()
    return row


def law_asks(cast: Cast, *fields: Parameter) -> ParameterSchema | None:
    """Make `fields` what the category law asks now."""
    found = parameters.renew(cast.law, fields or (HOURS, FEE, KIND), cast.root)
    db.session.commit()
    return found or parameters.schema_of(cast.law)


def product(cast: Cast, state: ProductStatus = S.DRAFT, owner: str = "bella", **values: Any) -> Any:
    """Return a committed product of the institution of `owner`, walked to `state`."""
    actor = getattr(cast, owner)
    category = values.pop("category", None) or cast.law
    price = values.pop("price", None) or FIXED
    row = starts.start(
        actor.memberships[0].institution_id,
        category,
        parameters.schema_of(category),
        actor,
        TEXTS | values,
        price,
    )
    db.session.commit()
    for verb, name in ROADS[state]:
        take(row, verb, actor if name == "bella" else getattr(cast, name))
    return row


def take(row: FeaturedProduct | ProductChange, verb: str, actor: Any, **answers: Any) -> None:
    """Take one step that has to succeed, and commit."""
    if verb in ("return", "reject", "take_down"):
        answers.setdefault("reason", "Because.")
    outcome = engine.perform(type(row), verb, [row.id], actor, **answers)
    assert outcome.done == [row.id], (verb, outcome)
    db.session.commit()


def change(row: FeaturedProduct, cast: Cast, actor: Any = None, **texts: Any) -> ProductChange:
    """Begin a change of a product and write `texts` to it; committed."""
    actor = actor or cast.bella
    found = starts.start_change(row, actor)
    category = texts.pop("category", None) or found.category
    values = {name: getattr(found, name) for name in TEXTS} | texts
    drafts.save(found, actor, category, parameters.schema_of(category), values, found.version)
    db.session.commit()
    return found


def why(outcome: engine.Outcome, row: Any) -> str:
    return str(outcome.refused[row.id])
