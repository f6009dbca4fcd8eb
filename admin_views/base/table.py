"""The table of a list, rendered in Python: headers, cells, checkboxes, links."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, ClassVar

from flask_babel import gettext
from markupsafe import Markup, escape

from admin_views.base.cells import LONGEST_IN_A_LIST, PHONES, Printer, value_at
from admin_views.base.matching import MatchingView
from admin_views.base.state import ListState


def seen(row: Any) -> str:
    """Return "id:version" of a row as it is shown: what a button says that a person looked at."""
    version = getattr(row, "version", None)
    return str(row.id) if version is None else f"{row.id}:{version}"


class TableView(MatchingView):
    """Prints rows as a table."""

    masks: ClassVar[tuple[str, ...]] = PHONES  # columns shown as 138****5678

    def row_url(self, row: Any) -> str | None:
        """Return where a row of the list leads; None: nowhere."""
        return f"{self.url}/details/?id={row.id}" if self.can_view_details else None

    def heads(self, state: ListState) -> list[dict[str, Any]]:
        """Return the table's heads, with the address that sorts by each."""
        found = []
        for name in self.columns:
            now = {name: "ascending", f"-{name}": "descending"}.get(state.sort, "none")
            turned = f"-{name}" if state.sort == name else name
            url = state.query(sort=turned, page=1) if name in self.orders else None
            found.append({"label": self.label_of(name), "url": url, "sorted": now, "name": name})
        return found

    def body(self, rows: Sequence[Any], *, selectable: bool) -> Markup:
        """Return the table's rows as HTML: a box to select by, cells, a link to the details."""
        printer = Printer(self.masks, LONGEST_IN_A_LIST)
        columns = [  # printed column by column: what prints one is looked up once
            (f'<td data-label="{escape(self.label_of(name))}">', self.printed(name, rows, printer))
            for name in self.columns
        ]
        (first, names), *others = columns
        lines = [
            f"{first}{self.linked(row, name)}</td>" for row, name in zip(rows, names, strict=True)
        ]
        for start, cells in others:
            lines = [f"{line}{start}{cell}</td>" for line, cell in zip(lines, cells, strict=True)]
        if selectable:
            boxes = self.boxes(rows)
            lines = [f"{box}{line}" for box, line in zip(boxes, lines, strict=True)]
        return Markup("\n".join(f"<tr>{line}</tr>" for line in lines))  # noqa: S704  # every part is escaped above

    def printed(self, name: str, rows: Sequence[Any], printer: Printer) -> list[Any]:
        """Return the cells of one column as HTML."""
        if name in (self.column_formatters or {}) or "." in name:
            return list(map(self.cell_of(name, printer), rows))
        return list(map(printer.column(name), map(attrgetter(name), rows)))

    def linked(self, row: Any, html: Any) -> str:
        """Return the first cell of a row as a link to where the row leads."""
        url = self.row_url(row)
        return f'<a class="row-link" href="{escape(url)}">{html}</a>' if url else str(html)

    def boxes(self, rows: Sequence[Any]) -> list[str]:
        """Return the boxes to select rows by; each says which version was looked at."""
        start = '<td class="pick"><input type="checkbox" name="pick" value="'
        select = escape(gettext("Select"))  # outside the string, where the catalog finds it
        end = f'" form="bulk" data-pick aria-label="{select} '
        return [f'{start}{seen(row)}{end}{escape(self.named(row))}"></td>' for row in rows]

    def cell_of(self, name: str, printer: Printer) -> Callable[[Any], Any]:
        """Return what prints the column `name` of a row as HTML.

        `column_formatters` hold functions as Flask-Admin calls them, (view, None, row, name).
        """
        own = (self.column_formatters or {}).get(name)
        if own is not None:
            cell = printer.cell
            return lambda row: cell(own(self, None, row, name))
        shown, take = printer.column(name), attrgetter(name)
        if "." in name:
            return lambda row: shown(value_at(row, name))
        return lambda row: shown(take(row))
