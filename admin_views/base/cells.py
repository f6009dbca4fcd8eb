"""Formatting of values as HTML, in Python: a template costs three times as much."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import get_timezone, gettext
from markupsafe import Markup, escape

from i18n.locales import masked, money

DASH = "—"
LONGEST_IN_A_LIST = 60  # characters
PHONES = ("contact_phone", "contact_mobile", "phone")


def value_at(row: Any, path: str) -> Any:
    """Return `row.a.b` for "a.b"; None where something on the way is missing."""
    for name in path.split("."):
        row = getattr(row, name, None)
    return row


def in_english(html: Markup) -> Markup:
    """Return what stands in English whatever the reader's language is, marked as such."""
    return Markup('<div lang="en">{}</div>').format(html)


class Printer:
    """Prints values in the language and time zone of one request. Make one for each."""

    def __init__(self, masks: Iterable[str] = (), longest: int | None = None) -> None:
        """Take the columns to mask, and how long a text may be (None: any length)."""
        self.masks = frozenset(masks)
        self.longest = longest
        self.zone = ZoneInfo(str(get_timezone()))
        self.currency = money(Decimal(0)).removesuffix("0.00")
        self.yes, self.no = gettext("Yes"), gettext("No")
        self._known: dict[int, str] = {}  # badges repeat down a column
        self._by_type: dict[type, Callable[[Any], str]] = {
            type(None): lambda _value: DASH,
            bool: lambda value: self.yes if value else self.no,
            int: str,
            str: self.text,
            datetime: lambda value: value.astimezone(self.zone).strftime("%Y-%m-%d %H:%M"),
            date: date.isoformat,
            Decimal: self.amount,
            Markup: str,
        }

    def cell(self, value: Any, name: str = "") -> str:
        """Return `value` of the column `name` as HTML."""
        return self.column(name)(value)

    def column(self, name: str) -> Callable[[Any], str]:
        """Return what prints a value of the column `name`: asked once for all rows of a list."""
        if name.rpartition(".")[2] in self.masks:
            return lambda value: str(escape(masked(value)))
        if name.endswith("_en"):
            return lambda value: str(in_english(Markup(self._value(value))))  # noqa: S704  # escaped
        return self._value

    def _value(self, value: Any) -> str:
        known = self._by_type.get(type(value))
        if known is None:
            known = self._by_type[type(value)] = self._printer_for(value)
        return known(value)

    def plain(self, value: Any, name: str = "") -> str:
        """Return `value` as text without tags."""
        return Markup(self.cell(value, name)).striptags()  # noqa: S704  # cells are escaped

    def _printer_for(self, value: Any) -> Callable[[Any], str]:
        if isinstance(value, StrEnum):
            return self.badge
        if isinstance(value, datetime):
            return self._by_type[datetime]
        if isinstance(value, list | tuple | set | frozenset):
            return lambda many: ", ".join(self.cell(item) for item in many) or DASH
        return lambda item: self.text(str(item))

    def text(self, value: str) -> str:
        if not value:
            return DASH
        if self.longest is not None and len(value) > self.longest:
            return f"{escape(value[: self.longest])}…"
        return str(escape(value))

    def amount(self, value: Decimal) -> str:
        if value < 0:
            return money(value)
        return f"{self.currency}{value:,.2f}"  # as `money` writes it, at a tenth of the cost

    def badge(self, value: StrEnum) -> str:
        key = id(value)  # a member is one object, and two enums may share a value
        if key not in self._known:
            macros: Any = current_app.jinja_env.get_template("_macros.html").module
            self._known[key] = str(macros.badge(value))
        return self._known[key]
