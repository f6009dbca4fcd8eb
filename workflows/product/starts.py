"""Creating the draft of a featured product, or of a change of one, idempotent by form_key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.database import db
from models import Category, FeaturedProduct, ParameterSchema, PriceKind, ProductChange, User
from workflows import engine
from workflows.product import change_process, change_rules
from workflows.product.drafts import TEXTS, cleaned_text


def start(
    institution_id: int, category: Category, schema: ParameterSchema | None, actor: User,
    values: Mapping[str, Any], price: Mapping[str, Any] | None = None,
    form_key: str | None = None,
) -> FeaturedProduct:  # fmt: skip
    """Write the draft of a new product.

    Args:
        values: the texts and `parameters`, by column.
        price: the columns of a price; none: by agreement.
        form_key: of the form that was filled in; a form makes one draft.

    Raises:
        PermissionError: the actor does not work for the institution.
        IntegrityError: the form made a draft already.
    """
    row = FeaturedProduct(
        institution_id=institution_id,
        author_id=actor.id,
        category_id=category.id,
        schema_id=schema.id if schema else None,
        parameters=dict(values.get("parameters") or {}),
        form_key=form_key,
        **{name: cleaned_text(name, values.get(name)) for name in TEXTS},
        **(price or {"price_kind": PriceKind.AGREEMENT}),
    )
    return engine.create(row, "start", actor)


def made_with(form_key: str, institution_id: int) -> FeaturedProduct | None:
    """Return the draft that a form of the institution made already."""
    return db.session.scalar(
        sa.select(FeaturedProduct).where(
            FeaturedProduct.institution_id == institution_id, FeaturedProduct.form_key == form_key
        )
    )


def start_change(product: FeaturedProduct, actor: User) -> ProductChange:
    """Begin a change that says, so far, what the public version says.

    Raises:
        PermissionError: the actor does not work for the institution.
        ValueError: the product cannot be changed this way now, in the reader's words.
    """
    columns = {name: getattr(product, name) for name in change_rules.COLUMNS}
    row = ProductChange(product_id=product.id, author_id=actor.id, **columns)
    try:
        return engine.create(row, "start", actor)
    except IntegrityError as error:
        step = change_process.product_changes["start"]
        raise ValueError(str(engine.conflict_words(step.conflicts, error))) from error
