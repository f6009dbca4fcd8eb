"""Which language a person reads, and the formats and translations templates use."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from babel.numbers import format_currency
from flask import Flask, has_request_context, session
from flask_babel import force_locale, format_date, format_datetime, get_locale, gettext

from core import cookies
from core.clock import now
from i18n.translations import babel

LANGUAGES = {"zh_Hans_CN": "中文", "en": "English"}  # each in its own words
DEFAULT = "zh_Hans_CN"
COOKIE = "language"


def choose() -> str:
    """Return the locale of the request: the switch, now or on a former visit, else Chinese."""
    if not has_request_context():
        return DEFAULT
    chosen = session.get("locale") or cookies.read(COOKIE)
    return str(chosen) if chosen in LANGUAGES else DEFAULT


def in_every_language(text: Any) -> set[str]:
    """Return what `text`, a lazy one, says in each language, folded: what a file may hold."""
    found = set()
    for language in LANGUAGES:
        with force_locale(language):
            found.add(str(text).casefold())
    return found


def money(value: Decimal | None) -> str:
    """Return an amount in yuan as a Chinese reader writes it, or a dash."""
    return "—" if value is None else format_currency(value, "CNY", locale=get_locale())


def local_time(value: datetime | None) -> str:
    """Return a moment in Asia/Shanghai, to the minute, or a dash."""
    return "—" if value is None else format_datetime(value, "yyyy-MM-dd HH:mm")


def local_date(value: date | datetime | None) -> str:
    """Return a day (in Asia/Shanghai for a moment), or a dash."""
    return "—" if value is None else format_date(value, "yyyy-MM-dd")


def age(value: datetime | None) -> str:
    """Return how long ago a moment was, in the largest fitting unit."""
    if value is None:
        return "—"
    seconds = int((now() - value.astimezone(UTC)).total_seconds())
    if seconds < 60:
        return gettext("just now")
    if seconds < 3600:
        return gettext("%(count)s min ago", count=seconds // 60)
    if seconds < 86400:
        return gettext("%(count)s h ago", count=seconds // 3600)
    return gettext("%(count)s d ago", count=seconds // 86400)


def masked(phone: str | None) -> str:
    """Return a phone number that its owner recognises and nobody else: 138****5678."""
    digits = phone or ""
    if len(digits) < 7:
        return "*" * len(digits) if digits else "—"
    return f"{digits[:3]}****{digits[-4:]}"


def init_app(app: Flask) -> None:
    babel.init_app(app, locale_selector=choose)
    app.jinja_env.filters.update(
        money=money, local_time=local_time, local_date=local_date, age=age, masked=masked
    )

    @app.context_processor
    def inject() -> dict[str, Any]:
        return {"locale": str(get_locale()), "languages": LANGUAGES}
