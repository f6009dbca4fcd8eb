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
    known = {one.id: one for one in everything}
    upper = {one.parent_id for one in everything}
    found = [SelectChoice(value="", label="—")]
    for one in everything:
        if one.id == row.category_id or (one.id not in upper and not one.retired):
            top = known[one.parent_id] if one.parent_id else one
            found.append(SelectChoice(value=str(one.id), label=category_name(one),
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
            SelectChoice(value=f"{letter}{one.id}", label=str(one), optgroup=title)
            for letter, title, rows in groups
            for one in rows
        ),
    ]
