"""The queue of objections: both sides and the register beside each other, and the decision."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import uploads
from admin_views.base import ChoiceFilter, PlatformView
from core.database import db
from models import (
    Attachment,
    Duty,
    EnterpriseMembership,
    Institution,
    Objection,
    ObjectionStatus,
    ParkEnterprise,
    User,
    Verification,
)
from workflows.objection.process import objections


def files_of_holder(row: Objection) -> list[Attachment]:
    """Return what the other side has shown: of its application, or to be verified."""
    if row.holder is not None:
        return list(uploads.files_of(row.holder))
    shown = sa.select(Verification.id).where(Verification.membership_id == row.contested_id)
    query = sa.select(Attachment).where(Attachment.verification_id.in_(shown))
    return list(db.session.scalars(query.order_by(Attachment.id)))


def facts_of(user: User | None, firm: Institution | None, member: Any) -> dict[str, Any]:
    """Return what is known of one side."""
    return {
        "person": user.name if user else "—",
        "email": user.email if user else "—",
        "phone": (user.phone if user else "") or "—",
        "registered": user.created_at if user else None,
        "name": firm.name if firm else member.enterprise.name if member else "",
        "address": firm.address if firm else "",
        "contact": f"{firm.contact_name} {firm.contact_mobile} {firm.contact_email}"
        if firm
        else "",
        "status": firm.status if firm else member.status if member else None,
        "verified_how": member.verified_how if member else None,
        "since": firm.submitted_at if firm else member.status_at if member else None,
    }


class ObjectionView(PlatformView):
    """Who says that what another holds is theirs."""

    opens = frozenset({Duty.APPLICATIONS, Duty.SANCTIONS, Duty.AUDIT})
    column_list = ("credit_code", "created_at", "objector", "status")
    column_labels = {
        "credit_code": lazy_gettext("Unified social credit code"),
        "objector": lazy_gettext("Objector"),
        "statement": lazy_gettext("Why it is theirs"),
        "decided_by": lazy_gettext("Decided by"),
        "reason": lazy_gettext("Reason, which both sides read"),
    }
    column_details_list = ("status", "created_at", "statement", "decided_by", "reason")
    column_sortable_list = ("created_at", "status")
    column_searchable_list = ("credit_code", "objector.name")
    loads = (
        joinedload(Objection.objector),
        joinedload(Objection.membership).joinedload(EnterpriseMembership.enterprise),
        joinedload(Objection.contested).options(
            joinedload(EnterpriseMembership.user), joinedload(EnterpriseMembership.enterprise)
        ),
        joinedload(Objection.application),
        joinedload(Objection.holder).joinedload(Institution.applicant),
    )
    filters = (ChoiceFilter("status", ObjectionStatus),)
    verbs = tuple(step.name for step in objections.transitions if step.button)
    details_template = "admin/objection/details.html"
    empty_title = lazy_gettext("Nobody objects to anything.")

    def details_context(self, row: Objection) -> dict[str, Any]:
        holder = row.holder.applicant if row.holder else None
        if row.contested is not None:
            holder = row.contested.user
        code = row.credit_code
        return {
            "files": uploads.files_of(row),
            "own_files": uploads.files_of(row.application) if row.application else [],
            "holder_files": files_of_holder(row),
            "sides": (
                facts_of(holder, row.holder, row.contested),
                facts_of(row.objector, row.application, row.membership),
            ),
            "listed": db.session.scalar(
                sa.select(ParkEnterprise).where(ParkEnterprise.credit_code == code)
            ),
        }
