"""Featured products and their changes in both back offices: cells, labels, comparison."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

import uploads
from admin_views.base.history import Entry, entries
from forms.categories import category_name
from labels import price
from models import FeaturedProduct, ProductChange
from workflows import parameters
from workflows.product.differences import changed_since_last_submission, differences
from workflows.product.files import attachments_of, cover_of
from workflows.product.rules import FIELD_LABELS, TERMS_LABELS, labels_of
from workflows.product.text import in_charge_of

PRODUCT_LABELS = {
    **FIELD_LABELS,
    **TERMS_LABELS,
    "product": lazy_gettext("Featured product"),
    "institution": lazy_gettext("Institution"),
    "product.institution": lazy_gettext("Institution"),
    "author": lazy_gettext("Written by"),
    "parameters": lazy_gettext("Parameters"),
    "submitted_at": lazy_gettext("Waiting since"),
}


def category_of(_view: Any, _context: None, row: Any, _name: str) -> str:
    return category_name(row.category)


def price_of(_view: Any, _context: None, row: Any, _name: str) -> str:
    return price.price_text(row)


class ProductRecord:
    """The details of a product or a change: its past in words, and what a page shows of it."""

    column_labels: Any
    record_printer: Any

    def past(self, row: FeaturedProduct | ProductChange) -> list[Entry]:
        """Return the history of `row`, its remarks by the names of its parameters."""
        return entries(row, {**self.column_labels, **labels_of(row)}, self.record_printer())


def shown(thing: FeaturedProduct | ProductChange) -> dict[str, Any]:
    """Return what the template `admin/_product.html` shows of a product or a proposed version."""
    product = thing if isinstance(thing, FeaturedProduct) else thing.product
    return {
        "thing": thing,
        "category": category_name(thing.category),
        "parameters": parameters.facts(parameters.fields_of(thing.schema), thing.parameters),
        "price": price.price_text(product),
        "in_charge": in_charge_of(product),
        "cover": cover_of(thing),
        "attachments": attachments_of(thing),
    }


def compared(change: ProductChange) -> dict[str, Any]:
    """Return what a page shows of a change: field by field, and the files."""
    return {
        "differences": differences(change),
        "cover_before": cover_of(change.product),
        "cover_after": cover_of(change),
        "own_files": uploads.files_of(change),
    }


def corrected(row: FeaturedProduct | ProductChange) -> dict[str, Any]:
    """Return what changed since the reviewer saw it last, and the remarks of that review."""
    return {
        "since": changed_since_last_submission(row),
        "labels": labels_of(row),
        "remarks": row.remarks or {},
    }
