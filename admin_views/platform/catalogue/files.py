"""The catalogue of regular products into a file, and out of one."""

from __future__ import annotations

import io
from typing import Any

from flask import Response, abort, request, send_file
from flask_babel import get_locale, gettext

import access
from admin_views.base import expose
from core.database import db, recording
from models import CatalogueItem
from spreadsheets import cells
from workflows import engine
from workflows.catalogue import file

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CatalogueFiles:
    """For the view of the catalogue."""

    render: Any
    person: Any
    may_create: Any

    @expose("/export/")
    def export_all(self) -> Response:
        """The whole catalogue as xlsx; it can be changed and imported again."""
        if not access.exports(self.person()):
            abort(403)
        data = file.export(str(get_locale()))
        with recording():
            engine.note_export(CatalogueItem.__tablename__, self.person(), rows=file.count())
        return _sent(data)

    @expose("/template")
    def template(self) -> Response:
        """An empty file to fill in, for who imports and does not export."""
        if not self.may_create(self.person()):
            abort(403)
        return _sent(file.template(str(get_locale())))

    @expose("/import/", methods=("GET", "POST"))
    def import_file(self) -> Any:
        """Upload a file; afterwards, what became of each line."""
        user = self.person()
        if not self.may_create(user):
            abort(403)
        if request.method == "GET":
            return self._import_page()
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            return self._import_page(error=gettext("Choose a file first.")), 422
        try:
            report = file.import_catalogue(upload.stream, user, upload.filename)
        except cells.Unreadable as error:
            return self._import_page(error=str(error)), 422
        db.session.commit()
        return self._import_page(report=report)

    def _import_page(self, **values: Any) -> str:
        return str(
            self.render(
                "admin/catalogue/import.html",
                columns=file.COLUMNS,
                shown=500,
                exports=access.exports(self.person()),
                **values,
            )
        )


def _sent(data: bytes) -> Response:
    return send_file(
        io.BytesIO(data), mimetype=XLSX, as_attachment=True, download_name="catalogue.xlsx"
    )
