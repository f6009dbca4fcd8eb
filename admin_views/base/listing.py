"""The list page: paginated rows, bulk actions, and the list state in the address."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any, ClassVar

import sqlalchemy as sa
from flask import request
from flask_admin import expose

from admin_views.base.matching import counting
from admin_views.base.state import PAGE_SIZES, ListState, read_state
from admin_views.base.table import TableView
from core.database import db


class ListingView(TableView):
    """A list of rows whose whole state is in the address."""

    list_template = "admin/list.html"
    page_size = PAGE_SIZES[0]
    most_counted: ClassVar[int | None] = None  # None: all; else a long list is not counted whole
    empty_title: Any = None
    empty_hint: Any = None

    def list_context(self, state: ListState, rows: Sequence[Any]) -> dict[str, Any]:
        """Return what a view's own list template needs besides the table."""
        return {}

    @expose("/")
    def index_view(self) -> Any:
        """Show one page of the list."""
        state = self.state()
        matching = self.matching(state)
        count, capped = self.counted(matching)
        pages = max(ceil(count / state.size), 1)
        page = min(state.page, pages)
        rows = db.session.scalars(self.page_of(matching, state, page)).unique().all()
        steps = self.offered(rows)
        return self.render(
            self.list_template,
            state=state,
            count=count,
            capped=capped,
            page=page,
            pages=pages,
            page_sizes=PAGE_SIZES,
            heads=self.heads(state),
            body=self.body(rows, selectable=bool(steps)),
            steps=steps,
            bulk_url=self.list_url(".ask_view"),
            controls=[
                control
                for list_filter in self.filters
                for control in list_filter.controls(self, state.values)
            ],
            searchable=bool(self.column_searchable_list),
            creatable=self.can_create and self.may_create(self.person()),
            **self.list_context(state, rows),
        )

    def counted(self, matching: sa.Select[Any]) -> tuple[int, bool]:
        """Return how many rows match, and whether there are more than the list counts."""
        if self.most_counted is None:
            return db.session.scalar(counting(matching)) or 0, False
        some = matching.with_only_columns(self.key_column).limit(self.most_counted + 1).subquery()
        count = db.session.scalar(sa.select(sa.func.count()).select_from(some)) or 0
        return min(count, self.most_counted), count > self.most_counted

    def offered(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Return the steps to offer for many rows at once."""
        return ()

    # --- its address ---

    def list_url(self, endpoint: str = ".index_view") -> str:
        """Return the address of a page of this view, with the list's state of this request."""
        state = self.state().query()
        return self.get_url(endpoint) + (state if len(state) > 1 else "")

    def state(self) -> ListState:
        """Return what the address asks for."""
        values: dict[str, str] = {}
        for list_filter in self.filters:
            values |= list_filter.read(request.args)
        return read_state(request.args, values, frozenset(self.orders), self.page_size)
