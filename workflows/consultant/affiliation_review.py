"""How the certification of an invited consultant is handed in and decided."""

from __future__ import annotations

from flask_babel import lazy_gettext

import access
from core.clock import now
from forms.base import ReasonForm, ReturnForm
from models import Affiliation, AffiliationStatus, Consultant, User
from workflows.consultant import affiliation_rules as rules
from workflows.consultant.consultant_facts import snapshot
from workflows.engine import Answers, Transition, perform
from workflows.engine.notices import Notice, reviewers

S = AffiliationStatus


def with_certification(rows: list[Affiliation], actor: User, _answers: Answers) -> None:
    """Who is approved for the first time is certified; a certification that stands, stays."""
    perform(Consultant, "certify", [row.consultant_id for row in rows], actor)


REVIEW: tuple[Transition, ...] = (
    Transition(
        name="submit",
        label=lazy_gettext("Submit for review"),
        source=frozenset({S.ACCEPTED, S.RETURNED}),
        target=S.SUBMITTED,
        by=rules.himself,
        guard=rules.complete,
        sets=lambda _answers, _actor: {"submitted_at": now(), "reason": None, "remarks": {}},
        records=lambda row, _answers: {"snapshot": snapshot(row.consultant)},
        tells=(
            rules.tell_person("consultant_received"),
            Notice(template="consultant_waiting", to=reviewers, link=rules.to_queue),
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
            rules.tell_person("consultant_approved"),
            rules.tell_institution("consultant_approved"),
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
        sets=rules.reason_and_remarks,
        records=lambda _row, answers: {"remarks": answers.get("remarks") or {}},
        tells=(
            rules.tell_person("consultant_returned"),
            rules.tell_institution("consultant_returned"),
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
        sets=rules.reason_and_remarks,
        tells=(
            rules.tell_person("consultant_rejected"),
            rules.tell_institution("consultant_rejected"),
        ),
        tone="danger",
    ),
)
