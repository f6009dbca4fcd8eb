"""The timeline of a demand: its events as the poster sees them."""

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
    """Return the person's name, after the institution's where they acted for it."""
    name = event.actor.name if event.actor else ""
    step = demands.get(event.name)
    if event.name != REVEAL and (step is None or step.by not in INSTITUTIONS):
        return name
    return f"{demand.institution.name} · {name}" if name else demand.institution.name


def facts(event: Event) -> list[tuple[LazyString, Any]]:
    """Return the recorded facts of this step as (label, text)."""
    step = demands.get(event.name)
    if step is None or step.records is None:
        return []
    changes = event.changes or {}
    outcome, amount = changes.get("outcome"), changes.get("amount")
    found = [
        (lazy_gettext("Outcome"), outcome and label(OutcomeKind(outcome))),
        (lazy_gettext("Amount (yuan)"), amount and money(Decimal(amount))),
        (lazy_gettext("In contact by"),
         changes.get("contacted_by") and label(ContactWay(changes["contacted_by"]))),
        (lazy_gettext("In contact on"), changes.get("contacted_on")),
        (lazy_gettext("Remark"), changes.get("outcome_remark") or changes.get("remark")),
        (lazy_gettext("In charge before"), changes.get("formerly_in_charge")),
        (lazy_gettext("In charge"), changes.get("in_charge")),
    ]  # fmt: skip
    return [(name, value) for name, value in found if value]
