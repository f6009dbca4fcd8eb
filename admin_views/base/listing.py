"""The list page: rows, order, search, filters. Its cells are built in Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from math import ceil
from operator import attrgetter
from typing import Any, ClassVar

import sqlalchemy as sa
from flask import request
from flask_admin import expose
from flask_babel import gettext
from markupsafe import Markup, escape
from sqlalchemy.orm import ColumnProperty, InstrumentedAttribute, defer

from admin_views.base.cells import LONGEST_IN_A_LIST, PHONES, Printer, value_at
from admin_views.base.filters import Filter
from admin_views.base.rows import RowsView, long_texts
from admin_views.base.state import PAGE_SIZES, ListState, read_state
from database import db

RESERVED = frozenset({"q", "sort", "size", "page", "verb", "ids"})


def seen(row: Any) -> str:
    """Return "id:version" of a row as it is shown: what a button says that a person looked at."""
    version = getattr(row, "version", None)
    return str(row.id) if version is None else f"{row.id}:{version}"


def counting(matching: sa.Select[Any]) -> sa.Select[Any]:
    """Return a SELECT of the number of rows that `matching` finds."""
    return matching.with_only_columns(sa.func.count(), maintain_column_froms=True)


class ListingView(RowsView):
    """A list of rows whose whole state is in the address."""

    list_template = "admin/list.html"
    page_size = PAGE_SIZES[0]
    filters: ClassVar[tuple[Filter, ...]] = ()
    masks: ClassVar[tuple[str, ...]] = PHONES  # columns shown as 138****5678
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
        count = db.session.scalar(counting(matching)) or 0
        pages = max(ceil(count / state.size), 1)
        page = min(state.page, pages)
        rows = db.session.scalars(self.page_of(matching, state, page)).unique().all()
        steps = self.offered(rows)
        return self.render(
            self.list_template,
            state=state,
            count=count,
            page=page,
            pages=pages,
            page_sizes=PAGE_SIZES,
            heads=self.heads(state),
            body=self.body(rows, selectable=bool(steps)),
            steps=steps,
            bulk_url=self.list_url(".ask_view"),
            controls=[
                control for one in self.filters for control in one.controls(self, state.values)
            ],
            searchable=bool(self.column_searchable_list),
            creatable=self.can_create and self.may_create(self.person()),
            **self.list_context(state, rows),
        )

    def offered(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Return the steps to offer for many rows at once."""
        return ()

    def row_url(self, row: Any) -> str | None:
        """Return where a row of the list leads; None: nowhere."""
        return f"{self.url}/details/?id={row.id}" if self.can_view_details else None

    # --- state and queries ---

    def list_url(self, endpoint: str = ".index_view") -> str:
        """Return the address of a page of this view, with the list's state of this request."""
        state = self.state().query()
        return self.get_url(endpoint) + (state if len(state) > 1 else "")

    def state(self) -> ListState:
        """Return what the address asks for."""
        values: dict[str, str] = {}
        for one in self.filters:
            values |= one.read(request.args)
        return read_state(request.args, values, frozenset(self.orders), self.page_size)

    def conditions(self, state: ListState) -> list[sa.ColumnElement[bool]]:
        """Return the conditions of the filters and the search, without the scope."""
        found = [
            condition for one in self.filters for condition in one.conditions(self, state.values)
        ]
        if state.search and self.column_searchable_list:
            found.append(
                sa.or_(*(self.contains(str(p), state.search) for p in self.column_searchable_list))
            )
        return found

    def contains(self, path: str, text: str) -> sa.ColumnElement[bool]:
        """Return the condition that `text` stands in a column, or in a related row's column."""
        head, _, rest = path.partition(".")
        attribute = getattr(self.model, head)
        if not rest:
            return attribute.icontains(text, autoescape=True)
        remote = getattr(attribute.property.mapper.class_, rest)
        join = attribute.any if attribute.property.uselist else attribute.has
        return join(remote.icontains(text, autoescape=True))

    def matching(self, state: ListState) -> sa.Select[Any]:
        """Return a SELECT of all rows that the list would show on its pages."""
        return self.select().where(*self.conditions(state))

    def page_of(self, matching: sa.Select[Any], state: ListState, page: int) -> sa.Select[Any]:
        """Return a SELECT of the rows on one page of all that match."""
        order, relation = self.order_of(state)
        key = self.key_column
        # the page's ids first: a database that sorts all rows need not carry all their columns
        chosen = matching.with_only_columns(key)
        query = sa.select(self.model).options(*self.list_options)
        if relation is not None:
            chosen, query = chosen.outerjoin(relation), query.outerjoin(relation)
        chosen = chosen.order_by(*order).limit(state.size).offset((page - 1) * state.size)
        return query.where(key.in_(chosen)).order_by(*order)

    @cached_property
    def list_options(self) -> list[Any]:
        """Loader options for the rows of the list, the same at every request."""
        # long texts stay where they are when no cell shows them
        unread = [text for text in long_texts(self.model) if text.key not in self.columns]
        return [*self.loads_for(self.columns, whole=False), *map(defer, unread)]

    def order_of(self, state: ListState) -> tuple[list[sa.UnaryExpression[Any]], Any]:
        """Return what the rows are sorted by, the last of it their key, and the relation for it."""
        name, descending = state.sort.removeprefix("-"), state.sort.startswith("-")
        if not name:
            name, descending = self.default_order()
        relation, column = self.orders.get(name, (None, None))
        columns = [self.key_column] if column is None else [column, self.key_column]
        return [one.desc() if descending else one.asc() for one in columns], relation

    def default_order(self) -> tuple[str, bool]:
        """Return the column to sort by where nothing is asked for: the newest come first."""
        order = self.column_default_sort
        if isinstance(order, list):
            order = order[0]
        if isinstance(order, str):
            return order, False
        if order:
            return str(order[0]), bool(order[1])
        return "", True

    @property
    def columns(self) -> list[str]:
        return [str(name) for name in self.column_list or ()]

    def sortable(self) -> dict[str, tuple[Any, Any]]:
        """Return {column: (relation to join or None, SQL column)} of what can be sorted by.

        `column_sortable_list` names columns, or pairs ("institution", "institution.name");
        without it every real column of the list can be sorted by.
        """
        wanted: list[Any] = list(
            self.columns if self.column_sortable_list is None else self.column_sortable_list
        )
        order = self.column_default_sort
        if order and not isinstance(order, list):
            wanted.append(order if isinstance(order, str) else order[0])
        found: dict[str, tuple[Any, Any]] = {}
        for entry in wanted:
            name, path = (entry, entry) if isinstance(entry, str) else entry
            head, _, rest = str(path).partition(".")
            attribute = getattr(self.model, head, None)
            if rest and isinstance(attribute, InstrumentedAttribute):
                found[name] = attribute, getattr(attribute.property.mapper.class_, rest)
            elif isinstance(attribute, InstrumentedAttribute) and isinstance(
                attribute.property, ColumnProperty
            ):
                found[name] = None, attribute
        return found

    def _refresh_cache(self) -> None:
        super()._refresh_cache()
        taken = [name for one in self.filters for name in one.parameters]
        if RESERVED & set(taken) or len(taken) != len(set(taken)):
            raise ValueError(f"{type(self).__name__}: filters share a parameter")
        self.orders = self.sortable()

    # --- the table ---

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
        end = f'" form="bulk" data-pick aria-label="{escape(gettext("Select"))} '
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
