"""Where a view stands in the menu of the platform's office."""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString, lazy_gettext

from core.database import db

QUEUES = lazy_gettext("Review queues")
RECORDS = lazy_gettext("Records")
ADMINISTRATION = lazy_gettext("System administration")


def place(
    admin: Any,
    view: type[Any],
    model: type[Any],
    *,
    name: LazyString,
    endpoint: str,
    group: LazyString,
    icon: str,
    url: str | None = None,
) -> None:
    """Add a table's view to the office, under a group of the menu."""
    admin.add_view(
        view(
            model,
            db,
            name=name,
            endpoint=endpoint,
            url=url or endpoint,
            category=group,
            menu_icon_type="icon",
            menu_icon_value=icon,
        )
    )
