"""Personal data export (PIPL, article 45): all that is kept of a person, without secrets."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import sqlalchemy as sa

import uploads
from core.database import db
from models import Attachment, User
from workflows.privacy.declaration import TABLES, Declared
from workflows.privacy.people import files_of
from workflows.privacy.register import ALL


def data_of(user: User) -> dict[str, Any]:
    """Return what is kept of `user` by part, as the declarations say it."""
    found: dict[str, Any] = {}
    for declared in ALL:
        if declared.part:
            rows = _rows(declared, user)
            found[declared.part] = rows[0] if declared.part == "account" else rows
    return found


def _rows(declared: Declared, user: User) -> list[dict[str, Any]]:
    table, secret = TABLES[declared.table], declared.hidden.split()
    condition = declared.rows_of(user)
    if condition is None:
        return []
    columns = [column for column in table.columns if column.name not in secret]
    order = list(table.primary_key.columns)
    query = sa.select(*columns).where(condition).order_by(*order)
    return [dict(row._mapping) for row in db.session.execute(query)]


def as_json(user: User) -> str:
    return json.dumps(data_of(user), ensure_ascii=False, indent=2, default=str)


def as_zip(user: User) -> bytes:
    """Return the data and the person's files. What the storage has lost is left out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", as_json(user))
        query = sa.select(Attachment).where(files_of(user)).order_by(Attachment.id)
        for row in db.session.scalars(query.execution_options(unguarded=True)):
            try:
                with uploads.read_back(row) as file:
                    archive.writestr(f"files/{row.id}-{row.filename}", file.read())
            except FileNotFoundError:
                continue
    return buffer.getvalue()
