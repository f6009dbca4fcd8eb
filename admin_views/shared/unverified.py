"""Mark of what somebody posted who is not verified for the enterprise, in lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from flask_babel import gettext
from markupsafe import Markup

import access
from admin_views.base.table import TableView

# Flask-Admin binds every page it finds to the class it finds it on: see workbench/unlinking.py
Table: Any = TableView if TYPE_CHECKING else object


class MarksUnverified(Table):
    """For a list of demands or enquiries; asks once for all of its rows."""

    marked: ClassVar[str]  # the column that bears the mark

    def posted(self, row: Any) -> Any:
        """Return the demand or enquiry that a row of the list is about."""
        return row

    def printed(self, name: str, rows: Sequence[Any], printer: Any) -> list[Any]:
        cells: list[Any] = super().printed(name, rows, printer)
        if name != self.marked:
            return cells
        unverified = access.unverified_among([self.posted(row) for row in rows])
        if not unverified:
            return cells
        words = gettext("not verified")
        mark = Markup(' <span class="badge badge-warning">{}</span>').format(words)
        return [
            f"{cell}{mark}" if self.posted(row).id in unverified else cell
            for cell, row in zip(cells, rows, strict=True)
        ]
