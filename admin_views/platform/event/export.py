"""Export of the audit list as xlsx or csv. The export itself is on record."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request, send_file
from flask_babel import gettext

import access
from admin_views.base import expose
from admin_views.base.cells import Printer
from admin_views.platform.event import text
from core.clock import now
from core.database import db, reading, recording
from models import Event
from spreadsheets import files
from workflows import engine

MOST = 10_000  # entries in one file
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS = (
    *("id", "at", "actor", "kind", "subject", "name", "source", "target", "reason", "changes"),
    *("address", "sign_in_id"),
)


class EventExport:
    """For the view of the audit."""

    person: Any
    state: Any
    matching: Any
    label_of: Any
    list_url: Any

    @expose("/export/", methods=("POST",))
    def export_list(self) -> Any:
        """What the list is narrowed to, as a file; refused where it is more than one file holds.

        Read and written without a lock; then the export goes on record, in a moment.
        """
        if not access.exports(self.person()):
            abort(403)
        db.session.rollback()
        token = reading.set(True)
        try:
            state = self.state()
            found = self._found(state)
            if len(found) > MOST:
                flash(
                    gettext(
                        "More than %(count)s entries match. Narrow the list first, by days for"
                        " example.",
                        count=f"{MOST:,}",
                    ),
                    "danger",
                )
                return redirect(self.list_url())
            kind = "csv" if request.form.get("format") == "csv" else "xlsx"
            data, count = self._file(found, kind), len(found)
            with recording():
                engine.note_export(
                    Event.__tablename__, self.person(), rows=count, filters=state.query()[1:]
                )
        finally:
            reading.reset(token)
        return send_file(
            io.BytesIO(data),
            mimetype="text/csv" if kind == "csv" else XLSX,
            as_attachment=True,
            download_name=f"audit-{now():%Y%m%d}.{kind}",
        )

    def _found(self, state: Any) -> Sequence[Event]:
        query = self.matching(state).order_by(Event.at.desc(), Event.id.desc())
        loads = sa.orm.joinedload(Event.actor)
        rows: Sequence[Event] = db.session.scalars(query.options(loads).limit(MOST + 1)).all()
        return rows

    def _file(self, found: Sequence[Event], kind: str) -> bytes:
        headings = [str(self.label_of(name)) for name in COLUMNS]
        if kind == "csv":
            return files.as_csv([headings, *lines(found)])
        return files.as_xlsx(headings, lines(found))


def lines(found: Sequence[Event]) -> Iterator[list[str]]:
    """Yield the cells of each entry, as text, in the order of COLUMNS."""
    text.name_subjects(found)
    printer = Printer()
    for event in found:
        yield [
            str(event.id),
            event.at.astimezone(printer.zone).isoformat(sep=" ", timespec="seconds"),
            text.actor(event),
            str(text.kind(event)),
            event.subject_name,
            str(engine.event_label(event)),
            text.state(event.subject_type, event.source),
            text.state(event.subject_type, event.target),
            event.reason or "",
            text.changes(event, "; "),
            event.address,
            str(event.sign_in_id or ""),
        ]
