"""The filters of the products' page, out of its address: words, category, institution, price,
parameters of the category, and the order. What makes no sense filters nothing and says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext, lazy_gettext

from database import db
from forms import LARGEST_AMOUNT, LARGEST_NUMBER, half_width, number_in
from models import (
    Category,
    ParameterSchema,
)
from storefront.browse import Field
from workflows import parameters
from workflows.parameters import FieldType, Parameter

T = FieldType
KINDS = ("featured", "regular")
SORTS = {
    "": lazy_gettext("Newest first"),
    "price": lazy_gettext("Price, low to high"),
    "-price": lazy_gettext("Price, high to low"),
    "name": lazy_gettext("By name"),
}
LONGEST_SEARCH = 100
RANGED = (T.NUMBER, T.MONEY, T.DATE)


@dataclass(slots=True)
class Filters:
    """What the address asks for. `typed` is as it was written, to stand in the form again."""

    kind: str
    words: str
    sort: str
    chosen: Field | None = None
    top: Field | None = None
    institution: int | None = None
    typed: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    low: Decimal | None = None
    high: Decimal | None = None
    asked: tuple[Parameter, ...] = ()  # the parameters that can be filtered by
    schema_ids: tuple[int, ...] = ()
    picked: list[tuple[Parameter, str, Any]] = field(default_factory=list)  # field, way, value

    @property
    def narrowed(self) -> bool:
        return bool(self.words or self.chosen or self.institution or self.typed)


def read(args: Any, shelves: Mapping[str, Sequence[Field]]) -> Filters:
    """Return the filters of an address; `shelves` are the categories of each kind."""
    kind = args.get("kind", "")
    kind = kind if kind in KINDS else KINDS[0]
    sort = args.get("sort", "")
    found = Filters(
        kind=kind,
        words=args.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH],
        sort=sort if sort in SORTS else "",
    )
    slug = args.get("category", "")
    for one in shelves[kind]:
        for candidate in (one, *one.children):
            if slug and candidate.slug == slug:
                found.chosen, found.top = candidate, one
    digits = args.get("institution", "")
    if digits.isascii() and digits.isdigit() and 0 < len(digits) < 10 and int(digits):
        found.institution = int(digits)
    found.low = _amount(found, args, "price_from")
    found.high = _amount(found, args, "price_to")
    if kind == "featured" and found.chosen is not None:
        _read_parameters(found, args)
    return found


def _text(found: Filters, args: Any, name: str) -> str:
    text = half_width(args.get(name, "").replace("\x00", "")).strip()[:40]
    if text:
        found.typed[name] = text
    return text


def _amount(found: Filters, args: Any, name: str, places: int = 2) -> Decimal | None:
    """Return the number called `name`, None where there is none or it makes no sense."""
    text = _text(found, args, name)
    if not text:
        return None
    number = number_in(text, places)
    if number is None or abs(number) > max(LARGEST_AMOUNT, LARGEST_NUMBER):
        found.errors[name] = gettext("Give a number, such as 12 or 1,234.5.")
        return None
    return number


def _read_parameters(found: Filters, args: Any) -> None:
    assert found.chosen is not None
    category = db.session.get(Category, found.chosen.id)
    schema = parameters.schema_of(category) if category else None
    if schema is None:
        return
    found.asked = tuple(one for one in parameters.fields_of(schema) if one.filtered)
    found.schema_ids = tuple(
        db.session.scalars(
            sa.select(ParameterSchema.id).where(ParameterSchema.category_id == schema.category_id)
        )
    )
    for one in found.asked:
        if one.type in RANGED:
            for way in ("from", "to"):
                value = _bound(found, args, one, f"{one.name}_{way}")
                if value is not None:
                    found.picked.append((one, way, value))
        else:
            _read_choice(found, args, one)


def _bound(found: Filters, args: Any, one: Parameter, name: str) -> Any:
    if one.type is not T.DATE:
        return _amount(found, args, name, places=4)
    text = _text(found, args, name)
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        found.errors[name] = gettext("Give a day, such as 2026-01-31.")
        return None


def _read_choice(found: Filters, args: Any, one: Parameter) -> None:
    value = args.get(one.name, "")
    offered = one.type is T.YES_NO and value in ("yes", "no")
    if offered or one.option(value):
        found.typed[one.name] = value
        found.picked.append((one, "is", value))
