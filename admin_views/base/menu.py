"""The menu of an office, drawn once for all who see the same of it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import current_app, request
from flask_babel import get_locale
from markupsafe import Markup

MENUS_KEPT = 1_000  # an office has as many as pages times roles times languages


def drawn(view: Any) -> Markup:
    """Return the menu of the office of `view` as HTML, with the items that the reader may open.

    What decides about an item is asked at every request; only the drawing is remembered.
    """
    items = [item for entry in view.admin.menu() for item in (entry, *entry._children)]
    shown = tuple(item.is_category() or _open(item) for item in items)
    return _drawn(current_app.jinja_env, view, str(get_locale()), request.script_root, shown)


def _open(item: Any) -> bool:
    return bool(item.is_accessible() and item.is_visible())


@lru_cache(maxsize=MENUS_KEPT)
def _drawn(
    environment: Any, view: Any, _locale: str, _root: str, _shown: tuple[bool, ...]
) -> Markup:
    return Markup(environment.get_template("admin/_menu.html").render(admin_view=view))  # noqa: S704  # a template escapes
