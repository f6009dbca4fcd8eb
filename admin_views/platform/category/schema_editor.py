"""Editor of a category's parameter schema for featured products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import joinedload

from admin_views.base import expose
from core.database import db
from models import Category, FeaturedProduct, ParameterSchema
from workflows import engine, parameters
from workflows.parameters.schema_form import MOST_ROWS, RowForm, parameters_of, rows_of, sent_rows

MEANWHILE = lazy_gettext("Somebody saved this meanwhile. Compare, and save again to overwrite it.")


class SchemaEditor:
    """The page of the categories' view that edits a parameter schema."""

    person: Any
    render: Any
    get_url: Any
    get_one: Any
    may_edit: Any

    @expose("/schema/", methods=("GET", "POST"))
    def schema(self) -> Any:
        """Show the fields of a category; each button sends them all, and 'save' stores them."""
        user = self.person()
        row: Category = self.get_one(request.args.get("id", ""))
        if request.method == "GET":
            latest = parameters.own_schema(row.id)
            return self._page(row, rows_of(parameters.fields_of(latest)), _number(latest))
        if not self.may_edit(user, row):
            abort(403)
        rows, act = sent_rows(request.form)
        seen = request.form.get("number", "")
        if act != "save":
            return self._page(row, rows, seen)
        fields = parameters_of(rows)
        if fields is None:
            return self._page(row, rows, seen)
        latest = _locked(row)
        if seen != _number(latest):
            words = gettext(
                "Somebody saved this meanwhile. Compare, and save again to overwrite it."
            )
            return self._page(row, rows, _number(latest), words)
        try:
            made = parameters.renew(row, fields, user)
            db.session.commit()
        except parameters.SchemaRefused as refusal:
            db.session.rollback()
            return self._page(row, rows, seen, str(refusal))
        flash(_message(made), "success" if made else "info")
        return redirect(self.get_url(".schema", id=row.id))

    def _page(
        self, row: Category, rows: Sequence[RowForm], number: str, error: str | None = None
    ) -> str:
        return str(
            self.render(
                "admin/category/schema.html",
                row=row,
                rows=rows,
                number=number,
                error=error,
                most=MOST_ROWS,
                blank=RowForm(prefix="rNEW-"),
                known=set(parameters.types_known(row.id)),
                versions=_versions(row),
                writes=self.may_edit(self.person(), row),
            )
        )


def _locked(row: Category) -> ParameterSchema | None:
    """Return the newest version, once nobody else is about to make one."""
    engine.lock(Category, [row.id])
    return parameters.own_schema(row.id)


def _number(schema: ParameterSchema | None) -> str:
    return str(schema.number) if schema else "0"


def _message(made: ParameterSchema | None) -> str:
    if made is None:
        return gettext("Nothing was changed.")
    return gettext(
        "Saved as version %(number)s. Products keep theirs until they are next edited.",
        number=made.number,
    )


def _versions(row: Category) -> Sequence[Any]:
    """Return (version, products under it), the newest first."""
    products = (
        sa.select(sa.func.count())
        .where(FeaturedProduct.__table__.c.schema_id == ParameterSchema.id)
        .scalar_subquery()
    )
    return db.session.execute(
        sa.select(ParameterSchema, products)
        .where(ParameterSchema.category_id == row.id)
        .options(joinedload(ParameterSchema.author))
        .order_by(ParameterSchema.number.desc())
    ).all()
