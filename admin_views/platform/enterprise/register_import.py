"""The park's register from a file: upload, report, and the lines that were refused."""

from __future__ import annotations

import io
from typing import Any

from flask import Response, abort, current_app, request, send_file, url_for
from flask_babel import get_locale, gettext
from itsdangerous import BadSignature, URLSafeSerializer

from admin_views.base import PlatformPage, expose
from core.database import db
from models import Duty
from park import register as park_register
from spreadsheets import cells, files
from uploads import storage

SHOWN = 200  # bad lines on the page; all of them are in the csv file
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _links() -> URLSafeSerializer:
    """Signs the address of a list of refused lines: no other stored file is reached by it."""
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="park-import")


class ParkImport(PlatformPage):
    """Upload the register. For administrators alone."""

    opens = frozenset({Duty.CONTENT})

    @expose("/", methods=["GET", "POST"])
    def index(self) -> Any:
        """The upload page; after an upload, with what became of each line."""
        if request.method == "GET":
            return self._page()
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            return self._page(error=gettext("Choose a file first.")), 422
        person = self.person()
        db.session.rollback()  # no lock is held while the file is read
        try:
            report = park_register.import_register(
                park_register.read(upload.stream), person, source=upload.filename
            )
        except cells.Unreadable as error:
            return self._page(error=str(error)), 422
        db.session.commit()
        return self._page(report=report, rejected=self._keep(report))

    def _page(self, **values: Any) -> str:
        return str(
            self.render(
                "admin/enterprise/register_import.html",
                shown=SHOWN,
                largest=cells.LARGEST_FILE >> 20,
                columns=park_register.COLUMNS,
                **values,
            )
        )

    def _keep(self, report: park_register.Report) -> str | None:
        """Store the refused lines as csv and return the address of the download."""
        if not report.bad:
            return None
        heading = (gettext("Line"), gettext("Reason"))
        key = storage.save(files.as_csv([heading, *report.bad]))
        return url_for("park_import.rejected", token=_links().dumps(key))

    @expose("/template")
    def template(self) -> Response:
        """An empty register to fill in."""
        return send_file(
            io.BytesIO(park_register.template(str(get_locale()))),
            mimetype=XLSX,
            as_attachment=True,
            download_name="park-register.xlsx",
        )

    @expose("/rejected/<token>")
    def rejected(self, token: str) -> Any:
        """All lines that an import refused, as csv."""
        try:
            stored = storage.open(_links().loads(token))
        except (BadSignature, FileNotFoundError):
            abort(404)
        return send_file(
            stored, mimetype="text/csv", as_attachment=True, download_name="refused-lines.csv"
        )
