"""Pagination by page number, and capped counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import request
from flask_sqlalchemy.pagination import Pagination

from core.database import db
from storefront import bp

PAGE = 20
MOST_COUNTED = 10_000  # who reads on from there? A full count of a million costs 40 ms
LAST = 10_000  # beyond it nobody leafs, and the databases' integers end somewhere


def paged(query: sa.Select[Any], number: int) -> Pagination:
    """Return page `number` of `query`, held to the pages there are."""
    wanted = min(max(number, 1), LAST)
    page = db.paginate(query, page=wanted, per_page=PAGE, error_out=False)
    if not page.items and wanted > 1:
        page = db.paginate(query, page=max(page.pages, 1), per_page=PAGE, error_out=False)
    return page


@dataclass(frozen=True, slots=True)
class Page:
    """Where in a list the reader is."""

    page: int
    pages: int
    total: int

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE


def page_of(total: int) -> Page:
    """Return the page that the address asks for, held to those there are."""
    raw = request.args.get("page", "")
    asked = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 1
    if raw.isdigit() and len(raw) >= 10:
        asked = total
    pages = max(1, -(-min(total, MOST_COUNTED) // PAGE))
    return Page(min(max(asked, 1), pages), pages, total)


def capped_count(query: sa.Select[Any]) -> int:
    """Return how many rows `query` finds; MOST_COUNTED and one stands for any number above."""
    rows = query.order_by(None).limit(MOST_COUNTED + 1).subquery()
    counting = sa.select(sa.func.count()).select_from(rows)
    return db.session.scalar(counting, execution_options=query.get_execution_options()) or 0


@bp.app_template_filter("counted")
def counted(total: int) -> str:
    """Return a count as it is shown: 10,000+ where nobody counted on."""
    return f"{MOST_COUNTED:,}+" if total > MOST_COUNTED else f"{total:,}"
