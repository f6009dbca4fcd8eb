"""Import of consultants from a file: template, upload, report by line."""

from __future__ import annotations

import io
from typing import Any

from flask import Response, request, send_file
from flask_babel import get_locale, gettext

import access
from admin_views.base import WorkbenchPage, expose
from admin_views.workbench.own_institution import institution_of
from core.database import db
from models import User
from spreadsheets import cells
from workflows.consultant import file_import

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ConsultantImport(WorkbenchPage):
    """For owners, as adding one is. The list leads here; the menu does not."""

    def admits(self, user: User) -> bool:
        return any(access.owns(user, held) for held in user.memberships)

    @expose("/", methods=("GET", "POST"))
    def index(self) -> Any:
        """The upload page; after an upload, with what became of each line."""
        if request.method == "GET":
            return self.page()
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            return self.page(error=gettext("Choose a file first.")), 422
        person = self.person()
        db.session.rollback()  # no lock is held while the file is read
        try:
            lines = file_import.read(upload.stream)
        except cells.Unreadable as error:
            return self.page(error=str(error)), 422
        report = file_import.import_lines(institution_of(person), lines, person)
        db.session.commit()
        return self.page(report=report)

    def page(self, **values: Any) -> str:
        return str(
            self.render(
                "admin/consultant/import.html",
                columns=file_import.COLUMNS,
                most=file_import.MOST_LINES,
                **values,
            )
        )

    @expose("/template")
    def template(self) -> Response:
        """An empty file to fill in."""
        return send_file(
            io.BytesIO(file_import.template(str(get_locale()))),
            mimetype=XLSX,
            as_attachment=True,
            download_name="consultants.xlsx",
        )
