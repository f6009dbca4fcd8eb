"""Recipients, links and template context of the notices about a product or its change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import force_locale

from models import FeaturedProduct, NoticeKind, ProductChange
from workflows.engine.notices import Notice, Recipient, reviewers_of_applications
from workflows.engine.recipients import institution_people
from workflows.product.rules import labels_of


def product_of(row: FeaturedProduct | ProductChange) -> FeaturedProduct:
    return row if isinstance(row, FeaturedProduct) else row.product


def institution_side(rows: Sequence[FeaturedProduct | ProductChange]) -> dict[int, list[Recipient]]:
    """The reserved e-mail of the institution, and the bell of everybody in its workbench."""
    products: list[Any] = [product_of(row) for row in rows]
    people = institution_people(products)
    return {row.id: people[product_of(row).id] for row in rows}


def to_workbench(row: FeaturedProduct | ProductChange) -> str:
    place = "product" if isinstance(row, FeaturedProduct) else "product-change"
    return f"/workbench/{place}/details/?id={row.id}"


def to_queue(row: FeaturedProduct | ProductChange) -> str:
    place = "product" if isinstance(row, FeaturedProduct) else "product-change"
    return f"/admin/{place}/details/?id={row.id}"


def context(rows: Sequence[FeaturedProduct | ProductChange]) -> dict[int, dict[str, Any]]:
    """What a mail says: names, and the remarks as lines in the language of the writer."""
    return {row.id: _context_of(row) for row in rows}


def _context_of(row: FeaturedProduct | ProductChange) -> dict[str, Any]:
    product = product_of(row)
    names = {"product": product.name or row.name, "institution": product.institution.name}
    with force_locale(row.author.locale or "zh_Hans_CN"):
        labels = labels_of(row)
        lines = [
            f"{labels[name]}: {words}"
            for name, words in (row.remarks or {}).items()
            if name in labels
        ]
    return names | ({"remarks": lines} if lines else {})


def notify_institution(template: str) -> Notice[FeaturedProduct | ProductChange]:
    return Notice(
        template=template, kind=NoticeKind.PRODUCT, recipients=institution_side, link=to_workbench
    )


def notify_reviewers(template: str) -> Notice[FeaturedProduct | ProductChange]:
    return Notice(
        template=template,
        kind=NoticeKind.PRODUCT,
        recipients=reviewers_of_applications,
        link=to_queue,
    )
