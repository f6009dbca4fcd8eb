"""What search engines read: canonical addresses, structured data, the sitemap, robots.txt."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import abort, current_app, render_template, url_for
from markupsafe import Markup

import access
import pages
from database import db
from models import CatalogueItem, Consultant, FeaturedProduct, Institution
from storefront import bp, pages_and_news

CHUNK = 50_000  # the most addresses of a sitemap, by sitemaps.org
DESCRIPTION = 150  # characters that search engines show
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


def public(path: str) -> str:
    """Return the address of a path under PUBLIC_URL, whatever host the request names."""
    return current_app.config["SETTINGS"].public_url.rstrip("/") + path


def in_short(*texts: str | None) -> str:
    """Return the first text that says something, on one line and as long as is shown."""
    text = next((one for one in texts if one and one.strip()), "")
    line = " ".join(text.split())
    return line if len(line) <= DESCRIPTION else line[: DESCRIPTION - 1] + "…"


def as_data(what: dict[str, Any]) -> Markup:
    """Return schema.org data for a data block: nothing in it can end the block or begin another."""
    full = {"@context": "https://schema.org"} | _told(what)
    text = json.dumps(full, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)  # noqa: S704  # every letter that HTML reads was replaced


def _told(what: Any) -> Any:
    """Return `what` without that which is not known."""
    if isinstance(what, dict):
        return {key: _told(value) for key, value in what.items() if value not in (None, "", [])}
    return what


def institution_data(row: Any, rating: Any, link: str | None) -> dict[str, Any]:
    """Return what an institution's page tells machines: no person, no number of one."""
    return {
        "@type": "ProfessionalService",
        "name": row.name,
        "description": in_short(row.introduction),
        "url": public(url_for("storefront.institution", id=row.id)),
        "sameAs": link,
        "address": row.address,
        "foundingDate": str(row.founded) if row.founded else None,
        "numberOfEmployees": {"@type": "QuantitativeValue", "value": row.staff_count}
        if row.staff_count
        else None,
        "aggregateRating": {
            "@type": "AggregateRating",
            "ratingValue": round(rating.mean, 2),
            "reviewCount": rating.count,
            "bestRating": 5,
            "worstRating": 1,
        }
        if rating
        else None,
    }


def product_data(row: Any, *, offered: bool) -> dict[str, Any]:
    """Return what the page of a featured product tells machines."""
    price = row.price_from
    return {
        "@type": "Service",
        "name": row.name,
        "description": in_short(row.summary),
        "url": public(url_for("storefront.product", id=row.id)),
        "serviceType": row.category.name,
        "provider": {
            "@type": "ProfessionalService",
            "name": row.institution.name,
            "url": public(url_for("storefront.institution", id=row.institution_id)),
        },
        "offers": {"@type": "Offer", "price": f"{price:.2f}", "priceCurrency": "CNY"}
        if offered and price is not None
        else None,
    }


def consultant_data(row: Any, institution: Any) -> dict[str, Any]:
    """Return what a consultant's page tells machines: never a contact, agreed to or not."""
    return {
        "@type": "Person",
        "name": row.name,
        "jobTitle": row.title,
        "description": in_short(row.introduction),
        "url": public(f"/consultants/{row.id}"),
        "worksFor": {
            "@type": "ProfessionalService",
            "name": institution.name,
            "url": public(url_for("storefront.institution", id=institution.id)),
        }
        if institution
        else None,
    }


def announcement_data(row: Any) -> dict[str, Any]:
    """Return what an announcement tells machines."""
    return {
        "@type": "NewsArticle",
        "headline": pages_and_news.in_language(row, "title"),
        "datePublished": row.publish_at.isoformat(),
        "url": public(url_for("storefront.announcement", id=row.id)),
    }


@bp.app_context_processor
def offer_head() -> dict[str, Any]:
    return {
        "public": public,
        "in_short": in_short,
        "as_data": as_data,
        "institution_data": institution_data,
        "product_data": product_data,
        "consultant_data": consultant_data,
        "announcement_data": announcement_data,
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
    return _xml("storefront/sitemap_index.xml", places=places)


@bp.get("/sitemaps/pages.xml")
def sitemap_pages() -> Any:
    """The lists, the standing pages and the announcements."""
    known = current_app.view_functions
    paths = [url_for(f"storefront.{one}") for one in LISTS if f"storefront.{one}" in known]
    paths += [url_for("storefront.standing_page", slug=slug) for slug in pages.SLUGS]
    entries: list[tuple[str, datetime | None]] = [(public(path), None) for path in paths]
    for row in db.session.scalars(pages_and_news.current().limit(CHUNK - len(entries))):
        entries.append((public(url_for("storefront.announcement", id=row.id)), row.publish_at))
    return _xml("storefront/sitemap.xml", entries=entries)


@bp.get("/sitemaps/<kind>-<int(max=100000):number>.xml")
def sitemap_chunk(kind: str, number: int) -> Any:
    """One chunk of the pages of a kind, by id."""
    if kind not in THINGS or number < 1:
        abort(404)
    entries = list(_chunk(kind, number))
    if not entries:
        abort(404)
    return _xml("storefront/sitemap.xml", entries=entries)


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
