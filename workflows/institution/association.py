"""An institution's membership of the association (促进会): applied for, decided, ended."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from core.database import db
from forms.base import ReasonForm
from models import AssociationMembership, AssociationStatus, Institution, InstitutionStatus, User
from workflows.engine import Process, Transition, Words, columns, register
from workflows.engine.notices import Notice, Recipient

S = AssociationStatus


def asks_for_itself(user: User, row: AssociationMembership) -> bool:
    """Speaks for the institution: its applicant, or an owner once it is certified."""
    institution = db.session.get_one(Institution, row.institution_id)
    return institution.applicant_id == user.id or access.owns(user, row)


def ends_wish(user: User, row: AssociationMembership) -> bool:
    """The institution itself, or the staff on its behalf."""
    return asks_for_itself(user, row) or access.reviews(user)


def certified(row: AssociationMembership) -> Words | None:
    """Guard: only a certified institution is admitted."""
    if row.institution.status is InstitutionStatus.CERTIFIED:
        return None
    return lazy_gettext("Certify the institution first.")


def institution(rows: Sequence[AssociationMembership]) -> dict[int, list[Recipient]]:
    """The reserved e-mail of the institution, and its applicant's bell."""
    return {
        row.id: [
            Recipient(
                row.institution.contact_email,
                row.institution.applicant_id,
                row.institution.applicant.locale,
            )
        ]
        for row in rows
    }


def to_workbench(_row: AssociationMembership) -> str:
    return "/workbench/"


association = register(
    Process(
        model=AssociationMembership,
        context=lambda row: {"institution": row.institution.name},
        loads=(joinedload(AssociationMembership.institution).joinedload(Institution.applicant),),
        transitions=(
            Transition(
                name="apply",
                label=lazy_gettext("Apply for membership"),
                source=frozenset(),
                target=S.APPLIED,
                by=asks_for_itself,
            ),
            Transition(
                name="admit",
                label=lazy_gettext("Admit"),
                source=frozenset({S.APPLIED}),
                target=S.MEMBER,
                by=access.reviews,
                guard=certified,
                tells=(Notice(template="association_admitted", to=institution, link=to_workbench),),
            ),
            Transition(
                name="reject",
                label=lazy_gettext("Reject"),
                source=frozenset({S.APPLIED}),
                target=S.REJECTED,
                by=ends_wish,
                asks=ReasonForm,
                sets=columns.reason,
                tells=(Notice(template="association_rejected", to=institution, link=to_workbench),),
                tone="danger",
            ),
            Transition(
                name="resign",
                label=lazy_gettext("Resign"),
                source=frozenset({S.APPLIED, S.MEMBER}),
                target=S.RESIGNED,
                by=asks_for_itself,
                tone="danger",
                confirm=True,
            ),
            Transition(
                name="remove",
                label=lazy_gettext("Remove"),
                source=frozenset({S.MEMBER}),
                target=S.REMOVED,
                by=access.is_administrator,
                asks=ReasonForm,
                sets=columns.reason,
                tells=(Notice(template="association_removed", to=institution, link=to_workbench),),
                tone="danger",
            ),
        ),
    )
)
