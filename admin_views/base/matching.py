"""The query of a list: search, filters, sorting, pagination."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import ColumnProperty, InstrumentedAttribute, defer

from admin_views.base.filters import Filter
from admin_views.base.rows import RowsView, long_texts
from admin_views.base.state import ListState

RESERVED = frozenset({"q", "sort", "size", "page", "verb", "ids"})


def counting(matching: sa.Select[Any]) -> sa.Select[Any]:
    """Return a SELECT of the number of rows that `matching` finds."""
    return matching.with_only_columns(sa.func.count(), maintain_column_froms=True)


class MatchingView(RowsView):
    """The rows that match a list's state."""

    filters: ClassVar[tuple[Filter, ...]] = ()

    def conditions(self, state: ListState) -> list[sa.ColumnElement[bool]]:
        """Return the conditions of the filters and the search, without the scope."""
        found = [
            condition
            for list_filter in self.filters
            for condition in list_filter.conditions(self, state.values)
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
        return [column.desc() if descending else column.asc() for column in columns], relation

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
        taken = [name for list_filter in self.filters for name in list_filter.parameters]
        if RESERVED & set(taken) or len(taken) != len(set(taken)):
            raise ValueError(f"{type(self).__name__}: filters share a parameter")
        self.orders = self.sortable()
