"""Review management (评价管理): what waits, our reviews of enterprises, and those we received."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import sqlalchemy as sa
from flask import flash, redirect, url_for
from flask_babel import gettext, lazy_gettext, ngettext
from markupsafe import Markup
from sqlalchemy.orm import joinedload
from wtforms import Form

import access
from admin_views.base import ChoiceFilter, WorkbenchView
from admin_views.base.selection import Selection
from admin_views.base.state import ListState
from admin_views.base.table import seen
from admin_views.shared.review import (
    CATEGORY,
    CONSULTANT,
    LABELS,
    PERIOD,
    STARS,
    scores_of,
    stars_of,
)
from core.clock import now
from core.database import db
from i18n.locales import age
from models import Affiliation, Category, Review, ReviewSide, ReviewStatus, Transaction, User
from ranking import ratings
from workflows import engine
from workflows.engine import Transition

S = ReviewStatus
TABS = (
    ("review", lazy_gettext("To be written")),
    ("review_given", lazy_gettext("Our reviews of enterprises")),
    ("review_received", lazy_gettext("Reviews we received")),
)


def rate_link(view: Any, _context: None, row: Review, _name: str) -> Markup | str:
    """The way to the form, straight from the list; a consultant reads what others write."""
    if not access.works_for(view.person(), row):
        return ""
    url = url_for("review.ask_view", verb="rate_enterprise", ids=seen(row))
    return Markup('<a class="btn btn-sm btn-primary" href="{}">{}</a>').format(url, gettext("Rate"))


def time_left(_view: Any, _context: None, row: Review, _name: str) -> str:
    days = (row.due_at - now()).days
    if not days:
        return gettext("the last day")
    return ngettext("%(days)s more day", "%(days)s more days", days, days=days)


class ReviewTab(WorkbenchView):
    """One of the three lists; a row leads to the one page of a review.

    A consultant reads the reviews of the transactions they advised in.
    """

    consultants = True
    list_template = "admin/review/list.html"
    details_template = "admin/review/details.html"
    column_labels = {**LABELS, "rate": lazy_gettext("Rate"), "waits": lazy_gettext("Waiting since")}
    column_formatters = {
        "stars": stars_of,
        "rate": rate_link,
        "due_at": time_left,
        "waits": lambda _view, _context, row, _name: age(row.created_at),
    }
    column_details_list = (
        "side",
        "enterprise",
        "transaction.category",
        "affiliation.consultant",
        "author",
        "sealed_at",
        "published_at",
    )
    column_searchable_list = ("enterprise.name", "transaction.title")
    loads = (
        joinedload(Review.transaction).joinedload(Transaction.category),
        joinedload(Review.affiliation).joinedload(Affiliation.consultant),
    )
    public = (Category,)
    side = ReviewSide.INSTITUTION

    def listed(self) -> sa.ColumnElement[bool]:
        """Return the condition for what stands in this list: the reviews of one side."""
        return Review.side == self.side

    def conditions(self, state: ListState) -> list[sa.ColumnElement[bool]]:
        return [self.listed(), *super().conditions(state)]

    def row_url(self, row: Review) -> str | None:
        return url_for("review.details_view", id=row.id)

    def list_context(self, state: ListState, rows: Sequence[Any]) -> dict[str, Any]:
        return {"tabs_of_view": TABS, "quarters": self.quarters(state)}

    def quarters(self, state: ListState) -> list[ratings.Quarter]:
        """Return the averages over time of what the filters leave."""
        return ratings.over_time(self.scope(), *self.conditions(state))

    def details_context(self, row: Review) -> dict[str, Any]:
        return {"scores": scores_of(row)}


class WaitingView(ReviewTab):
    """What waits for our review; and the page of each, whichever list it stands in."""

    column_list = ("transaction", "enterprise", "affiliation.consultant", "waits", "due_at", "rate")
    column_sortable_list = ("due_at",)
    column_default_sort = "due_at"
    ask_template = "admin/review/ask.html"
    empty_title = lazy_gettext("No deal waits for your review.")
    empty_hint = lazy_gettext("As soon as a deal is approved, both sides can rate each other.")

    def listed(self) -> sa.ColumnElement[bool]:
        return sa.and_(super().listed(), Review.status == S.OPEN, Review.due_at > now())

    def quarters(self, state: ListState) -> list[ratings.Quarter]:
        return []

    def carry_out(
        self, step: Transition, chosen: Selection, known: list[int], form: Form, user: User
    ) -> Any:
        """As the base does; a refusal shows the row as it is now, and keeps what was typed."""
        outcome = engine.perform(
            self.model, step.name, known, user, seen=chosen.versions, **self.answers(step, form)
        )
        if outcome.done:
            db.session.commit()
            flash(gettext("Done."), "success")
            return redirect(self.after(known))
        db.session.rollback()
        for words in outcome.refused.values():
            flash(str(words), "warning")
        present = Selection(dict.fromkeys(known))
        self.look(present, known)
        return self.ask_page(step, present, known, form)

    def ask_context(self, step: Transition, rows: Sequence[Any], form: Form) -> dict[str, Any]:
        return {"review": rows[0]}


class WrittenTab(ReviewTab):
    """A list of written reviews, reached by its tab."""

    column_list = (
        "transaction",
        "enterprise",
        "affiliation.consultant",
        "stars",
        "status",
        "published_at",
    )
    column_sortable_list = ("stars", "status", "published_at")
    filters = (ChoiceFilter("status", ReviewStatus), STARS, CONSULTANT, CATEGORY, PERIOD)
    verbs: ClassVar[tuple[str, ...]] = ()  # taken on the page of a review


class GivenView(WrittenTab):
    """What we wrote about enterprises."""

    empty_title = lazy_gettext("You have not rated an enterprise yet.")

    def listed(self) -> sa.ColumnElement[bool]:
        return sa.and_(super().listed(), Review.status != S.OPEN)


class ReceivedView(WrittenTab):
    """What enterprises wrote about us."""

    empty_title = lazy_gettext("You have not received a review yet.")
    empty_hint = lazy_gettext("A review is shown once both sides have written, or after 14 days.")
    side = ReviewSide.ENTERPRISE
