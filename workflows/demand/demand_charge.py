"""Which consultant is in charge of a demand: assigned by an owner, handed over when he goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
import wtforms
from flask_babel import gettext, lazy_gettext
from wtforms import validators

import access
from core.database import db
from forms.base import Form, choices
from models import Affiliation, AffiliationStatus, Consultant, Demand
from workflows.demand.demand_audience import (
    consultant_users,
    consultants,
    customers,
    former_id,
    name_of,
    to_account,
    to_workbench,
)
from workflows.demand.demand_rules import S
from workflows.engine import Answers, Transition
from workflows.engine.notices import Notice, Recipient, users

NOBODY = (0, lazy_gettext("Nobody: the institution itself"))
NOT_OURS = lazy_gettext("This consultant does not speak for your institution.")
# a demand that somebody still has to do something about
OPEN = frozenset({S.SUBMITTED, S.READ, S.ACCEPTED, S.OUTCOME, S.DISPUTED})
_link = Affiliation.__table__


class InChargeForm(Form):
    """Who is in charge from now on; 0 for nobody in particular."""

    affiliation_id = wtforms.SelectField(
        lazy_gettext("Consultant in charge"),
        coerce=int,
        choices=choices([NOBODY]),
        validate_choice=False,
    )

    def validate_affiliation_id(self, field: Any) -> None:
        still_linked(field)


def still_linked(field: Any) -> None:
    """Check that the field names a linked affiliation or nobody; locked against an unlink.

    Raises:
        ValidationError: it does not, in the reader's words.
    """
    if field.data is None:
        raise validators.ValidationError(gettext("Choose a consultant, or nobody."))
    if field.data == 0:
        return
    query = sa.select(_link.c.status).where(_link.c.id == field.data)
    if db.session.scalar(query.with_for_update(read=True)) is not AffiliationStatus.LINKED:
        raise validators.ValidationError(str(NOT_OURS))


def speakers(institution_ids: Sequence[int], but: Sequence[int] = ()) -> list[Any]:
    """Return who may be put in charge, as choices: nobody, then who speaks for the institutions.

    Args:
        institution_ids: the institutions of the demands.
        but: affiliations that are about to end.
    """
    query = (
        sa.select(_link.c.id, Consultant.__table__.c.name)
        .join(Consultant.__table__, Consultant.__table__.c.id == _link.c.consultant_id)
        .where(
            _link.c.institution_id.in_(institution_ids),
            _link.c.status == AffiliationStatus.LINKED,
            _link.c.id.not_in(but),
        )
        .order_by(_link.c.id)
    )
    return choices([NOBODY, *((row.id, row.name) for row in db.session.execute(query))])


def newly_in_charge(rows: Sequence[Demand]) -> dict[int, list[Recipient]]:
    """The consultant who was put in charge by this step."""
    told = consultants(rows)
    kept = {row.id for row in rows if row.affiliation and row.affiliation.id == row.affiliation_id}
    return {id: people for id, people in told.items() if id not in kept}


def formerly_in_charge(rows: Sequence[Demand]) -> dict[int, list[Recipient]]:
    """The consultant who was in charge until this step."""
    former = {row.id: former_id(row) for row in rows}
    people = consultant_users({one for one in former.values() if one is not None})
    return {id: users(people.get(one, ())) for id, one in former.items()}


def in_charge_columns(answers: Answers, _actor: Any) -> dict[str, Any]:
    return {"affiliation_id": answers["affiliation_id"] or None}


def in_charge_record(row: Demand, _answers: Answers) -> dict[str, Any]:
    """What the journal keeps: names, which outlive the affiliation."""
    return {
        "in_charge": name_of(row.affiliation_id) or None,
        "formerly_in_charge": name_of(former_id(row)) or None,
    }


def forget_former(rows: list[Demand], _actor: Any, _answers: Answers) -> None:
    """All was told and recorded: let the relation say who is in charge now."""
    for row in rows:
        db.session.expire(row, ["affiliation"])


def to_own_demands(_row: Demand) -> str:
    return "/workbench/demand/"


TELL_NEW = Notice(template="demand_assigned", to=newly_in_charge, link=to_workbench)

CHARGE: tuple[Transition, ...] = (
    Transition(
        name="assign",
        label=lazy_gettext("Assign"),
        source=OPEN,
        target=None,
        by=access.owns,
        asks=InChargeForm,
        sets=in_charge_columns,
        records=in_charge_record,
        tells=(
            TELL_NEW,
            Notice(template="demand_taken_away", to=formerly_in_charge, link=to_own_demands),
        ),
        then=forget_former,
        conflicts={"fk_demand_affiliation_id_affiliation": NOT_OURS},
        tone="secondary",
    ),
    Transition(  # follows from the end of a link; whose it was hears of that end
        name="hand_over",
        label=lazy_gettext("Hand over"),
        source=OPEN,
        target=None,
        by=access.by_itself,
        asks=InChargeForm,
        sets=in_charge_columns,
        records=in_charge_record,
        tells=(
            TELL_NEW,
            Notice(template="demand_handed_over", to=customers, link=to_account),
        ),
        then=forget_former,
        conflicts={"fk_demand_affiliation_id_affiliation": NOT_OURS},
    ),
)


def open_demands(affiliation_ids: Sequence[int]) -> sa.Select[Any]:
    """Return a SELECT of the open demands in the hands of these affiliations, the oldest first."""
    return (
        sa.select(Demand)
        .where(Demand.affiliation_id.in_(affiliation_ids), Demand.status.in_(OPEN))
        .order_by(Demand.id)
    )
