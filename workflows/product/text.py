"""A featured product or its change as text: for snapshots, diffs and the journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import force_locale

from forms.categories import category_name
from labels import price
from models import Affiliation, AffiliationStatus, FeaturedProduct, ProductChange
from workflows import parameters
from workflows.product.files import COVER, DOCUMENT, shown_files
from workflows.product.rules import labels_of


def described(thing: FeaturedProduct | ProductChange) -> dict[str, str]:
    """Return {name: words} of what was, or will be, reviewed, in the order of the form."""
    files = shown_files(thing)
    fields = parameters.fields_of(thing.schema)
    asked = {field.name: text for field, text in parameters.facts(fields, thing.parameters)}
    return {
        "category": category_name(thing.category),
        "name": thing.name,
        "summary": thing.summary,
        **asked,
        "description": thing.description,
        "cover": _named(files, COVER),
        "attachments": _named(files, DOCUMENT),
    }


def _named(files: list[Any], kind: Any) -> str:
    return ", ".join(f"{file.filename} (#{file.id})" for file in files if file.kind is kind)


def whole_text(thing: FeaturedProduct | ProductChange) -> dict[str, list[str]]:
    """Return {name: [label, words]} as the journal keeps what was handed in, in Chinese."""
    with force_locale("zh_Hans_CN"):
        labels, words = labels_of(thing), described(thing)
        if isinstance(thing, FeaturedProduct):
            words |= {
                "price": price.price_text(thing),
                "in_charge": ", ".join(names_in_charge(thing)),
            }
        return {name: [str(labels[name]), text] for name, text in words.items()}


def parameters_text(schema: Any, values: Mapping[str, Any]) -> str:
    """Return parameters on one line, as the journal keeps them, in Chinese."""
    with force_locale("zh_Hans_CN"):
        found = parameters.facts(parameters.fields_of(schema), values)
        return "; ".join(f"{field.label}: {text}" for field, text in found)


def in_charge_of(product: FeaturedProduct) -> list[Affiliation]:
    """Return the affiliations in charge that are linked now, by the consultant's name."""
    linked = [
        affiliation
        for affiliation in product.in_charge
        if affiliation.status is AffiliationStatus.LINKED
    ]
    return sorted(linked, key=lambda affiliation: (affiliation.consultant.name, affiliation.id))


def names_in_charge(product: FeaturedProduct) -> list[str]:
    return [affiliation.consultant.name for affiliation in in_charge_of(product)]
