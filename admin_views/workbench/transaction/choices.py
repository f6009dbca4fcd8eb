"""Choices of the transaction form: categories and products."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from core.database import db
from forms.categories import category_name
from models import Category, Institution, Transaction
from workflows.transaction.writing import offers_of, products_of

NOTHING = ("", "—")
PRODUCT, OFFER = "p", "o"  # the first letter of what was sold


def category_choices(row: Transaction) -> list[SelectChoice]:
    """Return the categories in use that hold no others, each under its upper one."""
    everything = db.session.scalars(
        sa.select(Category).order_by(Category.position, Category.id)
    ).all()
    known = {category.id: category for category in everything}
    upper = {category.parent_id for category in everything}
    found = [SelectChoice(value="", label="—")]
    for category in everything:
        if category.id == row.category_id or (category.id not in upper and not category.retired):
            top = known[category.parent_id] if category.parent_id else category
            found.append(SelectChoice(value=str(category.id), label=category_name(category),
                                      optgroup=category_name(top)))  # fmt: skip
    return found


def sold_choices(institution: Institution) -> list[SelectChoice]:
    """Return what the institution may have sold: featured products, then regular ones."""
    groups = (
        (PRODUCT, gettext("Featured products"), products_of(institution.id)),
        (OFFER, gettext("Regular products"), offers_of(institution.id)),
    )
    return [
        SelectChoice(value="", label="—"),
        *(
            SelectChoice(value=f"{letter}{category.id}", label=str(category), optgroup=title)
            for letter, title, rows in groups
            for category in rows
        ),
    ]
