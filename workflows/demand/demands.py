"""A demand's life: posted, read, answered, ended, and confirmed by the enterprise."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from clock import now
from database import db
from models import Affiliation, Demand, DemandStatus, Event, InstitutionStatus, User
from workflows.demand.demand_charge import CHARGE
from workflows.demand.demand_chase import CHASE
from workflows.demand.demand_rules import (
    UNSETTLED,
    contact_columns,
    contact_record,
    context,
    may_finish,
    may_post,
    numbered,
    on_the_customers_side,
    outcome_proposed,
    outcome_record,
    outcome_recorded,
    reason_column,
    still_answers,
    tell_consultant,
    tell_customer,
    tell_institution,
)
from workflows.demand.demand_targets import takes_demands
from workflows.engine import Answers, Process, Transition, note, perform, register
from workflows.forms import ContactForm, OutcomeForm, ReasonForm

S = DemandStatus
REVEAL = "contact_revealed"
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


def closed_where_nobody_is_left(rows: list[Demand], _actor: User, _answers: Answers) -> None:
    """A dispute with an institution that left the platform ends there: nobody could correct it."""
    left = [row.id for row in rows if row.institution.status is InstitutionStatus.REVOKED]
    perform(Demand, "close", left, access.SYSTEM)


demands = register(
    Process(
        model=Demand,
        context=context,
        loads=(
            joinedload(Demand.institution),
            joinedload(Demand.poster),
            joinedload(Demand.affiliation).joinedload(Affiliation.consultant),
        ),
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
                    tell_consultant("demand_for_you"),
                    tell_customer("demand_posted"),
                ),
            ),
            Transition(
                name="read",
                label=lazy_gettext("Mark as read"),
                source=frozenset({S.SUBMITTED}),
                target=S.READ,
                by=access.answers,
                guard=still_answers,
                tone="secondary",
            ),
            Transition(
                name="accept",
                label=lazy_gettext("Accept"),
                source=frozenset({S.SUBMITTED, S.READ}),
                target=S.ACCEPTED,
                by=access.answers,
                guard=still_answers,
                tells=(tell_customer("demand_accepted"),),
            ),
            Transition(
                name="decline",
                label=lazy_gettext("Decline"),
                source=frozenset({S.SUBMITTED, S.READ}),
                target=S.DECLINED,
                by=access.works_for,
                asks=ReasonForm,
                sets=reason_column,
                tells=(tell_customer("demand_declined"),),
                tone="danger",
            ),
            Transition(
                name="log_contact",
                label=lazy_gettext("Log a contact"),
                source=frozenset({S.READ, S.ACCEPTED, S.DISPUTED}),
                target=None,
                by=access.answers,
                guard=may_finish,
                asks=ContactForm,
                sets=contact_columns,
                records=contact_record,
                tone="secondary",
            ),
            Transition(
                name="propose_outcome",
                label=lazy_gettext("Propose the outcome"),
                source=frozenset({S.READ, S.ACCEPTED, S.OUTCOME, S.DISPUTED}),
                target=None,
                by=access.proposes,
                guard=may_finish,
                asks=OutcomeForm,
                sets=outcome_proposed,
                records=outcome_record,
                tells=(tell_institution("demand_proposed"),),
            ),
            Transition(
                name="record_outcome",
                label=lazy_gettext("Record the outcome"),
                source=frozenset({S.READ, S.ACCEPTED, S.OUTCOME, S.DISPUTED}),
                target=S.OUTCOME,
                by=access.works_for,
                guard=may_finish,
                asks=OutcomeForm,
                sets=outcome_recorded,
                records=outcome_record,
                tells=(tell_customer("demand_outcome"), tell_consultant("demand_recorded")),
            ),
            Transition(
                name="confirm",
                label=lazy_gettext("Confirm the outcome"),
                source=frozenset({S.OUTCOME}),
                target=S.CONFIRMED,
                by=on_the_customers_side,
                tells=(
                    tell_institution("demand_confirmed"),
                    tell_consultant("demand_confirmed"),
                ),
            ),
            Transition(
                name="dispute",
                label=lazy_gettext("Dispute the outcome"),
                source=frozenset({S.OUTCOME}),
                target=S.DISPUTED,
                by=on_the_customers_side,
                asks=ReasonForm,
                sets=reason_column,
                tells=(
                    tell_institution("demand_disputed"),
                    tell_consultant("demand_disputed"),
                ),
                then=closed_where_nobody_is_left,
                tone="danger",
            ),
            Transition(
                name="close",
                label=lazy_gettext("Close the demand"),
                source=UNSETTLED,
                target=S.DECLINED,
                by=access.by_itself,
                tells=(tell_customer("demand_closed"),),
                tone="danger",
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw the demand"),
                source=frozenset({S.SUBMITTED, S.READ, S.ACCEPTED}),
                target=S.WITHDRAWN,
                by=on_the_customers_side,
                asks=ReasonForm,
                sets=reason_column,
                tells=(
                    tell_institution("demand_withdrawn"),
                    tell_consultant("demand_withdrawn"),
                ),
                tone="danger",
            ),
            CHASE,
            *CHARGE,
        ),
    )
)
