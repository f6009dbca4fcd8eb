"""Content pages: announcements and the standing pages (about, help, terms, privacy)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import abort, render_template, request
from flask_babel import get_locale

from content import pages
from core.clock import now
from core.database import db
from models import Announcement
from storefront import bp
from storefront.listing.paging import paged
from web.page_cache import for_visitors
from workflows.privacy import summary


def in_language(text: Any, name: str) -> str:
    """Return the title or body of a text in the reader's language; Chinese where English lacks."""
    english = getattr(text, f"{name}_en")
    return str(english if get_locale().language == "en" and english else getattr(text, name))


def current() -> sa.Select[Any]:
    """Return a SELECT of the announcements that stand now, the pinned first, then the newest."""
    at = now()
    return (
        sa.select(Announcement)
        .where(
            Announcement.publish_at <= at,
            sa.or_(Announcement.ends_at.is_(None), Announcement.ends_at > at),
        )
        .order_by(
            Announcement.pinned.desc(), Announcement.publish_at.desc(), Announcement.id.desc()
        )
    )


def latest(count: int) -> Sequence[Announcement]:
    """Return the first `count` announcements, for the home page."""
    return db.session.scalars(current().limit(count)).all()


@bp.get("/announcements")
@for_visitors
def announcements() -> str:
    """List what was announced."""
    page = paged(current(), request.args.get("page", 1, type=int))
    return render_template("storefront/site/announcements.html", page=page, in_language=in_language)


@bp.get("/announcements/<int(max=2147483647):id>")
@for_visitors
def announcement(id: int) -> str:
    """Show one announcement while it stands."""
    row = db.session.scalar(current().where(Announcement.id == id)) or abort(404)
    return render_template("storefront/site/announcement.html", row=row, in_language=in_language)


@bp.get("/pages/<slug>")
@for_visitors
def standing_page(slug: str) -> str:
    """Show a standing page: about, help, terms, privacy."""
    row = pages.find(slug) or abort(404)
    return render_template(
        "storefront/site/page.html",
        row=row,
        in_language=in_language,
        helps=pages.HELP,
        kept=summary.lines() if slug == "privacy" else (),
    )
