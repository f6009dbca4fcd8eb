"""One page of a list, whatever page number was asked for."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy.pagination import Pagination

from database import db

PAGE = 20
LAST = 10_000  # beyond it nobody leafs, and the databases' integers end somewhere


def paged(query: sa.Select[Any], number: int) -> Pagination:
    """Return page `number` of `query`, held to the pages there are."""
    wanted = min(max(number, 1), LAST)
    page = db.paginate(query, page=wanted, per_page=PAGE, error_out=False)
    if not page.items and wanted > 1:
        page = db.paginate(query, page=max(page.pages, 1), per_page=PAGE, error_out=False)
    return page
