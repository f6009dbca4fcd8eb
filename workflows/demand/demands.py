"""A demand's life: posted, read, answered, ended, and confirmed by the enterprise."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from forms.base import ReasonForm
from models import Affiliation, Demand, DemandStatus, InstitutionStatus, User
from workflows.demand.demand_audience import (
    context,
    tell_consultant,
    tell_customer,
    tell_institution,
)
from workflows.demand.demand_charge import CHARGE
from workflows.demand.demand_chase import CHASE
from workflows.demand.demand_columns import (
    contact_columns,
    contact_record,
    outcome_proposed,
    outcome_record,
    outcome_recorded,
)
from workflows.demand.demand_rules import (
    UNSETTLED,
    may_finish,
    may_post,
    on_the_customers_side,
    still_answers,
)
from workflows.demand.demand_targets import takes_demands
from workflows.engine import Answers, Process, Transition, columns, perform, register
from workflows.forms import ContactForm, OutcomeForm

S = DemandStatus


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
                born=columns.numbered("XQ"),
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
                sets=columns.reason,
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
                sets=columns.reason,
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
                sets=columns.reason,
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
