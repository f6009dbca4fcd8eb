"""What happened to a demand, as its poster reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import LazyString, lazy_gettext

import access
from i18n.locales import money
from labels import label
from models import ContactWay, Demand, Event, OutcomeKind
from workflows import engine
from workflows.demand.contact import REVEAL
from workflows.demand.process import demands
from workflows.demand.rules import follows_unlinking

# who takes a step in the institution's name: the poster reads its name before the person's
INSTITUTIONS = (access.answers, access.works_for, access.owns, follows_unlinking)


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
        step = demands.get(event.name)
        if step is not None and step.by is access.proposes:
            continue  # the institution's own affair until it is recorded
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
    step = demands.get(event.name)
    if event.name != REVEAL and (step is None or step.by not in INSTITUTIONS):
        return name
    return f"{demand.institution.name} · {name}" if name else demand.institution.name


def facts(event: Event) -> list[tuple[LazyString, Any]]:
    """Return what the institution put on record with this step, in words."""
    step = demands.get(event.name)
    if step is None or step.records is None:
        return []
    said = event.changes or {}
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
