"""Transitions in the back offices: buttons, the page that asks, bulk actions, outcome."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from flask import abort, flash, redirect, request
from flask_admin import expose
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound
from wtforms import Form

from admin_views.base import task_queue
from admin_views.base.listing import ListingView
from admin_views.base.matching import counting
from admin_views.base.report import NAMED, flash_outcome, short_name
from admin_views.base.selection import Selection, read_selection
from core.database import db
from forms.base import Form as HouseForm
from models import User
from worker import orders
from workflows import engine
from workflows.engine import Transition

AT_ONCE = 50_000  # rows of 'all that match'; as a form field they stay below a megabyte


class StepsView(ListingView):
    """Takes transitions of the engine's tables on one row or on many."""

    bulk: ClassVar[tuple[str, ...]] = ()  # verbs offered for many rows at once
    verbs: ClassVar[tuple[str, ...] | None] = None  # None: every step that has a button
    ask_template = "admin/ask.html"

    # --- hooks ---

    def ask_form(
        self, step: Transition, rows: Sequence[Any], data: MultiDict[str, str] | None
    ) -> Form:
        """Return the form of `step`, filled with what was sent, or with what the row says."""
        form_class = step.asks or HouseForm
        if data is not None:
            return form_class(data)
        return form_class(data=self.prefill(step, rows[0]) if len(rows) == 1 else None)

    def prefill(self, step: Transition, row: Any) -> dict[str, Any]:
        """Return what the form of `step` starts with: what the row already says, but no reason."""
        names = {name for name in dir(step.asks) if not name.startswith("_")} - {"reason", "data"}
        columns = self.model.__table__.columns.keys()
        return {name: getattr(row, name) for name in columns if name in names}

    def answers(self, step: Transition, form: Form) -> dict[str, Any]:
        """Return what `perform` gets. Fields without a control are left to a view's own page."""
        return {field.name: field.data for field in form if field.widget is not None}

    def ask_context(self, step: Transition, rows: Sequence[Any], form: Form) -> dict[str, Any]:
        """Return what a view's own ask template needs beside form and rows."""
        return {}

    def named(self, row: Any) -> str:
        """Return what a row is called among others, on the page that asks and in messages."""
        return str(row)

    def asks_second(self, step: Transition, count: int) -> bool:
        """Whether `step` on so many rows waits until a second person confirms it."""
        return False

    def propose(self, step: Transition, chosen: Selection, known: list[int], form: Form) -> Any:
        """Propose `step` to a second person, where `asks_second` says so."""
        raise NotImplementedError

    # --- what is offered ---

    def transition(self, verb: str) -> Transition:
        """Return the transition called `verb`, or answer 404."""
        process = engine.PROCESSES.get(self.model)
        step = process.get(verb) if process else None
        if step is None or not self.offers(step):
            raise NotFound
        return step

    def offers(self, step: Transition[Any]) -> bool:
        """Whether this page offers `step` to whoever may take it."""
        listed = self.verbs is None or step.name in self.verbs
        return step.button and bool(step.source) and listed

    def buttons(self, row: Any, user: User) -> list[Transition]:
        """Return the steps that `user` may take on `row` now."""
        return [step for step in engine.buttons(row, user) if self.offers(step)]

    def offered(self, rows: Sequence[Any]) -> Sequence[Transition]:
        """Return the bulk steps that this person may take on some of `rows`, whatever its state."""
        user = self.person()
        steps = [self.transition(verb) for verb in self.bulk]
        first = rows[:NAMED]  # permission follows from role or institution
        return [step for step in steps if any(step.by(user, row) for row in first)]

    # --- the page, and the deed ---

    @expose("/ask/", methods=("GET", "POST"))
    def ask_view(self) -> Any:
        """Ask what a step needs to know, naming the rows; carry it out when answered."""
        user = self.person()
        step = self.transition(request.values.get("verb", ""))
        chosen = self.chosen()
        if chosen is None:
            return redirect(self.list_url())
        if not chosen.seen:
            flash(gettext("Select the rows first."), "info")
            return redirect(self.list_url())
        if len(chosen.seen) > 1 and step.name not in self.bulk:
            abort(404)
        known = self.known(list(chosen.seen))
        if not known:
            abort(404)
        rows = self.first_of(known)
        if not any(step.by(user, row) for row in rows):
            abort(403)
        unseen = self.look(chosen, known)
        posted = request.form if request.method == "POST" else None
        if posted is not None and ("answered" in posted or not (step.asks or step.confirm)):
            form = self.ask_form(step, rows, posted)
            if unseen:
                self.say_unseen()
            elif form.validate():
                if self.asks_second(step, len(known)):
                    return self.propose(step, chosen, known, form)
                if len(known) > orders.AT_ONCE:
                    return self.hand_to_worker(step, chosen, known, form)
                return self.carry_out(step, chosen, known, form, user)
        else:
            form = self.ask_form(step, rows, None)
        return self.ask_page(step, chosen, known, form)

    def ask_page(self, step: Transition, chosen: Selection, known: list[int], form: Form) -> Any:
        """Show what `step` asks, and the rows that it touches."""
        rows = self.first_of(known)
        return self.render(
            self.ask_template,
            step=step,
            form=form,
            rows=rows,
            count=len(known),
            as_task=len(known) > orders.AT_ONCE,
            second=self.asks_second(step, len(known)),
            ids=chosen.field(),
            action=self.list_url(".ask_view"),
            from_list="from_list" in request.form,
            cancel=self.after(known),
            **self.ask_context(step, rows, form),
        )

    def chosen(self) -> Selection | None:
        """Return the rows that the request names; None where 'all that match' are too many."""
        if request.method == "POST" and request.form.get("choice") == "all":
            return self.all_matching()
        return read_selection(request.form if request.method == "POST" else request.args)

    def all_matching(self) -> Selection | None:
        """Return every row of the filter in the address. Nobody has looked at them yet.

        So no step is taken on them before the page that asks has named them and their number.
        """
        state = self.state()
        count = db.session.scalar(counting(self.matching(state))) or 0
        if count > AT_ONCE:
            flash(
                gettext("At most %(count)s rows at once: narrow the filter.", count=AT_ONCE),
                "warning",
            )
            return None
        found = db.session.scalars(self.matching(state).with_only_columns(self.key_column))
        return Selection(seen=dict.fromkeys(found))

    def known(self, ids: Sequence[int]) -> list[int]:
        """Return those of `ids` that are rows of this view, in order."""
        found: list[int] = []
        for part in _chunks(sorted(ids)):
            query = self.select().with_only_columns(self.key_column)
            found += db.session.scalars(query.where(self.key_column.in_(part)))
        return sorted(found)

    def look(self, chosen: Selection, known: Sequence[int]) -> bool:
        """Note the present version of rows that came without: the page shows them as they are.

        Returns whether there were any, of rows that have versions: nothing is done to them unseen.
        """
        version: Any = getattr(self.model, "version", None)
        unseen = sorted(set(chosen.unseen) & set(known)) if version is not None else []
        for part in _chunks(unseen):
            query = self.select().with_only_columns(self.key_column, version)
            found = db.session.execute(query.where(self.key_column.in_(part)))
            chosen.seen.update((key, present) for key, present in found)
        return bool(unseen)

    def say_unseen(self) -> None:
        """Say why nothing was done: which version of the rows was looked at was not said."""
        if request.form.get("choice") != "all":  # of these the page that asks is the first look
            flash(str(engine.UNSEEN), "warning")

    def first_of(self, ids: Sequence[int]) -> Sequence[Any]:
        """Return the rows with the first few of `ids`, to be named on a page."""
        query = self.select().where(self.key_column.in_(list(ids[:NAMED])))
        return db.session.scalars(query.order_by(self.key_column)).unique().all()

    def carry_out(
        self, step: Transition, chosen: Selection, known: list[int], form: Form, user: User
    ) -> Any:
        """Perform `step`, commit, say what became of each row, and go back."""
        answers = self.answers(step, form) if step.asks else {}
        try:
            outcome = engine.perform(
                self.model, step.name, known, user, seen=chosen.versions, **answers
            )
            db.session.commit()
        except IntegrityError as error:  # what follows from it met what somebody did just now
            db.session.rollback()
            flash(str(engine.conflict_words(step.conflicts, error)), "warning")
            return redirect(self.after(known))
        outcome.missing += sorted(set(chosen.seen) - set(known))
        refused = self.first_of(list(outcome.refused))
        named = {row.id: short_name(self.named(row)) for row in refused}
        flash_outcome(outcome, named, chosen.senseless)
        return redirect(self.after(known))

    def hand_to_worker(
        self, step: Transition, chosen: Selection, known: list[int], form: Form
    ) -> Any:
        """Order `step` as a task, and go to its page: too many rows for one request."""
        answers = self.answers(step, form) if step.asks else {}
        missing = len(set(chosen.seen) - set(known)) + chosen.senseless
        return task_queue.enqueue(self, step, known, chosen.versions, answers, missing)

    def after(self, ids: Sequence[int]) -> str:
        """Return where to go after a step: to the row where it is one, else to the list."""
        alone = len(ids) == 1 and self.can_view_details and "from_list" not in request.form
        if alone and self.known(ids):
            return self.get_url(".details_view", id=ids[0])
        return self.list_url()


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), engine.CHUNK):
        yield ids[start : start + engine.CHUNK]
