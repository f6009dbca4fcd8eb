"""What the audit calls things, their columns and what changed in them."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext
from markupsafe import Markup

import settings
from admin_views.base.cells import PHONES, Printer
from admin_views.base.history import changes_of
from admin_views.base.rows import COMMON_LABELS
from database import Base
from models import Event
from workflows import application_facts, consultant_facts, product_rules, transaction_rules

LONGEST = 120  # characters of a value that changed

# {kind: (its name, endpoint of its page or None)}
THINGS: dict[str, tuple[Any, str | None]] = {
    "institution": (lazy_gettext("Institution"), "institution"),
    "association_membership": (lazy_gettext("Association membership"), "association"),
    "profile_change": (lazy_gettext("Profile change"), "profile_change"),
    "invitation": (lazy_gettext("Invitation"), None),
    "consultant": (lazy_gettext("Consultant"), None),
    "affiliation": (lazy_gettext("Affiliation of a consultant"), None),
    "featured_product": (lazy_gettext("Featured product"), "admin_product"),
    "product_change": (lazy_gettext("Change of a featured product"), "product_change"),
    "regular_offer": (lazy_gettext("Regular offer"), "admin_offer"),
    "catalogue_item": (lazy_gettext("Regular product"), "catalogue_item"),
    "demand": (lazy_gettext("Demand"), "admin_demand"),
    "enquiry": (lazy_gettext("Enquiry"), "admin_enquiry"),
    "enquiry_candidate": (lazy_gettext("Institution on a shortlist"), None),
    "transaction": (lazy_gettext("Deal filed"), "admin_transaction"),
    "confirmation": (lazy_gettext("Confirmation of a deal"), None),
    "review": (lazy_gettext("Review"), "admin_review"),
    "activity": (lazy_gettext("Activity"), "admin_activity"),
    "user": (lazy_gettext("User"), "admin_user"),
    "enterprise_membership": (lazy_gettext("Enterprise join request"), "enterprise_membership"),
    "enterprise": (lazy_gettext("Enterprise"), "enterprise_admin"),
    "park_enterprise": (lazy_gettext("Park register"), None),
    "category": (lazy_gettext("Category"), "category"),
    "score_rule": (lazy_gettext("Ranking rule"), "score_rule"),
    "announcement": (lazy_gettext("Announcement"), "announcement"),
    "page": (lazy_gettext("Page"), "site_page"),
    "holiday": (lazy_gettext("Holiday"), "holiday"),
    "mail": (lazy_gettext("Mail"), "mail"),
    "site_setting": (lazy_gettext("Setting"), None),
    "attachment": (lazy_gettext("Attachment"), None),
}

OTHERS: dict[str, Any] = {
    "remarks": lazy_gettext("Remarks"),
    "staff": lazy_gettext("Colleague"),
    "owner": lazy_gettext("Owner"),
    "role": lazy_gettext("Platform role"),
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
}

# of columns that no page shows under their own name, and of what a step puts on record
LABELS: dict[str, dict[str, Any]] = {
    "institution": application_facts.FIELD_LABELS,
    "profile_change": application_facts.FIELD_LABELS,
    "consultant": consultant_facts.FIELD_LABELS,
    "affiliation": consultant_facts.FIELD_LABELS,
    "featured_product": product_rules.FIELD_LABELS,
    "product_change": product_rules.FIELD_LABELS,
    "transaction": transaction_rules.FIELD_LABELS,
    "site_setting": {key: one.label for key, one in settings.SETTINGS.items()},
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

    As the pages of both offices call it; its own name where none of them does.
    """
    if known := LABELS.get(kind, {}).get(name) or COMMON_LABELS.get(name):
        return known
    for office in current_app.extensions["admin"]:
        for view in office._views:
            shown = getattr(getattr(view, "model", None), "__tablename__", None)
            if shown == kind and (label := (view.column_labels or {}).get(name)):
                return label
    return OTHERS.get(name, name)


def changes(event: Event) -> Markup:
    """Return what changed as HTML, a line each, in the words of a record's own history."""
    model = model_of(event.subject_type)
    if model is None:
        return Markup("—")
    found = changes_of(
        model, event, lambda name: label_of(event.subject_type, name), Printer(PHONES, LONGEST)
    )
    lines = [
        Markup("<div>{}: {}</div>").format(
            label, after if before is None else Markup("{} → {}").format(before, after)
        )
        for label, before, after in found
    ]
    return Markup("").join(lines) or Markup("—")
