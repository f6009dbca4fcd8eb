"""Regular offers in both back offices: cells and labels."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup

from forms.categories import category_name
from labels import price
from models import RegularOffer

OFFER_LABELS = {
    "item": lazy_gettext("Regular product"),
    "institution": lazy_gettext("Institution"),
    "category": lazy_gettext("Service category"),
    "price": lazy_gettext("Price"),
    "price_kind": lazy_gettext("Price"),
    "price_from": lazy_gettext("Amount, or the lower one (yuan)"),
    "price_to": lazy_gettext("Upper amount (yuan)"),
    "price_unit": lazy_gettext("What the price buys"),
    "duration": lazy_gettext("Duration"),
    "remark": lazy_gettext("Notes of the institution"),
    "reason": lazy_gettext("Why the platform took it down"),
    "item.covers": lazy_gettext("What it covers"),
    "reference": lazy_gettext("Reference price"),
    "item.duration": lazy_gettext("Usual duration"),
    "item.documents": lazy_gettext("Documents needed"),
    "status_at": lazy_gettext("In this state since"),
}


def category_of(_view: Any, _context: None, row: RegularOffer, _name: str) -> str:
    return category_name(row.item.category)


def price_of(_view: Any, _context: None, row: Any, _name: str) -> str:
    return price.price_text(row)


def state_of(_view: Any, _context: None, row: RegularOffer, _name: str) -> Any:
    """A listed offer of what left the catalogue is not shown, and says so."""
    macros: Any = current_app.jinja_env.get_template("_macros.html").module
    if not row.item.retired:
        return row.status
    words = gettext("hidden: the item is retired")
    return Markup('{} <span class="text-muted">{}</span>').format(macros.badge(row.status), words)


def reference_of(_view: Any, _context: None, row: RegularOffer, _name: str) -> str:
    return price.price_text(row.item)
