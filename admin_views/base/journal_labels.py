"""Labels of the columns and values that audit events record."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext

from admin_views.base.rows import COMMON_LABELS
from content import settings
from core.database import Base
from workflows.consultant import facts as consultant_facts
from workflows.institution import facts
from workflows.product import rules as product_rules
from workflows.transaction import writing

# of columns that no page shows under their own name, and of what a step puts on record
OTHERS: dict[str, Any] = {
    "verified_by_id": lazy_gettext("Verified by"),
    "decided_by_id": lazy_gettext("Decided by"),
    "membership_id": lazy_gettext("Enterprise join request"),
    "contested_id": lazy_gettext("Who is contested"),
    "application_id": lazy_gettext("Application of the objector"),
    "holder_id": lazy_gettext("Application that holds the code"),
    "objector_id": lazy_gettext("Objector"),
    "remarks": lazy_gettext("Remarks"),
    "staff": lazy_gettext("Colleague"),
    "owner": lazy_gettext("Owner"),
    "role": lazy_gettext("Platform role"),
    "session": lazy_gettext("Session"),
    "custom_role_id": lazy_gettext("Role of its own"),
    "file": lazy_gettext("File"),
    "licence": lazy_gettext("Business licence"),
    "qualification": lazy_gettext("Qualification scans"),
    "photo": lazy_gettext("Photo"),
    "qualifications": lazy_gettext("Qualifications"),
    "price": lazy_gettext("Price"),
    "in_charge": lazy_gettext("In charge"),
    "parts": lazy_gettext("Institutions that took part"),
    "moved": lazy_gettext("Moved"),
    "day": lazy_gettext("Day"),
    "name": lazy_gettext("Name"),
    "schema": lazy_gettext("Parameters"),
    "position": lazy_gettext("Position"),
    "expires_at": lazy_gettext("Expires"),
    "issuer": lazy_gettext("Single sign-on"),
    "institution_id": lazy_gettext("Institution"),
    "enterprise_id": lazy_gettext("Enterprise"),
    "category_id": lazy_gettext("Service category"),
    "parent_id": lazy_gettext("Parent category"),
    "consultant_id": lazy_gettext("Consultant"),
    "affiliation_id": lazy_gettext("Consultant"),
    "product_id": lazy_gettext("Featured product"),
    "offer_id": lazy_gettext("Regular product"),
    "item_id": lazy_gettext("Regular product"),
    "schema_id": lazy_gettext("Version of the parameters"),
    "demand_id": lazy_gettext("Demand"),
    "sent_on_from_id": lazy_gettext("Sent on from"),
    "enquiry_id": lazy_gettext("Enquiry"),
    "transaction_id": lazy_gettext("Deal filed"),
    "user_id": lazy_gettext("User"),
    "author_id": lazy_gettext("Written by"),
    "adder_id": lazy_gettext("Added by"),
    "filer_id": lazy_gettext("Filed by"),
    "poster_id": lazy_gettext("Posted by"),
    "proposer_id": lazy_gettext("Proposed by"),
    "registrar_id": lazy_gettext("Registered by"),
    "answered_by_id": lazy_gettext("Answered by"),
    "contact_name": lazy_gettext("Contact person"),
    "contact_phone": lazy_gettext("Telephone"),
    "contact_email": lazy_gettext("E-mail"),
    "related": lazy_gettext("Related parties"),
    "proposal": lazy_gettext("Proposed outcome"),
    "price_kind": lazy_gettext("Price"),
    "price_from": lazy_gettext("Amount, or the lower one (yuan)"),
    "price_to": lazy_gettext("Upper amount (yuan)"),
    "price_unit": lazy_gettext("What the price buys"),
    "linked_at": lazy_gettext("Linked on"),
    "unlinked_at": lazy_gettext("Unlinked on"),
    "approved_at": lazy_gettext("Approved on"),
    "listed_at": lazy_gettext("Listed on"),
    "due_at": lazy_gettext("To be answered by"),
    "scores": lazy_gettext("Scores"),
    "locale": lazy_gettext("Language"),
    "unproven": lazy_gettext("Sender not proven"),
    "rows": lazy_gettext("Rows"),
    "filters": lazy_gettext("Narrowed to"),
    "failed": lazy_gettext("Cause"),
    "edition": lazy_gettext("Edition"),
}

# {kind: {column: label}}, as its forms call them
LABELS: dict[str, dict[str, Any]] = {
    "institution": facts.FIELD_LABELS,
    "profile_change": facts.FIELD_LABELS,
    "consultant": consultant_facts.FIELD_LABELS,
    "affiliation": consultant_facts.FIELD_LABELS,
    "featured_product": product_rules.FIELD_LABELS,
    "product_change": product_rules.FIELD_LABELS,
    "transaction": writing.FIELD_LABELS,
    "site_setting": {key: setting.label for key, setting in settings.SETTINGS.items()},
}


@cache
def model_of(kind: str) -> type[Any] | None:
    """Return the table of a kind of thing."""
    for mapper in Base.registry.mappers:
        if mapper.class_.__tablename__ == kind:
            return mapper.class_
    return None


def label_of(kind: str, name: str) -> Any:
    """Return what a reader calls the column `name` of a kind of thing.

    As its forms and the pages of both offices call it; its own name where none of them does.
    """
    if known := LABELS.get(kind, {}).get(name) or COMMON_LABELS.get(name):
        return known
    for office in current_app.extensions["admin"]:
        for view in office._views:
            shown = getattr(getattr(view, "model", None), "__tablename__", None)
            if shown == kind and (label := (view.column_labels or {}).get(name)):
                return label
    return OTHERS.get(name, name)
