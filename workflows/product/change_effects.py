"""Side effects of an approved change: it becomes the public version, audited field by field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from core.database import db
from models import EventName, FeaturedProduct, ProductChange, User, touch
from workflows.engine import Answers, note
from workflows.product.change_rules import COLUMNS
from workflows.product.differences import Difference, compare
from workflows.product.files import exchange


def compared(rows: Sequence[ProductChange], _answers: Answers) -> dict[int, dict[str, Any]]:
    """What the audit event of an approval keeps: field by field, what was and what became of it."""
    return {row.id: {"snapshot": {"compared": _lines(row)}} for row in rows}


def _lines(row: ProductChange) -> list[list[str]]:
    return [
        [difference.name, difference.label, difference.before, difference.after]
        for difference in compare(row)
    ]


def apply(rows: list[ProductChange], actor: User, _answers: Answers) -> None:
    """The change becomes the public version; what it replaces stays in the journal."""
    db.session.scalars(  # locked before the changes: as they are now
        sa.select(FeaturedProduct)
        .where(FeaturedProduct.id.in_({row.product_id for row in rows}))
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        product = row.product
        changes = _in_the_journal(compare(row))
        for name in COLUMNS:
            setattr(product, name, getattr(row, name))
        exchange(row)
        touch(product)  # the parameters alone, or a file, may be what changes
        note(product, EventName.EDITED, actor, changes=changes)
    db.session.flush()
    for row in rows:
        db.session.expire(row.product, ["category", "schema"])


def _in_the_journal(found: list[Difference]) -> dict[str, Any]:
    """Return {name: [before, after]}; the parameters share one entry, as they do in a draft."""
    asked = [difference for difference in found if difference.name.startswith("p_")]
    changes = {
        difference.name: [difference.before, difference.after]
        for difference in found
        if difference not in asked
    }
    if asked:
        changes["parameters"] = [
            "; ".join(
                f"{difference.label}: {getattr(difference, side) or '—'}" for difference in asked
            )
            for side in ("before", "after")
        ]
    return changes
