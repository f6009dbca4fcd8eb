"""The pick: an enquiry becomes a demand to the chosen institution, once (savepoint)."""

from __future__ import annotations

from typing import Any

from core.database import db
from models import Demand, Enquiry, EnquiryCandidate, Institution, User
from workflows.engine import HANDLED, NOT_YOURS, Words, create, lock, perform
from workflows.enquiry.effects import release

CARRIED = ("enterprise_id", "category_id", "title", "description", "budget", "wanted_by",
           "contact_name", "contact_phone", "contact_email", "consented_at")  # fmt: skip


def pick(candidate: EnquiryCandidate, actor: User, version: int) -> Demand | Words:
    """Settle the enquiry with `candidate`: it becomes a demand to that institution, once.

    Args:
        candidate: on the shortlist of an enquiry of the actor's side.
        actor: who picks, and so posts the demand.
        version: of the enquiry that the actor looked at.

    Returns:
        The demand, or in words why not; then nothing has changed.
    """
    try:
        with db.session.begin_nested():
            return _settle(candidate, actor, version)
    except NotNow as refusal:
        db.session.expire_all()
        return refusal.words


class NotNow(Exception):
    """The pick is not to be; what it wrote already is undone."""

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


def _settle(candidate: EnquiryCandidate, actor: User, version: int) -> Demand:
    enquiry = candidate.enquiry
    lock(Institution, [candidate.institution_id], read=True)  # the demand's guard asks for it
    # the enquiry's lock comes first: of two picks one wins
    _take(Enquiry, "settle", enquiry.id, actor, seen={enquiry.id: version})
    _take(EnquiryCandidate, "pick", candidate.id, actor)
    demand = Demand(
        form_key=f"enquiry-{enquiry.id}",
        poster_id=actor.id,
        institution_id=candidate.institution_id,
        **{name: getattr(enquiry, name) for name in CARRIED},
    )
    try:
        create(demand, "post", actor)
    except PermissionError as error:
        raise NotNow(NOT_YOURS) from error
    except ValueError as error:  # suspended just now
        raise NotNow(str(error)) from error
    enquiry.demand_id = demand.id
    release([enquiry], actor, {})
    return demand


def _take(model: type[Any], verb: str, id: int, actor: User, **more: Any) -> None:
    outcome = perform(model, verb, [id], actor, **more)
    if not outcome.done:
        raise NotNow(outcome.refused.get(id, HANDLED))
