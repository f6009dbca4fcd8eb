"""Enterprises, who asks to act for them, and the park's register."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy.orm import selectinload

from admin_views.base import ChoiceFilter, PlatformView
from models import READS_RECORDS, Duty, Enterprise, EnterpriseMembership, EnterpriseMembershipStatus

CODE = lazy_gettext("Unified social credit code")
NAME = lazy_gettext("Enterprise")


def members(_view: Any, _context: None, row: Enterprise, _name: str) -> str:
    """The people who act for the enterprise."""
    held = [
        membership.user.name
        for membership in row.memberships
        if membership.status is EnterpriseMembershipStatus.MEMBER
    ]
    return ", ".join(held) or "—"


class EnterpriseView(PlatformView):
    """The enterprises that use the platform."""

    opens = READS_RECORDS
    column_list = ("name", "credit_code", "members", "remark", "created_at")
    column_labels = {
        "name": NAME,
        "credit_code": CODE,
        "members": lazy_gettext("People"),
        "remark": lazy_gettext("Remark"),
        "created_at": lazy_gettext("Registered"),
    }
    column_sortable_list = ("name", "credit_code", "created_at")
    column_formatters = {"members": members}
    column_searchable_list = ("name", "credit_code")
    loads = (selectinload(Enterprise.memberships).joinedload(EnterpriseMembership.user),)
    empty_title = lazy_gettext("No enterprise has registered yet.")


class EnterpriseMembershipView(PlatformView):
    """Second and later people of an enterprise wait for a yes: a colleague's, or ours."""

    opens = frozenset({Duty.APPLICATIONS, Duty.SANCTIONS, Duty.AUDIT})
    column_list = ("user", "status_at", "user.email", "enterprise", "status", "verified_how")
    column_labels = {
        "user": lazy_gettext("Person"),
        "user.email": lazy_gettext("E-mail"),
        "user.phone": lazy_gettext("Telephone"),
        "enterprise": NAME,
        "enterprise.credit_code": CODE,
        "verified_how": lazy_gettext("Verified how"),
        "verified_at": lazy_gettext("Verified on"),
        "verified_by": lazy_gettext("Verified by"),
    }
    column_details_list = (
        "user",
        "user.email",
        "user.phone",
        "enterprise",
        "enterprise.credit_code",
        "status",
        "status_at",
        "reason",
        "verified_how",
        "verified_at",
        "verified_by",
    )
    column_sortable_list = (
        "status_at",
        ("user", "user.name"),
        ("enterprise", "enterprise.name"),
        "status",
    )
    column_searchable_list = ("user.name", "user.email", "enterprise.name")
    filters = (ChoiceFilter("status", EnterpriseMembershipStatus),)
    bulk = ("agree", "decline")
    empty_title = lazy_gettext("Nobody waits to join an enterprise.")


class ParkEnterpriseView(PlatformView):
    """The park's register, as imported. Only to read."""

    opens = READS_RECORDS
    column_list = ("name", "credit_code", "address", "legal_person", "updated_at")
    column_labels = {
        "name": NAME,
        "credit_code": CODE,
        "address": lazy_gettext("Address"),
        "legal_person": lazy_gettext("Legal representative"),
        "updated_at": lazy_gettext("Imported"),
    }
    column_searchable_list = ("name", "credit_code")
    empty_title = lazy_gettext("The park's register is empty.")
    empty_hint = lazy_gettext("Import it from a spreadsheet first.")
