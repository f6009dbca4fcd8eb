"""Proposals to a second person: the queue of those who may decide, and carrying them out."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import joinedload
from wtforms import Form

import access
import labels
from admin_views.base import ChoiceFilter, PlatformView
from admin_views.base.report import short_name
from admin_views.base.selection import Selection
from admin_views.base.tasks import view_of
from admin_views.platform.confirming import NotCarriedOut, carry_out
from admin_views.platform.role_form import role_from, role_name
from core.database import db
from models import EVERY_DUTY, Duty, Proposal, ProposalStatus, User
from workflows.engine import Transition
from workflows.engine.table import process_of
from workflows.person import roles
from workflows.proposal.proposing import ROLE


def what(_view: Any, _context: None, row: Proposal, _name: str) -> str:
    """The step, in the words of its button."""
    if row.transition == ROLE:
        duties = roles.duties_in(role_from(row.answers["role"]))
        words = gettext("Change the role to: %(role)s", role=role_name(row.answers["role"]))
        held = gettext(", ").join(str(labels.label(duty)) for duty in Duty if duty in duties)
        return f"{words} ({held})" if held else words
    process = process_of(row.subject_type)
    step = process.get(row.transition) if process else None
    return str(step.label) if step else row.transition


def about(_view: Any, _context: None, row: Proposal, _name: str) -> str:
    """The rows by name: the first of them, and how many more."""
    view = view_of(row)
    ids = sorted(map(int, row.rows))
    found = view.first_of(ids) if view is not None else []
    named = [short_name(view.named(one)) for one in found]
    more = len(ids) - len(named)
    words = gettext(", ").join(named) or gettext("%(count)s rows", count=more)
    return (
        words
        if not named or not more
        else gettext("%(names)s and %(count)s more", names=words, count=more)
    )


class ProposalView(PlatformView):
    """Everybody sees what their duties let them decide, and what they proposed themselves."""

    opens = EVERY_DUTY
    column_list = ("what", "about", "proposer", "created_at", "expires_at", "status")
    column_labels = {
        "what": lazy_gettext("Step"),
        "about": lazy_gettext("Of what"),
        "proposer": lazy_gettext("Proposed by"),
        "created_at": lazy_gettext("Proposed on"),
        "expires_at": lazy_gettext("To be confirmed by"),
        "status": lazy_gettext("State"),
        "reason": lazy_gettext("Reason"),
        "decided_by": lazy_gettext("Second person"),
        "decline_reason": lazy_gettext("Why not"),
    }
    column_details_list = (
        "what",
        "about",
        "reason",
        "proposer",
        "created_at",
        "expires_at",
        "decided_by",
        "decline_reason",
    )
    column_sortable_list = ("created_at", "expires_at", "status")
    column_default_sort = ("created_at", True)
    column_formatters = {"what": what, "about": about}
    filters = (ChoiceFilter("status", ProposalStatus),)
    loads = (joinedload(Proposal.proposer), joinedload(Proposal.decided_by))
    empty_title = lazy_gettext("No proposal waits for a second person.")

    def scope(self) -> sa.ColumnElement[bool]:
        user = self.person()
        duties = access.duties_of(user)
        if Duty.AUDIT in duties:
            return sa.true()
        return sa.or_(Proposal.proposer_id == user.id, Proposal.duty.in_(duties))

    def asks_second(self, step: Transition[Any], count: int) -> bool:
        return False  # this is the second person

    def carry_out(
        self, step: Transition, chosen: Selection, known: list[int], form: Form, user: User
    ) -> Any:
        """Carry out what is confirmed, in the same unit of work as the confirmation."""
        if step.name != "confirm":
            return super().carry_out(step, chosen, known, form, user)
        try:
            words = carry_out(known[0], chosen.versions, user)
        except NotCarriedOut as refusal:
            db.session.rollback()
            flash(str(refusal), "warning")
        else:
            db.session.commit()
            flash(words, "success")
        return redirect(self.after(known))
