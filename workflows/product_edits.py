"""Writing featured products: a draft, a change beside the public version, and what changes at once.

Every function works on a row of the actor's own institution, locks it, and refuses a version that
is newer than the one the person looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

import access
from database import db
from models import (
    Affiliation,
    AffiliationStatus,
    Category,
    FeaturedProduct,
    ParameterSchema,
    PriceKind,
    ProductChange,
    User,
    product_affiliation,
)
from safe_markdown import cleaned
from workflows import engine, prices, product_changes
from workflows.product_rules import OPEN, REVIEWED
from workflows.product_texts import names_in_charge, parameters_text

TEXTS = ("name", "summary", "description")
NOT_NOW = lazy_gettext("This product is not to be edited now.")


class ChangedMeanwhile(ValueError):
    """Somebody saved a newer version than the one that was looked at."""

    def __init__(self) -> None:
        super().__init__(str(engine.CHANGED))


def start(
    institution_id: int, category: Category, schema: ParameterSchema | None, actor: User,
    values: Mapping[str, Any], price: Mapping[str, Any] | None = None,
) -> FeaturedProduct:  # fmt: skip
    """Write the draft of a new product.

    Args:
        values: the texts and `parameters`, by column.
        price: the columns of a price; none: by agreement.

    Raises:
        PermissionError: the actor does not work for the institution.
    """
    row = FeaturedProduct(
        institution_id=institution_id,
        author_id=actor.id,
        category_id=category.id,
        schema_id=schema.id if schema else None,
        parameters=dict(values.get("parameters") or {}),
        **{name: _text(name, values.get(name)) for name in TEXTS},
        **(price or {"price_kind": PriceKind.AGREEMENT}),
    )
    return engine.begin(row, "start", actor)


def start_change(product: FeaturedProduct, actor: User) -> ProductChange:
    """Begin a change that says, so far, what the public version says.

    Raises:
        PermissionError: the actor does not work for the institution.
        ValueError: the product cannot be changed this way now, in the reader's words.
    """
    columns = {name: getattr(product, name) for name in product_changes.COLUMNS}
    row = ProductChange(product_id=product.id, author_id=actor.id, **columns)
    try:
        return engine.begin(row, "start", actor)
    except IntegrityError as error:
        step = product_changes.product_changes["start"]
        raise ValueError(str(engine.conflict_words(step, error))) from error


def save(
    row: FeaturedProduct | ProductChange,
    actor: User,
    category: Category,
    schema: ParameterSchema | None,
    values: Mapping[str, Any],
    seen: int | None,
) -> None:
    """Write the texts, the category and its parameters to a draft or what came back.

    Raises:
        ChangedMeanwhile: there is a newer version than `seen`.
        ValueError: the row is under review, or over, in the reader's words.
    """
    lock(row, seen)
    states: Any = OPEN if isinstance(row, FeaturedProduct) else product_changes.OPEN
    if row.status not in states:
        raise ValueError(str(NOT_NOW))
    written = dict(values.get("parameters") or {})
    before = parameters_text(row.schema, row.parameters)
    after = parameters_text(schema, written)
    texts = {name: _text(name, values[name]) for name in TEXTS if name in values}
    changes = {
        name: [getattr(row, name), said]
        for name, said in texts.items()
        if getattr(row, name) != said
    }
    if before != after:
        changes["parameters"] = [before, after]
    if row.category_id != category.id:
        changes["category"] = [row.category.name, category.name]
    schema_id = schema.id if schema else None
    if not changes and row.parameters == written and row.schema_id == schema_id:
        return
    for name, said in texts.items():
        setattr(row, name, said)
    row.parameters, row.category_id, row.schema_id = written, category.id, schema_id
    row.version += 1
    engine.note(row, "edit", actor, changes=changes)
    db.session.flush()
    db.session.expire(row, ["category", "schema"])


def update_terms(
    product: FeaturedProduct,
    actor: User,
    price: Mapping[str, Any],
    in_charge: Iterable[int],
    seen: int | None,
) -> bool:
    """Change price and consultants in charge, at once and on record; return whether they changed.

    Args:
        in_charge: ids of affiliations; those that are not linked to the institution are left out.

    Raises:
        ChangedMeanwhile: there is a newer version than `seen`.
        ValueError: the product is under review, in the reader's words.
        PermissionError: the actor does not work for the institution.
    """
    if not access.works_for(actor, product):
        raise PermissionError("featured_product.update_terms")
    lock(product, seen)
    if product.status not in OPEN | REVIEWED:
        raise ValueError(str(NOT_NOW))
    before = prices.words(product)
    changed = False
    if any(getattr(product, name) != value for name, value in price.items()):
        for name, value in price.items():
            setattr(product, name, value)
        engine.note(product, "edit", actor, changes={"price": [before, prices.words(product)]})
        product.version += 1
        changed = True
    return put_in_charge(product, actor, in_charge) or changed


def put_in_charge(product: FeaturedProduct, actor: User, wanted: Iterable[int]) -> bool:
    """Make those of `wanted` who are linked to the institution the consultants in charge."""
    db.session.flush()
    chosen = {one.id for one in linked(product.institution_id)} & set(wanted)
    table = product_affiliation
    held = set(
        db.session.scalars(
            sa.select(table.c.affiliation_id).where(table.c.product_id == product.id)
        )
    )
    if chosen == held:
        return False
    before = names_in_charge(product)
    db.session.execute(
        sa.delete(table).where(
            table.c.product_id == product.id, table.c.affiliation_id.in_(held - chosen)
        )
    )
    added = [
        {"product_id": product.id, "affiliation_id": key, "institution_id": product.institution_id}
        for key in sorted(chosen - held)
    ]
    if added:
        db.session.execute(sa.insert(table), added)
    product.version += 1
    db.session.flush()
    db.session.expire(product, ["in_charge"])
    after = names_in_charge(product)
    engine.note(
        product, "edit", actor, changes={"in_charge": [", ".join(before), ", ".join(after)]}
    )
    return True


def linked(institution_id: int) -> Sequence[Affiliation]:
    """Return the affiliations of the institution whose consultants may be in charge, by name."""
    rows = db.session.scalars(
        sa.select(Affiliation)
        .where(
            Affiliation.institution_id == institution_id,
            Affiliation.status == AffiliationStatus.LINKED,
        )
        .options(joinedload(Affiliation.consultant))
    ).all()
    return sorted(rows, key=lambda one: (one.consultant.name, one.id))


def lock(row: Any, seen: int | None) -> None:
    """Read the row as it is now, under a lock.

    Raises:
        ChangedMeanwhile: there is a newer version than `seen`.
    """
    db.session.refresh(row, with_for_update={"of": type(row)})
    if seen is not None and seen != row.version:
        raise ChangedMeanwhile


def _text(name: str, value: Any) -> str:
    return cleaned(value or "") if name == "description" else " ".join(str(value or "").split())
