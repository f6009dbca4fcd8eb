"""Row-level scope of a view: every query of a view goes through `scope`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import sqlalchemy as sa
from flask import abort
from flask_admin.contrib.sqla import ModelView
from flask_babel import lazy_gettext
from sqlalchemy.orm import (
    InstrumentedAttribute,
    RelationshipProperty,
    defer,
    joinedload,
    selectinload,
)

from admin_views.base.rules import DenyByDefault
from core.database import db
from core.ids import parse_id
from models import User

# what a row may be called by, and what decides how it is shown
NAMING = frozenset(
    {"name", "name_en", "title", "number", "filename", "email", "day", "status", "version"}
)
OURS_ALONE = frozenset({"id", "status", "status_at", "version", "created_at"})
# what Flask-Admin offers and this house does not: each is a door to rows past the rules
CLOSED = (
    "can_delete",
    "can_export",
    "column_editable_list",
    "form_ajax_refs",
    "inline_models",
    "column_filters",  # ours are `filters`
)

COMMON_LABELS = {
    "id": lazy_gettext("No."),
    "status": lazy_gettext("State"),
    "status_at": lazy_gettext("In this state since"),
    "created_at": lazy_gettext("Created"),
    "version": lazy_gettext("Version"),
    "reason": lazy_gettext("Reason"),
}


def long_texts(model: type[Any]) -> list[Any]:
    """Return the columns of `model` that a table of rows hardly shows: long texts and JSON."""
    columns: Any = model.__table__.columns
    return [
        getattr(model, column.key)
        for column in columns
        if isinstance(column.type, sa.Text | sa.JSON)
    ]


def beside_the_name(model: type[Any], named: frozenset[str]) -> list[Any]:
    """Return the columns of `model` that a list leaves where they are: a related row is its name.

    Args:
        model: the related table.
        named: columns that the list shows of it.
    """
    columns: Any = model.__table__.columns
    kept = NAMING | named
    return [
        getattr(model, column.key)
        for column in columns
        if column.key not in kept and not column.primary_key and not column.foreign_keys
    ]


class RowsView(DenyByDefault, ModelView):
    """A view on the rows of one table, closed to all that lies outside its scope."""

    can_create = False
    can_edit = False
    can_delete = False
    can_export = False
    can_view_details = True
    loads: tuple[Any, ...] = ()  # loader options beyond those of the columns shown
    public: ClassVar[tuple[type, ...]] = ()  # tables that anybody may choose from

    def __init__(self, model: type[Any], session: Any = None, **options: Any) -> None:
        """Declare a view on `model`; the session is the house's own, whatever is given."""
        super().__init__(model, db, **options)

    def scope(self) -> sa.ColumnElement[bool]:
        """Return the condition for the rows of this view. Nothing, unless a subclass says more."""
        return sa.false()

    def scope_of(self, model: type[Any], user: User) -> sa.ColumnElement[bool]:
        """Return the condition for rows of a related table that `user` may choose from."""
        return sa.false()

    # --- ways to the rows ---

    def select(self) -> sa.Select[Any]:
        """Return a SELECT of the rows of this view. Start every query of a view here."""
        return sa.select(self.model).where(self.scope())

    def get_query(self) -> Any:
        return db.session.query(self.model).filter(self.scope())

    def get_count_query(self) -> Any:
        return db.session.query(sa.func.count()).select_from(self.model).filter(self.scope())

    def get_one(self, id: object) -> Any:
        """Return the row of this view with that id.

        Raises:
            NotFound: there is none in the scope, or `id` is no id.
        """
        key = parse_id(id)
        if key is None:
            abort(404)
        row = db.session.scalar(
            self.select().where(self.key_column == key).options(*self.loads_for(self.shown()))
        )
        if row is None:
            abort(404)
        return row

    def choices_of(self, model: type[Any], user: User) -> Sequence[Any]:
        """Return the rows of a related table that `user` may choose from, by id."""
        condition = sa.true() if model in self.public else self.scope_of(model, user)
        return db.session.scalars(sa.select(model).where(condition).order_by(model.id)).all()

    @property
    def key_column(self) -> Any:
        return self.model.id

    def shown(self) -> Sequence[str]:
        """Return the columns of the details page."""
        return [str(name) for name in (self.column_details_list or self.column_list or ())]

    def loads_for(self, names: Sequence[str], *, whole: bool = True) -> list[Any]:
        """Return loader options that fetch the relations among `names` with the rows.

        Args:
            names: columns to show, such as "institution" or "institution.name".
            whole: the related rows but for their long texts; else what names them, and `names`.
        """
        options: list[Any] = list(self.loads)
        for head in dict.fromkeys(name.partition(".")[0] for name in names):
            attribute = getattr(self.model, head, None)
            if isinstance(attribute, InstrumentedAttribute) and isinstance(
                attribute.property, RelationshipProperty
            ):
                load = selectinload if attribute.property.uselist else joinedload
                related = attribute.property.mapper.class_
                named = frozenset(name.partition(".")[2] for name in names)
                unread = long_texts(related) if whole else beside_the_name(related, named)
                options.append(load(attribute).options(*map(defer, unread)))
        return options

    def label_of(self, name: str) -> Any:
        """Return what a reader calls the column `name`."""
        labels = self.column_labels or {}
        return labels.get(name) or COMMON_LABELS.get(name) or self._prettify_name(name)

    # --- what Flask-Admin prepares when a view is made ---

    def _refresh_cache(self) -> None:
        """Check the declaration; nothing of Flask-Admin's own scaffolding is used."""
        for name in CLOSED:
            if getattr(self, name, None):
                raise ValueError(f"{type(self).__name__}.{name} is not offered here")
        if not self.column_list:
            raise ValueError(f"{type(self).__name__} needs an explicit column_list")
        if (self.can_create or self.can_edit) and self.form is None and not self.form_columns:
            raise ValueError(f"{type(self).__name__} needs `form` or explicit form_columns")
        if taboo := OURS_ALONE & {str(name) for name in self.form_columns or ()}:
            raise ValueError(f"{type(self).__name__}.form_columns may not hold {sorted(taboo)}")
        self._list_columns: list[Any] = []

    def _closed(self, *args: Any, **kwargs: Any) -> Any:
        """Stand in for a page of Flask-Admin that has no address here."""
        abort(404)

    # Not exposed, so their addresses answer 404.
    delete_view = _closed
    action_view = _closed
    export = _closed
    ajax_lookup = _closed
    ajax_update = _closed
