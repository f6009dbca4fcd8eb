"""Labels of the audit: names of tables, and changes as HTML."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from markupsafe import Markup

import labels
from admin_views.base.cells import PHONES, Printer
from admin_views.base.history import Past
from admin_views.base.journal_labels import label_of, model_of
from admin_views.base.journal_values import called
from core.database import db
from models import Event, FeaturedProduct, MailStatus, ProductChange
from workflows import engine
from workflows.product.rules import labels_of

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
    "proposal": (lazy_gettext("Proposal to a second person"), "proposal"),
    "staff_role": (lazy_gettext("Role of the staff"), "staff_role"),
    "enterprise_membership": (lazy_gettext("Enterprise join request"), "enterprise_membership"),
    "verification": (lazy_gettext("Verification of enterprises"), "verification"),
    "objection": (lazy_gettext("Objection"), "objection"),
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


# {kind: {value: state}} of everything that has a life
STATES: dict[str, dict[str, Any]] = {
    process.kind: {
        member.value: member for member in process.model.__table__.c.status.type.enum_class
    }
    for process in engine.PROCESSES.values()
} | {"mail": {member.value: member for member in MailStatus}}


def kind(event: Event) -> Any:
    """Return what kind of thing an event is about, in words."""
    known = THINGS.get(event.subject_type)
    return known[0] if known else gettext("Other")


def actor(event: Event) -> str:
    """Return who did it: their name, their number once they are gone, "" for the platform."""
    if event.actor is not None:
        return event.actor.name
    return f"#{event.actor_id}" if event.actor_id else ""


def state(kind: str, value: str | None) -> str:
    """Return a state that a thing had, in words."""
    member = STATES.get(kind, {}).get(value or "")
    return str(labels.label(member)) if member is not None else value or ""


def name_subjects(events: Iterable[Event]) -> None:
    """Give each event the name of what it is about: one query for each kind of thing.

    What is gone, or has no name, keeps its number.
    """
    events = list(events)
    wanted: dict[str, set[int]] = {}
    for event in events:
        wanted.setdefault(event.subject_type, set()).add(event.subject_id)
    names: dict[tuple[str, Any], str] = {}
    for kind, ids in wanted.items():
        model = model_of(kind)
        if model is not None and hasattr(model, "id"):
            names |= {(kind, id): name for id, name in called(model, ids).items()}
    for event in events:
        number = f"#{event.subject_id}" if event.subject_id else ""
        event.subject_name = names.get((event.subject_type, event.subject_id), number)


def own_labels(model: type[Any], event: Event) -> dict[str, Any]:
    """Return the labels that the row itself decides on: a product's parameters."""
    if model not in (FeaturedProduct, ProductChange) or event.subject_id is None:
        return {}
    row = db.session.get(model, event.subject_id)
    return dict(labels_of(row)) if row is not None else {}


def changes(event: Event, between: str = "") -> Markup:
    """Return what changed, in the words of a record's own history: as HTML, a line each.

    Args:
        event: the event.
        between: what stands between the changes where they are to be text.
    """
    if event.erased_at is not None:
        return Markup(gettext("Erased, as the person closed their account"))  # noqa: S704  # ours
    model = model_of(event.subject_type)
    if model is None:
        return Markup("—")
    kind, own = event.subject_type, own_labels(model, event)
    past = Past(
        model, [event], lambda name: own.get(name) or label_of(kind, name), Printer(PHONES, LONGEST)
    )
    lines = [
        Markup("<div>{}: {}</div>").format(
            label, after if before is None else Markup("{} → {}").format(before, after)
        )
        for label, before, after in past.changes(event)
    ]
    if between:
        return Markup(between.join(line.striptags() for line in lines))  # noqa: S704  # striptags unescapes: text
    return Markup("").join(lines) or Markup("—")
