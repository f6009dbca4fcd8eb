"""Structured data (schema.org, JSON-LD), canonical addresses and descriptions of pages."""

from __future__ import annotations

import json
from typing import Any

from flask import current_app, url_for
from markupsafe import Markup

from storefront import bp
from storefront.site import content_pages

DESCRIPTION = 150  # characters that search engines show


def public(path: str) -> str:
    """Return the address of a path under PUBLIC_URL, whatever host the request names."""
    return current_app.config["SETTINGS"].public_url.rstrip("/") + path


def in_short(*texts: str | None) -> str:
    """Return the first text that says something, on one line and as long as is shown."""
    text = next((text for text in texts if text and text.strip()), "")
    line = " ".join(text.split())
    return line if len(line) <= DESCRIPTION else line[: DESCRIPTION - 1] + "…"


def as_data(what: dict[str, Any]) -> Markup:
    """Return schema.org data for a data block: nothing in it can end the block or begin another."""
    full = {"@context": "https://schema.org"} | _known(what)
    text = json.dumps(full, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(text)  # noqa: S704  # every letter that HTML reads was replaced


def _known(what: Any) -> Any:
    """Return `what` without that which is not known."""
    if isinstance(what, dict):
        return {key: _known(value) for key, value in what.items() if value not in (None, "", [])}
    return what


def institution_data(row: Any, rating: Any, link: str | None) -> dict[str, Any]:
    """Return the schema.org data of an institution: no person, no number of one."""
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
    """Return the schema.org data of a featured product."""
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
    """Return the schema.org data of a consultant: never a contact, agreed to or not."""
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
    """Return the schema.org data of an announcement."""
    return {
        "@type": "NewsArticle",
        "headline": content_pages.in_language(row, "title"),
        "datePublished": row.publish_at.isoformat(),
        "url": public(url_for("storefront.announcement", id=row.id)),
    }


@bp.app_context_processor
def template_functions() -> dict[str, Any]:
    return {
        "public": public,
        "in_short": in_short,
        "as_data": as_data,
        "institution_data": institution_data,
        "product_data": product_data,
        "consultant_data": consultant_data,
        "announcement_data": announcement_data,
    }
