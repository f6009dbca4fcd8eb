"""SEO: robots.txt and the sitemap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import abort, current_app, render_template, url_for

import access
from content import pages
from core.database import db
from models import CatalogueItem, Consultant, FeaturedProduct, Institution
from storefront import bp
from storefront.site import content_pages
from storefront.site.structured_data import public

CHUNK = 50_000  # the most addresses of a sitemap, by sitemaps.org
PRIVATE = (
    "/account/",
    "/admin/",
    "/workbench/",
    "/certification/",
    "/demands/",
    "/invitations/",
    "/confirm",
    "/compare",
    "/search",
    "/login",
    "/register",
    "/reset",
)
LISTS = ("home", "institutions", "consultants", "products", "ranking", "announcements")
THINGS: dict[str, tuple[type[Any], str, Any]] = {
    "institutions": (Institution, "/institutions/", Institution.status_at),
    "consultants": (Consultant, "/consultants/", Consultant.status_at),
    "products": (FeaturedProduct, "/products/", FeaturedProduct.status_at),
    "regular": (CatalogueItem, "/products/regular/", CatalogueItem.created_at),
}


@bp.get("/robots.txt")
def robots() -> Any:
    """What crawlers leave alone, and where the sitemap is."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE)]
    lines += ["", f"Sitemap: {public('/sitemap.xml')}", ""]
    return "\n".join(lines), {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/sitemap.xml")
def sitemap() -> Any:
    """The index of the sitemaps: one of the standing pages, and chunks of each kind of thing."""
    names = ["pages"]
    for kind, (model, _path, _moment) in THINGS.items():
        count = db.session.scalar(_shown(sa.func.count(model.id), model)) or 0
        names += [f"{kind}-{number}" for number in range(1, -(-count // CHUNK) + 1)]
    places = [public(f"/sitemaps/{name}.xml") for name in names]
    return _xml("storefront/site/sitemap_index.xml", places=places)


@bp.get("/sitemaps/pages.xml")
def sitemap_pages() -> Any:
    """The lists, the standing pages and the announcements."""
    known = current_app.view_functions
    paths = [url_for(f"storefront.{name}") for name in LISTS if f"storefront.{name}" in known]
    paths += [url_for("storefront.standing_page", slug=slug) for slug in pages.SLUGS]
    entries: list[tuple[str, datetime | None]] = [(public(path), None) for path in paths]
    for row in db.session.scalars(content_pages.current().limit(CHUNK - len(entries))):
        entries.append((public(url_for("storefront.announcement", id=row.id)), row.publish_at))
    return _xml("storefront/site/sitemap.xml", entries=entries)


@bp.get("/sitemaps/<kind>-<int(max=100000):number>.xml")
def sitemap_chunk(kind: str, number: int) -> Any:
    """One chunk of the pages of a kind, by id."""
    if kind not in THINGS or number < 1:
        abort(404)
    entries = list(_chunk(kind, number))
    if not entries:
        abort(404)
    return _xml("storefront/site/sitemap.xml", entries=entries)


def _shown(columns: Any, model: type[Any]) -> sa.Select[Any]:
    listed = columns if isinstance(columns, Sequence) else (columns,)
    return sa.select(*listed).where(access.published(model))


def _chunk(kind: str, number: int) -> Iterator[tuple[str, datetime | None]]:
    model, path, moment = THINGS[kind]
    query = _shown((model.id, moment), model).order_by(model.id)
    for id, at in db.session.execute(query.limit(CHUNK).offset((number - 1) * CHUNK)):
        yield public(f"{path}{id}"), at


def _xml(template: str, **values: Any) -> Any:
    return render_template(template, **values), {"Content-Type": "application/xml; charset=utf-8"}
