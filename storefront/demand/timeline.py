"""What happened to a demand, as its poster reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import LazyString, lazy_gettext

from i18n.locales import money
from labels import label
from models import ContactWay, Demand, Event, OutcomeKind
from workflows import engine
from workflows.demand.contact import REVEAL

# taken by the institution: the poster reads its name before the person's
INSTITUTION_STEPS = frozenset(
    {"read", REVEAL, "accept", "decline", "log_contact", "assign", "hand_over", "record_outcome"}
)
FACTS_OF = frozenset({"record_outcome", "log_contact", "assign", "hand_over"})
UNSEEN = frozenset({"propose_outcome"})  # the institution's own affair until it is recorded


@dataclass(slots=True)
class Line:
    """One entry: an event, or several looks at the contact in a row."""

    event: Event
    who: str
    count: int = 1
    last: datetime | None = None  # the latest of several looks
    facts: list[tuple[LazyString, Any]] = field(default_factory=list)


def timeline(demand: Demand) -> list[Line]:
    """Return what happened, oldest first; looks of one person in a row are one line."""
    lines: list[Line] = []
    for event in engine.history(demand):
        if event.name in UNSEEN:
            continue
        before = lines[-1] if lines else None
        if before and event.name == before.event.name == REVEAL and same_person(event, before):
            before.count += 1
            before.last = event.at
        else:
            lines.append(Line(event, who(demand, event), facts=facts(event)))
    return lines


def same_person(event: Event, line: Line) -> bool:
    return event.actor_id == line.event.actor_id


def who(demand: Demand, event: Event) -> str:
    """Return the person's name, after the institution's where he acted for it."""
    name = event.actor.name if event.actor else ""
    if event.name not in INSTITUTION_STEPS:
        return name
    return f"{demand.institution.name} · {name}" if name else demand.institution.name


def facts(event: Event) -> list[tuple[LazyString, Any]]:
    """Return what the institution put on record with this step, in words."""
    said = event.changes or {}
    if event.name not in FACTS_OF or (event.name == "record_outcome" and not said.get("outcome")):
        return []
    found = [
        (lazy_gettext("Outcome"), said.get("outcome") and label(OutcomeKind(said["outcome"]))),
        (lazy_gettext("Amount (yuan)"), said.get("amount") and money(Decimal(said["amount"]))),
        (lazy_gettext("In contact by"),
         said.get("contacted_by") and label(ContactWay(said["contacted_by"]))),
        (lazy_gettext("In contact on"), said.get("contacted_on")),
        (lazy_gettext("Remark"), said.get("outcome_remark") or said.get("remark")),
        (lazy_gettext("In charge before"), said.get("formerly_in_charge")),
        (lazy_gettext("In charge"), said.get("in_charge")),
    ]  # fmt: skip
    return [(name, value) for name, value in found if value]
