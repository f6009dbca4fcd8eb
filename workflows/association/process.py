"""Transition table of an association membership (促进会): applied for, decided, ended."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from forms.base import ReasonForm
from models import AssociationMembership, AssociationStatus, Institution
from workflows.association import notices, rules
from workflows.engine import Process, Transition, columns, recipients, register

S = AssociationStatus

association = register(
    Process[AssociationMembership](
        model=AssociationMembership,
        context=recipients.institution_name,
        loads=(joinedload(AssociationMembership.institution).joinedload(Institution.applicant),),
        transitions=(
            Transition(
                name="apply",
                label=lazy_gettext("Apply for membership"),
                done=lazy_gettext("Membership applied for"),
                source=frozenset(),
                target=S.APPLIED,
                by=rules.represents_applicant,
            ),
            Transition(
                name="admit",
                label=lazy_gettext("Admit"),
                done=lazy_gettext("Admitted to the association"),
                source=frozenset({S.APPLIED}),
                target=S.MEMBER,
                by=access.reviews_applications,
                guard=rules.certified,
                notices=(notices.notify_institution("association_admitted"),),
            ),
            Transition(
                name="reject",
                label=lazy_gettext("Reject"),
                done=lazy_gettext("Not admitted"),
                source=frozenset({S.APPLIED}),
                target=S.REJECTED,
                by=rules.represents_or_reviews,
                asks=ReasonForm,
                sets=columns.reason,
                notices=(notices.notify_institution("association_rejected"),),
                tone="danger",
            ),
            Transition(
                name="resign",
                label=lazy_gettext("Resign"),
                done=lazy_gettext("Resigned"),
                source=frozenset({S.APPLIED, S.MEMBER}),
                target=S.RESIGNED,
                by=rules.represents_applicant,
                tone="danger",
                confirm=True,
            ),
            Transition(
                name="remove",
                label=lazy_gettext("Remove"),
                done=lazy_gettext("Removed from the association"),
                source=frozenset({S.MEMBER}),
                target=S.REMOVED,
                by=access.sanctions,
                asks=ReasonForm,
                sets=columns.reason,
                notices=(notices.notify_institution("association_removed"),),
                tone="danger",
            ),
        ),
    )
)
