"""Template context: the site's settings, who is looking, labels, icons, addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, g, request
from flask_babel import get_locale
from flask_login import current_user
from markupsafe import Markup

import access
import labels
import uploads
from accounts import last_seen, viewing
from content import settings
from core import markdown
from labels import price
from models import SiteSetting, User
from web import cache_marks, fragment_cache, static_files
from workflows import engine

# the strokes of static/icons.svg that stand for a field of service
CATEGORY_ICONS = (
    "scales", "calculator", "coins", "people", "bulb", "monitor", "megaphone", "building", "shield",
    "book", "globe", "briefcase", "leaf", "truck", "chart", "bank", "handshake", "receipt", "star",
    "grid",
)  # fmt: skip


class Site:
    """The settings as attributes, read once per request and only when a template asks."""

    def __getattr__(self, key: str) -> Any:
        if key not in settings.SETTINGS:
            raise AttributeError(key)
        return self._values()[key]

    @property
    def contacts(self) -> list[Any]:
        return settings.contact_block(self._values())

    @staticmethod
    def _values() -> dict[str, Any]:
        if "site_settings" not in g:
            name = ("settings", str(get_locale()))  # a default is in the reader's language
            g.site_settings = fragment_cache.cached(name, settings.all_settings, alone=True)
        cache_marks.used({SiteSetting.__tablename__})  # by whatever is made just now
        values: dict[str, Any] = g.site_settings
        return values


@dataclass(frozen=True, slots=True)
class Viewer:
    """The signed-in person, as the frame of every page needs them."""

    person: User

    @property
    def unread(self) -> int:
        """How many notices they have not read."""
        return int(self.person.unread)

    @property
    def name(self) -> str:
        return self.person.name

    @property
    def staff(self) -> bool:
        """Works for the platform."""
        return access.is_staff(self.person)

    @property
    def stands_for(self) -> frozenset[int]:
        """The institutions that they work for or consult in: they post no demand to them."""
        return access.institution_ids(self.person) | self._consulted()

    @property
    def at_work(self) -> bool:
        """Has a workbench; asked for by the storefront alone."""
        return bool(access.institution_ids(self.person) or self._consulted())

    def _consulted(self) -> frozenset[int]:
        """The institutions that they consult in; whether they consult at all came with them."""
        return access.consulted_institution_ids(self.person) if self.person.linked else frozenset()


def viewer() -> Viewer | None:
    """Return who is looking, or None for an anonymous visitor."""
    if not current_user.is_authenticated:
        return None
    return Viewer(current_user._get_current_object())


def own_institutions() -> frozenset[int]:
    """Return the institutions that whoever is looking works or speaks for."""
    who = viewer()
    return who.stands_for if who else frozenset()


def has_endpoint(name: str) -> bool:
    """Whether the application has a page of this name: deployments may leave some out."""
    return name in current_app.view_functions


def page_url(number: int) -> str:
    """Return the address of this page of a list with another page number."""
    pairs = [pair for pair in request.args.items(multi=True) if pair[0] != "page"]
    if number > 1:
        pairs.append(("page", str(number)))
    return f"{request.path}?{urlencode(pairs)}" if pairs else request.path


def named(category: Any) -> str:
    """Return a category's name in the reader's language."""
    chinese = get_locale().language == "zh"
    return str(category.name if chinese or not category.name_en else category.name_en)


def asset(name: str) -> str:
    """Return the address of a file of static/, which holds the hash of its content."""
    return static_files.url(name, request.script_root)


def stroke(name: str, extra: str = "") -> Markup:
    """Return an icon of static/icons.svg: dozens on a page, each made once."""
    return _stroke(asset("icons.svg"), name if name in _icon_names() else "grid", extra)


@cache
def _icon_names() -> frozenset[str]:
    sprite = Path(current_app.static_folder or "static") / "icons.svg"
    return frozenset(re.findall(r'<symbol id="([\w-]+)"', sprite.read_text("utf-8")))


@lru_cache(maxsize=512)
def _stroke(sprite: str, name: str, extra: str) -> Markup:
    return Markup(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
    ).format(extra, sprite, name)


def here() -> str:
    """Return the path of the request, for forms that lead back to it."""
    return request.full_path.rstrip("?") if request.method == "GET" else request.path


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        label=labels.label, tone=labels.tone, event_label=engine.event_label
    )
    app.jinja_env.filters.update(named=named, price=price.price_text, markdown=markdown.render)
    app.jinja_env.globals.update(
        site=Site(),
        viewer=viewer,
        own_institutions=own_institutions,
        has_endpoint=has_endpoint,
        page_url=page_url,
        asset=asset,
        here=here,
        stroke=stroke,
        session_clock=last_seen.clock,
        viewing=viewing.current,
        file_limit=uploads.LIMIT,
    )
