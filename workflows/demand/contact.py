"""Contact data of a demand: who is shown it, with an audit event for every look."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

import access
from core.clock import now
from core.database import db
from models import Demand, DemandStatus, Event, EventName, User
from workflows.engine import note, perform

S = DemandStatus
REVEAL = EventName.CONTACT_REVEALED
ONE_LOOK = timedelta(minutes=10)  # a page that is reloaded is one look at the contact
# while it has business with the enterprise, the institution needs the contact
CONTACT_NEEDED = frozenset({S.READ, S.ACCEPTED, S.OUTCOME, S.DISPUTED})


def open_details(demand: Demand, actor: User) -> bool:
    """Open the details in the institution's name: mark as read, put the look on record.

    Args:
        demand: a row that `actor` may see.
        actor: who looks. Only the institution's own people and its consultant in charge read
            and are shown the contact.

    Returns:
        Whether the page may show the contact unmasked. Never so for the platform's staff, for
        a demand that is over, or for a new one while the institution is suspended.
    """
    if not access.answers(actor, demand):
        return False
    if demand.status is S.SUBMITTED:
        perform(Demand, "read", [demand.id], actor)
    if demand.status not in CONTACT_NEEDED:
        return False
    reveal_contact(demand, actor)
    return True


def reveal_contact(demand: Demand, actor: User) -> None:
    """Put on record that `actor` looked at the contact; looks within ten minutes are one."""
    seen = sa.select(Event.id).where(
        Event.subject_type == Demand.__tablename__,
        Event.subject_id == demand.id,
        Event.name == REVEAL,
        Event.actor_id == actor.id,
        Event.at > now() - ONE_LOOK,
    )
    looked = db.session.scalar(seen.limit(1).execution_options(unguarded=True))
    if looked is None:
        note(demand, REVEAL, actor)
