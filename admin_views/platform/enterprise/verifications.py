"""The queue of people who ask to be verified, with the register's facts beside what they gave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import flash
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import joinedload
from wtforms import Form

import uploads
from admin_views.base import ChoiceFilter, PlatformView
from core.database import db
from models import (
    Duty,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    ExternalIdentity,
    ParkEnterprise,
    Verification,
    VerificationStatus,
)
from workflows.engine import Transition
from workflows.verification import codes
from workflows.verification.process import verifications
from workflows.verification.rules import WAITING


def register_of(row: Verification) -> ParkEnterprise | None:
    """Return what the park's register says of the enterprise; None where it left the register."""
    code = row.membership.enterprise.credit_code
    return db.session.scalar(sa.select(ParkEnterprise).where(ParkEnterprise.credit_code == code))


def colleagues(row: Verification) -> Sequence[EnterpriseMembership]:
    """Return who else acts for the enterprise or asks to."""
    m = EnterpriseMembership
    query = (
        sa.select(m)
        .where(
            m.enterprise_id == row.membership.enterprise_id,
            m.id != row.membership_id,
            m.status.in_((EnterpriseMembershipStatus.MEMBER, EnterpriseMembershipStatus.REQUESTED)),
        )
        .options(joinedload(m.user))
        .order_by(m.id)
    )
    return db.session.scalars(query).all()


class VerificationView(PlatformView):
    """People who want to speak for their enterprise."""

    opens = frozenset({Duty.APPLICATIONS, Duty.SANCTIONS, Duty.AUDIT})
    column_list = (
        "membership.user",
        "membership.enterprise",
        "status_at",
        "by_code",
        "status",
    )
    column_labels = {
        "membership.user": lazy_gettext("Person"),
        "membership.enterprise": lazy_gettext("Enterprise"),
        "by_code": lazy_gettext("Wants a code"),
        "note": lazy_gettext("In their own words"),
        "contact": lazy_gettext("The code went to"),
        "code_due_at": lazy_gettext("The code is good until"),
        "code_tries": lazy_gettext("Tries"),
        "decided_by": lazy_gettext("Decided by"),
    }
    column_details_list = (
        "status",
        "status_at",
        "by_code",
        "note",
        "contact",
        "code_due_at",
        "code_tries",
        "decided_by",
        "reason",
    )
    column_sortable_list = ("status_at", "status")
    column_searchable_list = ("membership.user.name", "membership.enterprise.name")
    loads = (
        joinedload(Verification.membership).options(
            joinedload(EnterpriseMembership.user), joinedload(EnterpriseMembership.enterprise)
        ),
    )
    filters = (ChoiceFilter("status", VerificationStatus),)
    verbs = tuple(step.name for step in verifications.transitions if step.button)
    details_template = "admin/enterprise/verification.html"
    empty_title = lazy_gettext("Nobody waits to be verified.")

    def scope(self) -> Any:
        """Those that wait of people who left their enterprise meanwhile are nobody's business."""
        member = Verification.membership.has(
            EnterpriseMembership.status == EnterpriseMembershipStatus.MEMBER
        )
        return sa.and_(super().scope(), sa.or_(Verification.status.not_in(WAITING), member))

    def answers(self, step: Transition, form: Form) -> dict[str, Any]:
        """A code is made here, shown once, and kept as a hash alone."""
        given = super().answers(step, form)
        if step.name == "send_code":
            code = codes.new()
            given["code_hash"] = codes.stored(code)
            flash(
                gettext(
                    "The code is %(code)s. It is shown only now: write it in the letter, or say it "
                    "on the telephone to whom you named, and to nobody else.",
                    code=code,
                ),
                "info",
            )
        return given

    def details_context(self, row: Verification) -> dict[str, Any]:
        user = row.membership.user
        return {
            "files": uploads.files_of(row),
            "listed": register_of(row),
            "colleagues": colleagues(row),
            "identities": db.session.scalars(
                sa.select(ExternalIdentity.issuer).where(ExternalIdentity.user_id == user.id)
            ).all(),
        }
