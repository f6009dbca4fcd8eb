"""Steps that wait for a second person: in the platform's office they become proposals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import flash, redirect, url_for
from flask_babel import gettext
from wtforms import Form

from admin_views.base.editing import EditingView
from admin_views.base.selection import Selection
from core.database import db
from worker.answers import pack
from workflows import engine
from workflows.engine import Transition, second_person
from workflows.proposal import proposing

# Flask-Admin binds every page it finds to the class it finds it on: see workbench/unlinking.py
View: Any = EditingView if TYPE_CHECKING else object


class Proposing(View):
    """For the views of the platform's office."""

    def asks_second(self, step: Transition[Any], count: int) -> bool:
        """Whether `step` on so many rows waits until somebody else confirms it."""
        if engine.PROCESSES.get(self.model) is None:
            return False
        return second_person.required(step) or (count > 1 and proposing.over_bulk(count))

    def propose(
        self, step: Transition[Any], chosen: Selection, known: list[int], form: Form
    ) -> Any:
        """Propose `step` to a second person, commit, and lead to the proposal."""
        answers = self.answers(step, form) if step.asks else {}
        try:
            row = proposing.propose(
                self.person(),
                subject_type=self.model.__tablename__,
                transition=step.name,
                rows={id: chosen.seen.get(id) for id in known},
                answers=pack(answers),
                duty=proposing.duty_of(step),
                view=self.endpoint,
                reason=answers.get("reason"),
            )
        except PermissionError:
            flash(str(engine.NOT_YOURS), "warning")
            return redirect(self.after(known))
        except ValueError as refusal:
            db.session.rollback()
            flash(str(refusal), "warning")
            return redirect(self.after(known))
        db.session.commit()
        flash(gettext("Proposed. Somebody else who holds the duty has to confirm it."), "success")
        return redirect(url_for("proposal.details_view", id=row.id))
