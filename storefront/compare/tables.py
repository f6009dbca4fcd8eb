"""Comparison tables of institutions or featured products: a row for each property."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import joinedload

import access
from core.database import db
from i18n.locales import local_date
from labels import price
from models import (
    Affiliation,
    AffiliationStatus,
    Category,
    Consultant,
    ConsultantStatus,
    FeaturedProduct,
    Institution,
    RegularOffer,
    institution_category,
)
from storefront.listing import queries, statistics
from storefront.listing.categories import categories_of
from web.template_context import named
from workflows import parameters

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Item:
    """A column: what is compared."""

    id: int
    name: str
    institution_id: int  # who answers for it


@dataclass(frozen=True, slots=True)
class Row:
    """One respect, what each thing says to it, and how: as text, rating or institution."""

    label: str
    cells: list[Any]
    show: str = "text"


@dataclass(slots=True)
class Table:
    """The things in the order of the address, and the rows."""

    items: list[Item] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


def _in_order(ids: Sequence[int], rows: Sequence[Any]) -> list[Any]:
    known = {row.id: row for row in rows}
    return [known[id] for id in ids if id in known]


def institutions(asked: Sequence[int]) -> Table:
    """Return the table of certified institutions among `asked`."""
    rows = _in_order(
        asked,
        db.session.execute(
            sa.select(
                Institution.id,
                Institution.name,
                Institution.founded,
                Institution.staff_count,
                Institution.certified_at,
                queries.is_member().label("member"),
                queries.in_park().label("park"),
            ).where(access.published(), Institution.id.in_(asked))
        ).all(),
    )
    ids = [row.id for row in rows]
    categories, figures = categories_of(institution_category, ids), statistics.statistics_of(ids)
    consultants, products = consultants_of(ids), products_of(ids)
    each = [figures[id] for id in ids]
    words: list[tuple[str, list[Any]]] = [
        (
            gettext("Categories"),
            [gettext(", ").join(named(category) for category in categories[id]) for id in ids],
        ),
        (gettext("Activity score"), [score_text(entry.score) for entry in each]),
        (gettext("Deals in 24 months"), [entry.transactions for entry in each]),
        (gettext("First answer"), [statistics.time_taken(entry.hours) for entry in each]),
        (gettext("Consultants"), [consultants.get(id, 0) for id in ids]),
        (gettext("Products"), [products.get(id, 0) for id in ids]),
        (
            gettext("Association member"),
            [gettext("Yes") if row.member else gettext("No") for row in rows],
        ),
        (
            gettext("Settled in the park"),
            [gettext("Yes") if row.park else gettext("No") for row in rows],
        ),
        (gettext("Certified since"), [local_date(row.certified_at) for row in rows]),
        (gettext("Founded"), [row.founded or NOTHING for row in rows]),
        (gettext("Number of staff"), [row.staff_count or NOTHING for row in rows]),
    ]
    table = Table([Item(row.id, row.name, row.id) for row in rows])
    table.rows = [Row(label, cells) for label, cells in words]
    table.rows.insert(1, Row(gettext("Rating"), [entry.rating for entry in each], "rating"))
    return table


def score_text(score: float | None) -> str:
    """Return an activity score as it is shown, or a dash."""
    return NOTHING if score is None else f"{score:.1f}"


def consultants_of(ids: Sequence[int]) -> dict[int, int]:
    """Return {institution id: number of linked consultants}."""
    query = (
        sa.select(Affiliation.institution_id, sa.func.count())
        .join(Consultant, Consultant.id == Affiliation.consultant_id)
        .where(
            Affiliation.institution_id.in_(ids),
            Affiliation.status == AffiliationStatus.LINKED,
            Consultant.status == ConsultantStatus.CERTIFIED,
        )
        .group_by(Affiliation.institution_id)
    )
    return {id: count for id, count in db.session.execute(query)}  # noqa: C416  # rows


def products_of(ids: Sequence[int]) -> dict[int, int]:
    """Return {institution id: featured and regular products on the storefront}."""
    found: dict[int, int] = {}
    models: tuple[Any, ...] = (FeaturedProduct, RegularOffer)
    for model in models:
        query = (
            sa.select(model.institution_id, sa.func.count())
            .where(access.published(model), model.institution_id.in_(ids))
            .group_by(model.institution_id)
        )
        for id, count in db.session.execute(query):
            found[id] = found.get(id, 0) + count
    return found


def products(asked: Sequence[int]) -> Table:
    """Return the table of listed featured products among `asked`."""
    rows = _in_order(
        asked,
        db.session.scalars(
            sa.select(FeaturedProduct)
            .where(access.published(FeaturedProduct), FeaturedProduct.id.in_(asked))
            .options(
                joinedload(FeaturedProduct.institution),
                joinedload(FeaturedProduct.category).joinedload(Category.parent),
                joinedload(FeaturedProduct.schema),
            )
        ).all(),
    )
    figures = statistics.statistics_of({row.institution_id for row in rows})
    each = [figures[row.institution_id] for row in rows]
    table = Table([Item(row.id, row.name, row.institution_id) for row in rows])
    table.rows = [
        Row(gettext("Price"), [price.price_text(row) for row in rows]),
        Row(gettext("In short"), [row.summary for row in rows]),
        *_parameter_rows(rows),
        Row(gettext("Category"), [named(row.category) for row in rows]),
        Row(gettext("Institution"), [row.institution for row in rows], "institution"),
        Row(gettext("Rating of the institution"), [entry.rating for entry in each], "rating"),
        Row(gettext("Activity score"), [score_text(entry.score) for entry in each]),
        Row(gettext("Deals in 24 months"), [entry.transactions for entry in each]),
    ]
    return table


def _parameter_rows(rows: Sequence[FeaturedProduct]) -> list[Row]:
    """Return a row for each parameter that any of the products has, by its label."""
    cells_by_label: dict[str, list[Any]] = {}
    for place, row in enumerate(rows):
        for parameter, text in parameters.facts(
            parameters.fields_of(row.schema), row.parameters or {}
        ):
            cells_by_label.setdefault(parameter.localized_label, [NOTHING] * len(rows))[place] = (
                text
            )
    return [Row(label, cells) for label, cells in cells_by_label.items()]


TABLES = {"institution": institutions, "product": products}
