"""Retiring and restoring a category."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request
from flask_babel import gettext

from admin_views.base import expose
from core import dry_run
from core.database import db
from core.ids import parse_id
from workflows.category import moving, retiring


class CategoryRetirement:
    """For the view of categories."""

    render: Any
    get_url: Any
    person: Any
    get_one: Any
    may_edit: Any

    @expose("/retire/", methods=("GET", "POST"))
    def retire(self) -> Any:
        """Ask where the things of a category go, and retire it."""
        user = self.person()
        row = self.get_one(request.args.get("id", ""))
        if not self.may_edit(user, row):
            abort(403)
        error = None
        if request.method == "POST" and not dry_run.active():
            try:
                retiring.retire(row, parse_id(request.form.get("target", "")), user)
                db.session.commit()
                flash(gettext("Retired."), "success")
                return redirect(self.get_url(".details_view", id=row.id))
            except moving.Refused as refusal:
                db.session.rollback()
                error = str(refusal)
        return self.render(
            "admin/category/retire.html",
            row=row,
            held=moving.holdings(row),
            below=[child for child in row.children if not child.retired],
            targets=retiring.targets(row),
            chosen=request.form.get("target", ""),
            error=error,
        )

    @expose("/restore/", methods=("POST",))
    def restore(self) -> Any:
        """Offer a retired category again."""
        user = self.person()
        row = self.get_one(request.args.get("id", ""))
        if not self.may_edit(user, row):
            abort(403)
        try:
            retiring.restore(row, user)
            db.session.commit()
            flash(gettext("Saved."), "success")
        except moving.Refused as refusal:
            db.session.rollback()
            flash(str(refusal), "warning")
        return redirect(self.get_url(".details_view", id=row.id))
