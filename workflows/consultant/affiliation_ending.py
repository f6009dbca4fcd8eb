"""How a consultant leaves an institution: unlinked by it, by himself, or with what it stood on.

Whoever ends the link, the same follows: he is in charge of no product and no open demand of the
institution any more. His access needs no ending: every scope of access asks for a linked row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

import access
from core.clock import now
from core.database import db
from models import (
    Affiliation,
    AffiliationStatus,
    ConsultantStatus,
    Demand,
    User,
    product_affiliation,
)
from workflows.consultant import affiliation_rules as rules
from workflows.consultant.affiliation_hand_over import LeaveForm, UnlinkForm
from workflows.demand.forms import NOT_OURS
from workflows.demand.rules import OPEN
from workflows.engine import Answers, Transition, perform
from workflows.engine.notices import Notice, Recipient

S = AffiliationStatus
_demand = Demand.__table__


def end_columns(answers: Answers, _actor: User) -> dict[str, Any]:
    return {"unlinked_at": now(), "reason": answers.get("reason") or None}


def ended(rows: list[Affiliation], _actor: User, answers: Answers) -> None:
    """Take him off products, and hand the open demands over or leave them to the institution.

    Raises:
        ValueError: whoever should take over does not speak for the institution, or goes too.
    """
    ids = [row.id for row in rows]
    successor = answers.get("hand_over_to") or 0
    if successor in ids:
        raise ValueError(str(NOT_OURS))
    db.session.execute(
        sa.delete(product_affiliation).where(product_affiliation.c.affiliation_id.in_(ids))
    )
    left = db.session.scalars(
        sa.select(_demand.c.id).where(_demand.c.affiliation_id.in_(ids), _demand.c.status.in_(OPEN))
    ).all()
    outcome = perform(Demand, "hand_over", left, access.SYSTEM, affiliation_id=successor)
    if outcome.refused:
        raise ValueError(str(next(iter(outcome.refused.values()))))


def still_certified(rows: Sequence[Affiliation]) -> dict[int, list[Recipient]]:
    """The consultant, unless he reads of a withdrawn certification already."""
    return rules.person(
        [row for row in rows if row.consultant.status is not ConsultantStatus.WITHDRAWN]
    )


ENDING: tuple[Transition, ...] = (
    Transition(
        name="unlink",
        label=lazy_gettext("Unlink"),
        source=frozenset({S.LINKED}),
        target=S.UNLINKED,
        by=access.owns,
        asks=UnlinkForm,
        sets=end_columns,
        tells=(rules.tell_person("consultant_unlinked"),),
        then=ended,
        tone="danger",
    ),
    Transition(
        name="leave",
        label=lazy_gettext("Leave the institution"),
        source=frozenset({S.LINKED}),
        target=S.UNLINKED,
        by=rules.himself,
        asks=LeaveForm,
        sets=end_columns,
        tells=(rules.tell_institution("consultant_left"),),
        then=ended,
        tone="danger",
    ),
    Transition(  # follows when his certification, or that of the institution, is taken back
        name="end",
        label=lazy_gettext("End the link"),
        source=frozenset({S.LINKED}),
        target=S.UNLINKED,
        by=access.by_itself,
        sets=end_columns,
        tells=(Notice(template="consultant_ended", to=still_certified, link=rules.to_account),),
        then=ended,
    ),
)


def end_links(condition: sa.ColumnElement[bool]) -> None:
    """End the links that meet `condition` on Affiliation, in the caller's unit of work."""
    ids = db.session.scalars(
        sa.select(Affiliation.id)
        .where(Affiliation.status == S.LINKED, condition)
        .execution_options(unguarded=True)
    ).all()
    perform(Affiliation, "end", ids, access.SYSTEM)
