"""The rules of a demand: who may take a step, and what stands against it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

import access
from content import settings
from models import Demand, DemandStatus, InstitutionStatus, User
from workflows.engine import Words

S = DemandStatus
# waits for something that only the institution can do
UNANSWERED = frozenset({S.SUBMITTED, S.READ, S.ACCEPTED})
# ends with the institution: a disputed outcome, too, is for nobody but it to correct
UNSETTLED = UNANSWERED | {S.DISPUTED}


def may_post(user: User, demand: Demand) -> bool:
    """Takes part in the trade, and asks another institution than his own."""
    return takes_part(user, demand) and not access.stands_for(user, demand)


def takes_part(user: User, row: Any) -> bool:
    """Asks in his own name, for an enterprise he acts for or as an ordinary user.

    The platform's staff keep out of the trade, and a setting says whether ordinary users take part.
    """
    ours = row.enterprise_id is None or row.enterprise_id in access.enterprise_ids(user)
    if row.poster_id != user.id or not ours or access.is_staff(user):
        return False
    return row.enterprise_id is not None or bool(settings.get("ordinary_may_post"))


def on_the_customers_side(user: User, demand: Demand) -> bool:
    """Posted it or acts for the enterprise, and is not also the institution's own."""
    return access.posted(user, demand) and not access.stands_for(user, demand)


def still_answers(demand: Demand) -> Words | None:
    """Guard: a suspended institution finishes what it accepted, and takes on nothing new."""
    if demand.institution.status is not InstitutionStatus.CERTIFIED:
        return lazy_gettext("While suspended you can only finish what you accepted.")
    return None


def may_finish(demand: Demand) -> Words | None:
    """Guard: as `still_answers`, but what was accepted can be finished."""
    return None if demand.status is not S.READ else still_answers(demand)
