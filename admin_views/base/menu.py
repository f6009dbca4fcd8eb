"""The menu of an office: its entries, one list an office, and the drawing of it.

Each office writes its list in `menu.py` (admin_views/platform, admin_views/workbench). The first
entry is the front page. A view that the menu does not show stands in the list too, `under` the
entry that leads to it: with its page open, that one is marked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from flask import current_app, request
from flask_babel import LazyString, get_locale
from markupsafe import Markup

MENUS_KEPT = 1_000  # an office has as many as pages times roles times languages


@dataclass(frozen=True, slots=True)
class Entry:
    """A view, and where the menu shows it."""

    endpoint: str
    view: type[Any]
    model: type[Any] | None  # None: a page that is no table
    icon: str  # of static/icons.svg
    name: LazyString
    url: str = ""  # below the office's own; empty: the endpoint
    under: str | None = None  # endpoint of the entry that leads here; None: it is shown itself


@dataclass(frozen=True, slots=True)
class Group:
    """A head over the entries that follow it."""

    name: LazyString


Menu: TypeAlias = tuple[Entry | Group, ...]


def placed(menu: Menu) -> Iterator[tuple[Entry, LazyString | None]]:
    """Return every entry in order, with the name of its group (None: it stands in none)."""
    group = None
    for part in menu:
        if isinstance(part, Group):
            group = part.name
        else:
            yield part, group


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
