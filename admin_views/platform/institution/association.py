"""Memberships of the association: admitted, rejected, ended."""

from __future__ import annotations

from flask_babel import lazy_gettext

from admin_views.base import ChoiceFilter, PlatformView
from models import AssociationStatus, Duty


class AssociationView(PlatformView):
    """Who asked to join the association, and who belongs to it."""

    opens = frozenset({Duty.APPLICATIONS, Duty.SANCTIONS, Duty.AUDIT})
    column_list = ("institution", "institution.status", "status", "status_at", "reason")
    column_labels = {
        "institution": lazy_gettext("Institution"),
        "institution.status": lazy_gettext("State of the institution"),
        "institution.credit_code": lazy_gettext("Unified social credit code"),
        "institution.contact_email": lazy_gettext("Reserved e-mail"),
    }
    column_details_list = (
        "institution",
        "institution.status",
        "institution.credit_code",
        "institution.contact_email",
        "status",
        "status_at",
        "reason",
    )
    column_sortable_list = (("institution", "institution.name"), "status", "status_at")
    column_searchable_list = ("institution.name", "institution.credit_code")
    filters = (ChoiceFilter("status", AssociationStatus),)
    bulk = ("admit", "reject", "remove")
    empty_title = lazy_gettext("No wish to join the association is open.")
