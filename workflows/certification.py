"""An institution's life, and its membership of the association."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import joinedload

import access
from clock import now
from database import db
from models import (
    AssociationMembership,
    AssociationStatus,
    Attachment,
    AttachmentKind,
    Institution,
    InstitutionStatus,
    Membership,
    User,
)
from workflows.engine import Answers, Process, Transition, Words, begin, perform, plain, register
from workflows.forms import ApproveForm, ReasonForm, ReturnForm
from workflows.notices import Notice, Recipient, reviewers

S = InstitutionStatus
OPEN = frozenset({S.DRAFT, S.RETURNED})
# what an application says, in the order of its form
FIELDS = (
    "name",
    "credit_code",
    "introduction",
    "address",
    "website",
    "founded",
    "staff_count",
    "contact_name",
    "contact_mobile",
    "contact_phone",
    "contact_email",
    "wants_association",
)
NEEDED = ("name", "credit_code", "introduction", "address", "contact_name", "contact_mobile",
          "contact_email")  # fmt: skip


def snapshot(institution: Institution) -> dict[str, Any]:
    """Return what the application says now, as JSON: fields, categories and file names."""
    said = {name: plain(getattr(institution, name)) for name in FIELDS}
    said["categories"] = [category.name for category in institution.categories]
    said["files"] = list(
        db.session.scalars(
            sa.select(Attachment.filename)
            .where(Attachment.institution_id == institution.id)
            .order_by(Attachment.id)
        )
    )
    return said


def complete(institution: Institution) -> Words | None:
    """Guard: an application is submitted whole."""
    if any(not getattr(institution, name) for name in NEEDED) or not institution.categories:
        return lazy_gettext("Fill in everything that is marked as required first.")
    licence = sa.select(Attachment.id).where(
        Attachment.institution_id == institution.id, Attachment.kind == AttachmentKind.LICENCE
    )
    if db.session.scalar(licence.limit(1)) is None:
        return lazy_gettext("Add a scan of the business licence first.")
    if any(held.active for held in institution.applicant.memberships):
        return lazy_gettext("You already work for an institution on this platform.")
    return None


def applicant(rows: Sequence[Institution]) -> dict[int, list[Recipient]]:
    """The reserved e-mail of the application, and its writer's bell."""
    return {
        row.id: [
            Recipient(row.contact_email, row.applicant_id, row.applicant.locale),
        ]
        for row in rows
    }


def to_form(_row: Institution) -> str:
    return "/certification/"


def to_workbench(_row: Institution) -> str:
    return "/workbench/"


def to_queue(row: Institution) -> str:
    return f"/admin/application/details/?id={row.id}"


def with_submission(rows: list[Institution], actor: User, _answers: Answers) -> None:
    """The wish to join the association becomes an application of its own."""
    for row in rows:
        open_one = [a for a in row.association if a.status is AssociationStatus.APPLIED]
        if row.wants_association and not open_one:
            begin(AssociationMembership(institution=row), "apply", actor)
        elif open_one and not row.wants_association:
            perform(AssociationMembership, "resign", [a.id for a in open_one], actor)


def with_approval(rows: list[Institution], actor: User, answers: Answers) -> None:
    """Open the workbench, and decide on the association where the reviewer said so."""
    db.session.execute(
        sa.update(Membership)
        .where(Membership.institution_id.in_([row.id for row in rows]))
        .values(active=True)
        .execution_options(synchronize_session="fetch")
    )
    verb = {"admit": "admit", "decline": "reject"}.get(answers.get("association", "later"))
    if verb:
        _decide_association(rows, verb, actor, answers)


def without_association(rows: list[Institution], actor: User, answers: Answers) -> None:
    """An application that ended takes its wish for the association with it."""
    _decide_association(rows, "reject", actor, answers)


def _decide_association(rows: list[Institution], verb: str, actor: User, answers: Answers) -> None:
    ids = db.session.scalars(
        sa.select(AssociationMembership.id).where(
            AssociationMembership.institution_id.in_([row.id for row in rows]),
            AssociationMembership.status == AssociationStatus.APPLIED,
        )
    ).all()
    if verb == "admit":
        perform(AssociationMembership, verb, ids, actor)
    else:
        reason = answers.get("reason") or gettext("Decided with the certification.")
        perform(AssociationMembership, verb, ids, actor, reason=reason)


CODE_TAKEN = lazy_gettext("Another application or institution already uses this credit code.")
AT_WORK_ALREADY = lazy_gettext("The applicant already works for another institution.")
CONFLICTS = {"uq_institution_open_credit_code": CODE_TAKEN}

institutions = register(
    Process(
        model=Institution,
        context=lambda row: {"institution": row.name},
        loads=(joinedload(Institution.applicant),),
        transitions=(
            Transition(
                name="start",
                label=lazy_gettext("Start an application"),
                source=frozenset(),
                target=S.DRAFT,
                by=access.applied,
            ),
            Transition(
                name="submit",
                label=lazy_gettext("Submit for review"),
                source=OPEN,
                target=S.SUBMITTED,
                by=access.applied,
                guard=complete,
                sets=lambda _answers, _actor: {"submitted_at": now(), "remarks": {}},
                records=lambda row, _answers: {"snapshot": snapshot(row)},
                tells=(
                    Notice(template="application_received", to=applicant, link=to_form),
                    Notice(template="application_waiting", to=reviewers, link=to_queue),
                ),
                then=with_submission,
                conflicts=CONFLICTS,
            ),
            Transition(
                name="approve",
                label=lazy_gettext("Approve"),
                source=frozenset({S.SUBMITTED}),
                target=S.CERTIFIED,
                by=access.reviews,
                asks=ApproveForm,
                sets=lambda _answers, _actor: {"certified_at": now(), "remarks": {}},
                tells=(Notice(template="application_approved", to=applicant, link=to_workbench),),
                then=with_approval,
                conflicts={"uq_membership_active_user": AT_WORK_ALREADY},
            ),
            Transition(
                name="return",
                label=lazy_gettext("Return for correction"),
                source=frozenset({S.SUBMITTED}),
                target=S.RETURNED,
                by=access.reviews,
                asks=ReturnForm,
                sets=lambda answers, _actor: {
                    "remarks": {**(answers.get("remarks") or {}), "": answers["reason"]}
                },
                records=lambda _row, answers: {"remarks": answers.get("remarks") or {}},
                tells=(Notice(template="application_returned", to=applicant, link=to_form),),
                tone="secondary",
            ),
            Transition(
                name="reject",
                label=lazy_gettext("Reject"),
                source=frozenset({S.SUBMITTED}),
                target=S.REJECTED,
                by=access.reviews,
                asks=ReasonForm,
                sets=lambda answers, _actor: {"remarks": {"": answers["reason"]}},
                tells=(Notice(template="application_rejected", to=applicant, link=to_form),),
                then=without_association,
                tone="danger",
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw the application"),
                source=OPEN | {S.SUBMITTED},
                target=S.WITHDRAWN,
                by=access.applied,
                then=without_association,
                tone="danger",
                confirm=True,
            ),
            Transition(
                name="suspend",
                label=lazy_gettext("Suspend"),
                source=frozenset({S.CERTIFIED}),
                target=S.SUSPENDED,
                by=access.is_administrator,
                asks=ReasonForm,
                tells=(Notice(template="institution_suspended", to=applicant, link=to_workbench),),
                tone="danger",
            ),
            Transition(
                name="lift",
                label=lazy_gettext("Lift the suspension"),
                source=frozenset({S.SUSPENDED}),
                target=S.CERTIFIED,
                by=access.is_administrator,
                tells=(Notice(template="institution_lifted", to=applicant, link=to_workbench),),
                confirm=True,
            ),
            Transition(
                name="revoke",
                label=lazy_gettext("Revoke the certification"),
                source=frozenset({S.CERTIFIED, S.SUSPENDED}),
                target=S.REVOKED,
                by=access.is_administrator,
                asks=ReasonForm,
                tells=(Notice(template="institution_revoked", to=applicant, link=to_form),),
                tone="danger",
            ),
        ),
    )
)
