"""How a consultant leaves an institution: unlinked by it, by himself, or with what it stood on.

Whoever ends the link, the same follows: he is in charge of no product and no open demand of the
institution any more. His access needs no ending: every scope of access asks for a linked row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
import wtforms
from flask_babel import lazy_gettext
from wtforms import validators

import access
from clock import now
from database import db
from forms import Form, choices
from models import (
    Affiliation,
    AffiliationStatus,
    ConsultantStatus,
    Demand,
    FeaturedProduct,
    Institution,
    User,
    product_affiliation,
)
from workflows import affiliation_rules as rules
from workflows.demand_charge import NOBODY, NOT_OURS, OPEN, open_demands, still_linked
from workflows.engine import Answers, Transition, perform
from workflows.notices import Notice, Recipient

S = AffiliationStatus
_demand = Demand.__table__
_product = FeaturedProduct.__table__
_institution = Institution.__table__


class LeaveForm(Form):
    """A word to the institution, where he likes."""

    reason = wtforms.TextAreaField(
        lazy_gettext("Reason"),
        validators=[validators.Optional(), validators.Length(max=500)],
        description=lazy_gettext("May be left empty. The institution reads it."),
    )


class UnlinkForm(Form):
    """Who takes over what is open, and a word to the consultant."""

    hand_over_to = wtforms.SelectField(
        lazy_gettext("Hand the open demands over to"),
        coerce=int,
        choices=choices([NOBODY]),
        validate_choice=False,
    )
    reason = wtforms.TextAreaField(
        lazy_gettext("Reason"),
        validators=[validators.Optional(), validators.Length(max=500)],
        description=lazy_gettext("May be left empty. The consultant reads it."),
    )

    def validate_hand_over_to(self, field: Any) -> None:
        still_linked(field)


@dataclass(frozen=True, slots=True)
class Touched:
    """What the end of a link changes beside the link itself."""

    demands: Sequence[Demand]  # open ones, the oldest first
    products: Sequence[str]  # names of those he is in charge of


def touched(affiliation_ids: Sequence[int]) -> Touched:
    """Return what these consultants have in hand, for whoever is about to end their links."""
    demands = db.session.scalars(open_demands(affiliation_ids)).all()
    products = db.session.scalars(
        sa.select(_product.c.name)
        .join(product_affiliation, product_affiliation.c.product_id == _product.c.id)
        .where(product_affiliation.c.affiliation_id.in_(affiliation_ids))
        .distinct()
        .order_by(_product.c.name)
    ).all()
    return Touched(demands, products)


def one_at_a_time(institution_ids: Sequence[int]) -> None:
    """Let owners of an institution unlink one after the other, until the unit of work ends.

    Two who each hand over to the other's consultant would wait for each other forever.
    """
    db.session.execute(
        sa.select(_institution.c.id)
        .where(_institution.c.id.in_(institution_ids))
        .order_by(_institution.c.id)
        .with_for_update()
    )


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
