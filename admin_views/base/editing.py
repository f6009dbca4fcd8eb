"""Create and edit forms: journaled, with optimistic locking and conflict messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import abort, flash, redirect, request
from flask_admin import expose
from flask_babel import gettext
from sqlalchemy.exc import DataError, IntegrityError

from admin_views.base.details import DetailsView
from admin_views.base.formfields import build, values_of
from admin_views.base.rows import OURS_ALONE
from core.database import db
from core.ids import parse_id
from models import EventName, Living, User
from workflows import engine


class Refused(Exception):
    """A rule objects to what was entered; the words are for the reader."""


class EditingView(DetailsView):
    """Pages to add a row and to change one. Off unless `can_create` or `can_edit` is set."""

    create_template = "admin/form.html"
    edit_template = "admin/form.html"
    created_by: ClassVar[str | None] = None  # the creating transition of a thing with a life
    conflicts: ClassVar[Mapping[str, Any]] = {}  # part of a constraint's message -> words

    # --- hooks ---

    def values(self, form: Any, row: Any | None, user: User) -> dict[str, Any]:
        """Return what to write from a valid form; `row` is None for a new one.

        Raises:
            Refused: a rule objects.
        """
        found = values_of(self.model, form, lambda model: self.choices_of(model, user))
        return {name: value for name, value in found.items() if name not in OURS_ALONE}

    def save(self, form: Any, row: Any, user: User) -> None:
        """Write a valid form to `row`, and journal it."""
        engine.edit(row, user, self.values(form, row, user))

    def create(self, form: Any, user: User) -> Any:
        """Return a new row made of a valid form, journaled."""
        row = self.model(**self.values(form, None, user))
        if self.created_by:
            try:
                return engine.create(row, self.created_by, user)
            except ValueError as error:
                raise Refused(str(error)) from error
        db.session.add(row)
        db.session.flush()
        engine.note(row, EventName.CREATED, user)
        return row

    def form_context(self, form: Any, row: Any | None) -> dict[str, Any]:
        """Return what a view's own form template needs beside the form."""
        return {}

    # --- pages ---

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """Ask for a new row, and add it."""
        user = self.person()
        if not self.can_create:
            abort(404)
        if not self.may_create(user):
            abort(403)
        form = self.make_form(None)
        if request.method == "POST" and form.validate():
            row = self.attempt(form, None, user)
            if row is not None:
                flash(gettext("Saved."), "success")
                return redirect(self.after([row.id]))
        return self.form_page(self.create_template, form, None)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Any:
        """Show a row's form, and save it against the version that was read."""
        user = self.person()
        if not self.can_edit:
            abort(404)
        row = self.get_one(request.args.get("id", ""))
        if not self.may_edit(user, row):
            abort(403)
        form = self.make_form(row)
        if request.method == "POST" and form.validate():
            db.session.refresh(row, with_for_update={"of": self.model, "key_share": True})
            if parse_id(request.form.get("version", "")) != row.version:
                self.show_newer(form, row)
            elif self.attempt(form, row, user) is not None:
                flash(gettext("Saved."), "success")
                return redirect(self.after([row.id]))
        return self.form_page(self.edit_template, form, row)

    def make_form(self, row: Any | None) -> Any:
        """Return the form with what was sent, else with what `row` says."""
        form_class: Any = self.form or self._built
        return form_class(request.form if request.method == "POST" else None, obj=row)

    def form_page(self, template: str, form: Any, row: Any | None) -> Any:
        cancel = self.get_url(".index_view") if row is None else self.after([row.id])
        return self.render(
            template, form=form, row=row, cancel=cancel, **self.form_context(form, row)
        )

    def attempt(self, form: Any, row: Any | None, user: User) -> Any:
        """Save and commit. Return the row, or None where a rule or a constraint objected."""
        try:
            if row is None:
                row = self.create(form, user)
            else:
                self.save(form, row, user)
            db.session.commit()
        except Refused as refusal:
            db.session.rollback()
            flash(str(refusal), "danger")
            return None
        except IntegrityError as error:
            db.session.rollback()
            flash(str(engine.conflict_words(self.conflicts, error)), "danger")
            return None
        except DataError:
            db.session.rollback()
            flash(gettext("One of the values does not fit."), "danger")
            return None
        return row

    def show_newer(self, form: Any, row: Any) -> None:
        """Say beside each field what somebody saved meanwhile; what was typed stays."""
        flash(
            gettext("Somebody saved this meanwhile. Compare, and save again to overwrite it."),
            "warning",
        )
        printer = self.record_printer()
        stored = self._stored_form(row)
        for field in form:
            if field.name in stored and stored[field.name].data != field.data:
                value = printer.plain(getattr(row, field.name, None))
                field.errors = [*field.errors, gettext("Saved meanwhile: %(value)s", value=value)]

    def _stored_form(self, row: Any) -> Any:
        form_class: Any = self.form or self._built
        return form_class(None, obj=row)

    def _refresh_cache(self) -> None:
        super()._refresh_cache()
        name = type(self).__name__
        if self.can_create and issubclass(self.model, Living) and not self.created_by:
            raise ValueError(f"{name} needs created_by: its rows are made by a transition")
        if self.can_edit and not hasattr(self.model, "version"):
            raise ValueError(f"{name}: rows without a version cannot be edited safely")
        if self.form_columns and self.form is None:
            names = [str(column) for column in self.form_columns]
            self._built = build(
                self.model,
                names,
                self.label_of,
                lambda model: self.choices_of(model, self.person()),
            )
