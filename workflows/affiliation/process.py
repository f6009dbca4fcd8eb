"""A consultant in an institution, from the first note to the end of the link."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from core.clock import now
from forms.base import ReasonForm, ReturnForm
from models import (
    Affiliation,
    AffiliationStatus,
    Consultant,
    Demand,
)
from workflows.affiliation import effects, notices, rules
from workflows.affiliation.effects import (
    end_columns,
    ended,
    with_certification,
    with_invitation,
    without_invitation,
)
from workflows.affiliation.forms import LeaveForm, UnlinkForm
from workflows.affiliation.notices import context, still_certified
from workflows.consultant.facts import snapshot
from workflows.engine import Process, Transition, register
from workflows.engine.notices import Notice, reviewers
from workflows.invitation.rules import may_revoke

S = AffiliationStatus


INVITING: tuple[Transition, ...] = (
    Transition(
        name="add",
        label=lazy_gettext("Add the consultant"),
        source=frozenset(),
        target=S.ADDED,
        by=access.owns,
    ),
    Transition(
        name="invite",
        label=lazy_gettext("Invite"),
        source=frozenset({S.ADDED, S.INVITED, S.REJECTED, S.UNLINKED}),
        target=S.INVITED,
        by=access.owns,
        guard=rules.may_invite,
        then=with_invitation,
    ),
    Transition(
        name="revoke",
        label=lazy_gettext("Take the invitation back"),
        source=frozenset({S.INVITED}),
        target=S.ADDED,
        by=may_revoke,
        guard=rules.never_linked,
        then=without_invitation,
        tone="danger",
        confirm=True,
    ),
    Transition(
        name="revoke_return",
        label=lazy_gettext("Take the invitation back"),
        source=frozenset({S.INVITED}),
        target=S.UNLINKED,
        by=may_revoke,
        guard=rules.was_linked,
        then=without_invitation,
        tone="danger",
        confirm=True,
    ),
    Transition(
        name="accept",
        label=lazy_gettext("Accept the invitation"),
        source=frozenset({S.INVITED}),
        target=S.ACCEPTED,
        by=rules.is_consultant,
        sets=lambda _answers, _actor: {"reason": None, "remarks": {}},
        tells=(notices.tell_institution("consultant_accepted"),),
    ),
    Transition(
        name="link",
        label=lazy_gettext("Accept the invitation and be linked"),
        source=frozenset({S.INVITED}),
        target=S.LINKED,
        by=rules.is_consultant,
        guard=rules.free_to_link,
        sets=lambda _answers, _actor: {"linked_at": now(), "reason": None, "remarks": {}},
        tells=(
            notices.tell_institution("consultant_linked"),
            notices.tell_person("consultant_linked"),
        ),
        conflicts=rules.LINKED_ALREADY,
    ),
    Transition(
        name="step_back",
        label=lazy_gettext("Do not take part after all"),
        source=frozenset({S.ACCEPTED, S.SUBMITTED, S.RETURNED}),
        target=S.ADDED,
        by=rules.is_consultant,
        tells=(notices.tell_institution("consultant_stepped_back"),),
        tone="danger",
        confirm=True,
    ),
)


REVIEW: tuple[Transition, ...] = (
    Transition(
        name="submit",
        label=lazy_gettext("Submit for review"),
        source=frozenset({S.ACCEPTED, S.RETURNED}),
        target=S.SUBMITTED,
        by=rules.is_consultant,
        guard=rules.complete,
        sets=lambda _answers, _actor: {"submitted_at": now(), "reason": None, "remarks": {}},
        records=lambda row, _answers: {"snapshot": snapshot(row.consultant)},
        tells=(
            notices.tell_person("consultant_received"),
            Notice(template="consultant_waiting", to=reviewers, link=notices.to_queue),
        ),
    ),
    Transition(
        name="approve",
        label=lazy_gettext("Approve"),
        source=frozenset({S.SUBMITTED}),
        target=S.LINKED,
        by=access.reviews,
        guard=rules.free_to_link,
        sets=lambda _answers, _actor: {"linked_at": now(), "reason": None, "remarks": {}},
        tells=(
            notices.tell_person("consultant_approved"),
            notices.tell_institution("consultant_approved"),
        ),
        then=with_certification,
        conflicts=rules.LINKED_ALREADY,
    ),
    Transition(
        name="return",
        label=lazy_gettext("Return for correction"),
        source=frozenset({S.SUBMITTED}),
        target=S.RETURNED,
        by=access.reviews,
        asks=ReturnForm,
        sets=effects.reason_and_remarks,
        records=lambda _row, answers: {"remarks": answers.get("remarks") or {}},
        tells=(
            notices.tell_person("consultant_returned"),
            notices.tell_institution("consultant_returned"),
        ),
        tone="secondary",
    ),
    Transition(
        name="reject",
        label=lazy_gettext("Reject"),
        source=frozenset({S.SUBMITTED}),
        target=S.REJECTED,
        by=access.reviews,
        asks=ReasonForm,
        sets=effects.reason_and_remarks,
        tells=(
            notices.tell_person("consultant_rejected"),
            notices.tell_institution("consultant_rejected"),
        ),
        tone="danger",
    ),
)


_demand = Demand.__table__


ENDING: tuple[Transition, ...] = (
    Transition(
        name="unlink",
        label=lazy_gettext("Unlink"),
        source=frozenset({S.LINKED}),
        target=S.UNLINKED,
        by=access.owns,
        asks=UnlinkForm,
        sets=end_columns,
        tells=(notices.tell_person("consultant_unlinked"),),
        then=ended,
        tone="danger",
    ),
    Transition(
        name="leave",
        label=lazy_gettext("Leave the institution"),
        source=frozenset({S.LINKED}),
        target=S.UNLINKED,
        by=rules.is_consultant,
        asks=LeaveForm,
        sets=end_columns,
        tells=(notices.tell_institution("consultant_left"),),
        then=ended,
        tone="danger",
    ),
    Transition(  # follows when his certification, or that of the institution, is taken back
        name="end",
        label=lazy_gettext("End the link"),
        source=frozenset({S.LINKED}),
        target=S.UNLINKED,
        by=access.by_itself,
        sets=end_columns,
        tells=(Notice(template="consultant_ended", to=still_certified, link=notices.to_account),),
        then=ended,
    ),
)


affiliations = register(
    Process(
        model=Affiliation,
        context=context,
        loads=(
            joinedload(Affiliation.institution),
            joinedload(Affiliation.consultant).joinedload(Consultant.user),
        ),
        transitions=(*INVITING, *REVIEW, *ENDING),
    )
)
