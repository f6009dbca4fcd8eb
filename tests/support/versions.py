"""Rows as the pages of a back office post them: each with the version that was looked at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from core.database import db


def ids_of(model: type[Any], *keys: int | Iterable[int]) -> str:
    """Return the field `ids` of rows in the version they have now: "12:3,15:1"."""
    wanted = [one for key in keys for one in ([key] if isinstance(key, int) else key)]
    query = sa.select(model.id, model.version).where(model.id.in_(wanted))
    found = db.session.execute(query.execution_options(unguarded=True)).all()
    version = {row.id: row.version for row in found}
    return ",".join(f"{key}:{version[key]}" for key in wanted)
