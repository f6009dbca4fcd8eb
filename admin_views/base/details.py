"""The details page: a record, its transition buttons and its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import request
from flask_admin import expose
from markupsafe import Markup

from admin_views.base.cells import Printer
from admin_views.base.history import Entry, entries
from admin_views.base.steps import StepsView
from admin_views.base.table import seen
from models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A button of a view's own on the details page; `post` where it changes something."""

    label: Any
    url: str
    post: bool = False
    tone: str = "secondary"


class DetailsView(StepsView):
    """One record, at an address of its own."""

    details_template = "admin/details.html"
    details_masks: ClassVar[tuple[str, ...] | None] = None  # None: as in the list

    # --- hooks ---

    def opened(self, row: Any, user: User) -> None:
        """Hook: `user` opens `row`. A view that writes here commits, and is `@writes`."""

    def links(self, row: Any, user: User) -> Sequence[Link]:
        """Return buttons beside those of the transitions."""
        return ()

    def details_context(self, row: Any) -> dict[str, Any]:
        """Return what a view's own details template needs beside the record."""
        return {}

    # --- the page ---

    @expose("/details/")
    def details_view(self) -> Any:
        """Show one row of the scope; 404 for any other."""
        row = self.get_one(request.args.get("id", ""))
        self.opened(row, self.person())
        return self.details_of(row)

    def details_of(self, row: Any, **more: Any) -> Any:
        """Return the page of `row`.

        Args:
            more: what stands in the place of the view's own context: a form that was refused.
        """
        user = self.person()
        return self.render(
            self.details_template,
            row=row,
            facts=self.facts(row),
            buttons=self.buttons(row, user),
            links=self.links(row, user),
            history=self.past(row),
            seen=seen(row),
            editable=self.can_edit and self.may_edit(user, row),
            **self.details_context(row) | more,
        )

    def facts(self, row: Any) -> list[tuple[Any, Markup]]:
        """Return the record as (label, value as HTML)."""
        printer = self.record_printer()
        return [
            (self.label_of(name), Markup(self.cell_of(name, printer)(row)))  # noqa: S704  # escaped
            for name in self.shown()
        ]

    def past(self, row: Any) -> list[Entry]:
        """Return the history of `row`, newest first."""
        return entries(row, self.column_labels, self.record_printer())

    def record_printer(self) -> Printer:
        return Printer(self.masks if self.details_masks is None else self.details_masks)
