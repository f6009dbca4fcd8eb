"""One page of a list, whatever page number was asked for; and counts that stop somewhere."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination

from database import db
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


def capped_count(query: sa.Select[Any]) -> int:
    """Return how many rows `query` finds; MOST_COUNTED and one stands for any number above."""
    rows = query.order_by(None).limit(MOST_COUNTED + 1).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(rows)) or 0


@bp.app_template_filter("counted")
def counted(total: int) -> str:
    """Return a count as it is shown: 10,000+ where nobody counted on."""
    return f"{MOST_COUNTED:,}+" if total > MOST_COUNTED else f"{total:,}"
