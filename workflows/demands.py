"""A demand's life: posted, read, answered, ended, and confirmed by the enterprise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from clock import now
from database import db
from models import Demand, DemandStatus, Event, Institution, InstitutionStatus, Membership, User
from workflows.engine import Answers, Process, Transition, Words, note, plain, register
from workflows.forms import OutcomeForm, ReasonForm
from workflows.notices import Notice, Recipient, users

S = DemandStatus
REVEAL = "contact_revealed"
ONE_LOOK = timedelta(minutes=10)  # a page that is reloaded is one look at the contact


def may_post(user: User, demand: Demand) -> bool:
    """Posts in his own name, for an enterprise he acts for or as an ordinary user."""
    ours = demand.enterprise_id is None or demand.enterprise_id in access.enterprise_ids(user)
    return demand.poster_id == user.id and ours


def takes_demands(demand: Demand) -> Words | None:
    """Guard: only a certified institution takes new demands."""
    institution = db.session.get(Institution, demand.institution_id)
    if institution is None or institution.status is not InstitutionStatus.CERTIFIED:
        return lazy_gettext("This institution takes no new demands at present.")
    return None


def still_answers(demand: Demand) -> Words | None:
    """Guard: a suspended institution finishes what it accepted, and takes on nothing new."""
    if demand.institution.status is not InstitutionStatus.CERTIFIED:
        return lazy_gettext("While suspended you can only finish what you accepted.")
    return None


def may_finish(demand: Demand) -> Words | None:
    """Guard: as `still_answers`, but what was accepted can be finished."""
    return None if demand.status is not S.READ else still_answers(demand)


def institution_people(rows: Sequence[Demand]) -> dict[int, list[Recipient]]:
    """The reserved e-mail of the institution, and the bell of everybody in its workbench."""
    by_institution: dict[int, list[int]] = {}
    wanted = {row.institution_id for row in rows}
    for institution_id, user_id in db.session.execute(
        sa.select(Membership.institution_id, Membership.user_id).where(
            Membership.institution_id.in_(wanted), Membership.active
        )
    ):
        by_institution.setdefault(institution_id, []).append(user_id)
    return {
        row.id: [
            Recipient(email=row.institution.contact_email),
            *(Recipient(user_id=one) for one in by_institution.get(row.institution_id, ())),
        ]
        for row in rows
    }


def poster(rows: Sequence[Demand]) -> dict[int, list[Recipient]]:
    """The person who posted."""
    return {row.id: users([row.poster]) for row in rows}


def to_workbench(row: Demand) -> str:
    return f"/workbench/demand/details/?id={row.id}"


def to_account(row: Demand) -> str:
    return f"/account/demands/{row.id}"


def numbered(row: Demand) -> None:
    """Give a posted demand the number that people say on the telephone: XQ, the day, the id."""
    row.number = f"XQ{row.created_at:%Y%m%d}{row.id:05d}"


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


def context(row: Demand) -> dict[str, Any]:
    return {"number": row.number, "title": row.title, "institution": row.institution.name}


def outcome_columns(answers: Answers, _actor: User | None) -> dict[str, Any]:
    names = ("outcome", "contacted_by", "contacted_on", "amount", "outcome_remark")
    return {name: answers.get(name) or None for name in names}


def outcome_record(_row: Demand, answers: Answers) -> dict[str, Any]:
    """What the journal keeps of an outcome, so that a correction has its history."""
    return {name: plain(value) for name, value in outcome_columns(answers, None).items()}


def reason_column(answers: Answers, _actor: User) -> dict[str, Any]:
    return {"reason": answers.get("reason")}


def tell_institution(template: str) -> Notice:
    return Notice(template=template, to=institution_people, link=to_workbench)


def tell_poster(template: str) -> Notice:
    return Notice(template=template, to=poster, link=to_account)


demands = register(
    Process(
        model=Demand,
        context=context,
        loads=(joinedload(Demand.institution), joinedload(Demand.poster)),
        transitions=(
            Transition(
                name="post",
                label=lazy_gettext("Post the demand"),
                source=frozenset(),
                target=S.SUBMITTED,
                by=may_post,
                guard=takes_demands,
                born=numbered,
                tells=(
                    tell_institution("demand_new"),
                    tell_poster("demand_posted"),
                ),
            ),
            Transition(
                name="read",
                label=lazy_gettext("Mark as read"),
                source=frozenset({S.SUBMITTED}),
                target=S.READ,
                by=access.works_for,
                tone="secondary",
            ),
            Transition(
                name="accept",
                label=lazy_gettext("Accept"),
                source=frozenset({S.SUBMITTED, S.READ}),
                target=S.ACCEPTED,
                by=access.works_for,
                guard=still_answers,
                tells=(tell_poster("demand_accepted"),),
            ),
            Transition(
                name="decline",
                label=lazy_gettext("Decline"),
                source=frozenset({S.SUBMITTED, S.READ}),
                target=S.DECLINED,
                by=access.works_for,
                asks=ReasonForm,
                sets=reason_column,
                tells=(tell_poster("demand_declined"),),
                tone="danger",
            ),
            Transition(
                name="record_outcome",
                label=lazy_gettext("Record the outcome"),
                source=frozenset({S.READ, S.ACCEPTED, S.OUTCOME, S.DISPUTED}),
                target=S.OUTCOME,
                by=access.works_for,
                guard=may_finish,
                asks=OutcomeForm,
                sets=outcome_columns,
                records=outcome_record,
                tells=(tell_poster("demand_outcome"),),
            ),
            Transition(
                name="confirm",
                label=lazy_gettext("Confirm the outcome"),
                source=frozenset({S.OUTCOME}),
                target=S.CONFIRMED,
                by=access.posted,
                tells=(tell_institution("demand_confirmed"),),
            ),
            Transition(
                name="dispute",
                label=lazy_gettext("Dispute the outcome"),
                source=frozenset({S.OUTCOME}),
                target=S.DISPUTED,
                by=access.posted,
                asks=ReasonForm,
                sets=reason_column,
                tells=(tell_institution("demand_disputed"),),
                tone="danger",
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw the demand"),
                source=frozenset({S.SUBMITTED, S.READ, S.ACCEPTED}),
                target=S.WITHDRAWN,
                by=access.posted,
                asks=ReasonForm,
                sets=reason_column,
                tells=(tell_institution("demand_withdrawn"),),
                tone="danger",
            ),
        ),
    )
)
