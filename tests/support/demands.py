"""Demands in every state, for tests."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from core.clock import now
from models import Demand, DemandStatus
from tests.support.cast import Cast
from workflows import engine

PHONE = "13811112222"
OUTCOME = {
    "outcome": "deal",
    "contacted_by": "phone",
    "contacted_on": date(2026, 1, 2),
    "amount": None,
    "outcome_remark": "",
}
ROADS = {
    "submitted": (),
    "read": (("read", "bella"),),
    "accepted": (("accept", "bella"),),
    "declined": (("decline", "bella"),),
    "outcome": (("read", "bella"), ("record_outcome", "bella")),
    "confirmed": (("read", "bella"), ("record_outcome", "bella"), ("confirm", "")),
    "disputed": (("read", "bella"), ("record_outcome", "bella"), ("dispute", "")),
    "withdrawn": (("withdraw", ""),),
}


def answers(verb: str) -> dict[str, Any]:
    """Return what a person answers to the form of a step."""
    if verb in ("record_outcome", "propose_outcome"):
        return dict(OUTCOME)
    if verb == "log_contact":
        return {"contacted_by": "phone", "contacted_on": date(2026, 1, 2), "remark": "Called."}
    if verb == "assign":
        return {"affiliation_id": 0}
    return {"reason": "Because."} if verb in ("decline", "dispute", "withdraw") else {}


def post_demand(cast: Cast, **values: Any) -> Demand:
    """Post a demand, of Ann to Bridge unless `values` say otherwise; not committed."""
    poster = values.pop("poster", None) or cast.ann
    acts_for = next(iter(poster.enterprise_memberships), None)
    row = Demand(
        **{
            "form_key": str(uuid.uuid4()),
            "poster_id": poster.id,
            "enterprise_id": acts_for.enterprise_id if acts_for else None,
            "institution_id": cast.bridge.id,
            "category_id": cast.law.id,
            "title": "A contract",
            "description": "To be read.",
            "contact_name": "Ann",
            "contact_phone": PHONE,
            "contact_email": "ann@example.com",
            "consented_at": now(),
        }
        | values
    )
    return engine.create(row, "post", poster)


def at_state(demand: Demand, cast: Cast, state: DemandStatus) -> Demand:
    """Walk a new demand to `state`."""
    for verb, name in ROADS[state]:
        actor = getattr(cast, name) if name else demand.poster
        outcome = engine.perform(Demand, verb, [demand.id], actor, **answers(verb))
        assert outcome.done == [demand.id], (verb, outcome)
    return demand
