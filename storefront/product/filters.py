"""What the address of the products' page asks for: kind, institution, price, and parameters of the
category beside what every list asks. What makes no sense filters nothing and says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from core.ids import parse_id
from forms.contact import half_width
from forms.fields import LARGEST_AMOUNT, LARGEST_NUMBER, number_in
from storefront.listing.filters import (
    ACTIVITY,
    CHEAPEST,
    DEAREST,
    NAME,
    NEWEST,
    RATING,
    Filters,
    common,
)
from workflows.parameters import Parameter

KINDS = ("featured", "regular")
SORTS = (NEWEST, ACTIVITY, RATING, CHEAPEST, DEAREST, NAME)
PRICES = ("price_from", "price_to")


@dataclass(slots=True, kw_only=True)
class ProductFilters(Filters):
    """What the address asks for. `typed` is as it was written, to stand in the form again."""

    kind: str
    institution: int | None = None
    typed: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    low: Decimal | None = None
    high: Decimal | None = None
    asked: tuple[Parameter, ...] = ()  # the parameters that can be filtered by
    schema_ids: tuple[int, ...] = ()
    picked: list[tuple[Parameter, str, Any]] = field(default_factory=list)  # field, way, value

    def parameters(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            **Filters.parameters(self),
            "institution": self.institution,
            **self.typed,
        }

    def in_category(self, slug: str) -> str:
        others = {name: "" for name in self.typed if name not in PRICES}
        return self.href(**others, category=slug)


def read(args: Any, categories_of_kind: Any) -> ProductFilters:
    """Return the filters of an address, without parameters.

    Args:
        args: the query parameters.
        categories_of_kind: returns the categories to choose from, for a kind of products.
    """
    kind = args.get("kind", "")
    kind = kind if kind in KINDS else KINDS[0]
    criteria = ProductFilters(kind=kind, **common(args, categories_of_kind(kind), SORTS))
    criteria.institution = parse_id(args.get("institution"))
    criteria.low, criteria.high = (amount(criteria, args, name) for name in PRICES)
    return criteria


def text(criteria: ProductFilters, args: Any, name: str) -> str:
    """Return what the address says of `name`, and remember it as it was typed."""
    typed: str = half_width(args.get(name, "").replace("\x00", "")).strip()[:40]
    if typed:
        criteria.typed[name] = typed
    return typed


def amount(criteria: ProductFilters, args: Any, name: str, places: int = 2) -> Decimal | None:
    """Return the number called `name`, None where there is none or it makes no sense."""
    typed = text(criteria, args, name)
    if not typed:
        return None
    number = number_in(typed, places)
    if number is None or abs(number) > max(LARGEST_AMOUNT, LARGEST_NUMBER):
        criteria.errors[name] = gettext("Give a number, such as 12 or 1,234.5.")
        return None
    return number
