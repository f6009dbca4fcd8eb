"""Snapshot of a product on the day that a demand asked for it, kept with the demand.

A product may change, be delisted or go; a demand goes on with what stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from flask_babel import gettext

from forms import price
from labels import price as labels_price
from models import FeaturedProduct, PriceKind, RegularOffer
from workflows import parameters
from workflows.engine import plain

PRICE = price.COLUMNS


def of_product(product: FeaturedProduct) -> dict[str, Any]:
    """Return the snapshot of a featured product, for Demand.asked_for."""
    return {
        "kind": "product",
        "id": product.id,
        "name": product.name,
        "summary": product.summary,
        "version": product.version,
        "fields": list(product.schema.fields) if product.schema else [],
        "parameters": dict(product.parameters or {}),
        **_price(product),
    }


def of_offer(offer: RegularOffer) -> dict[str, Any]:
    """Return the snapshot of an institution's offer of a regular product."""
    return {
        "kind": "offer",
        "id": offer.id,
        "item": offer.item_id,
        "name": offer.item.name,
        "summary": offer.item.covers,
        "version": offer.version,
        "duration": offer.duration,
        "remark": offer.remark,
        **_price(offer),
    }


def _price(row: Any) -> dict[str, Any]:
    return {name: plain(getattr(row, name)) for name in PRICE}


def facts(snapshot: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """Return what a snapshot of a product says, as (label, text) in the reader's language.

    Nothing for a demand to an institution or a consultant.
    """
    if not snapshot or snapshot.get("kind") not in ("product", "offer"):
        return []
    found = [(gettext("Price"), _price_words(snapshot))]
    for name, label in (
        ("duration", gettext("Duration")),
        ("remark", gettext("Notes of the institution")),
        (
            "summary",
            gettext("Summary") if snapshot["kind"] == "product" else gettext("What it covers"),
        ),
    ):
        if snapshot.get(name):
            found.append((label, str(snapshot[name])))
    fields = parameters.parse(snapshot.get("fields") or ())
    found += [
        (field.localized_label, text)
        for field, text in parameters.facts(fields, snapshot.get("parameters") or {})
    ]
    return found


def _price_words(snapshot: Mapping[str, Any]) -> str:
    amounts = {
        name: Decimal(snapshot[name]) if snapshot.get(name) else None
        for name in ("price_from", "price_to")
    }
    row = SimpleNamespace(
        price_kind=PriceKind(snapshot["price_kind"]), price_unit=snapshot["price_unit"], **amounts
    )
    return labels_price.price_text(row)
