"""Unlinking consultants: affected demands and products, and who takes over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask import flash, redirect
from werkzeug.datastructures import MultiDict
from wtforms import Form

from admin_views.base.selection import Selection
from admin_views.base.steps import StepsView
from core.database import db
from core.ids import parse_id
from models import Affiliation, User
from workflows.affiliation import forms as affiliation_forms
from workflows.affiliation import hand_over
from workflows.demand.forms import linked_consultants
from workflows.engine import Transition

# Flask-Admin binds every page it finds to the class it finds it on: a mixin that were a view
# itself would stand before the pages of the view it is mixed into
Steps: Any = StepsView if TYPE_CHECKING else object


class Unlinking(Steps):
    """For a view on affiliations that offers `unlink`, for one row and for many."""

    ask_template = "admin/consultant/unlink.html"

    def ask_form(
        self, step: Transition, rows: Sequence[Any], data: MultiDict[str, str] | None
    ) -> Form:
        """Offer the institution's other linked consultants to take over."""
        form = super().ask_form(step, rows, data)
        if isinstance(form, affiliation_forms.UnlinkForm):
            going = [row.id for row in self.chosen_rows()]
            institutions = sorted({row.institution_id for row in rows})
            form.hand_over_to.choices = linked_consultants(institutions, going)
            if data is None:
                form.hand_over_to.data = 0
            else:  # before the answers are checked: the check locks the successor
                successor = parse_id(data.get("hand_over_to", "")) or 0
                hand_over.one_at_a_time(institutions, [*going, successor])
        return form

    def ask_context(self, step: Transition, rows: Sequence[Any], form: Form) -> dict[str, Any]:
        context = super().ask_context(step, rows, form)
        if step.name == "unlink":
            ids = [row.id for row in self.chosen_rows()]
            context["touched"] = hand_over.touched(ids)
        return context

    def chosen_rows(self) -> Sequence[Affiliation]:
        """Return all rows of this view that the request names, not just those that are listed."""
        chosen = self.chosen()
        keys = list(chosen.seen) if chosen else []
        return db.session.scalars(self.select().where(self.key_column.in_(keys))).all()

    def carry_out(
        self, step: Transition, chosen: Selection, known: list[int], form: Form, user: User
    ) -> Any:
        """As any step, but whoever should take over may be unable to."""
        try:
            return super().carry_out(step, chosen, known, form, user)
        except ValueError as error:
            db.session.rollback()
            flash(str(error), "warning")
            return redirect(self.after(known))
