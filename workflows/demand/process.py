"""Transition table of a demand: posted, read, answered, ended, confirmed by the enterprise."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from forms.base import ReasonForm
from models import Affiliation, Demand, DemandStatus
from workflows.demand import effects, notices, rules
from workflows.demand.forms import NOT_OURS, ContactForm, InChargeForm, OutcomeForm
from workflows.demand.targets import takes_demands
from workflows.engine import Process, Transition, columns, register

S = DemandStatus

demands = register(
    Process[Demand](
        model=Demand,
        context=notices.context,
        loads=(
            joinedload(Demand.institution),
            joinedload(Demand.poster),
            joinedload(Demand.affiliation).joinedload(Affiliation.consultant),
        ),
        transitions=(
            Transition(
                name="post",
                label=lazy_gettext("Post the demand"),
                done=lazy_gettext("Demand posted"),
                source=frozenset(),
                target=S.SUBMITTED,
                by=rules.may_post,
                guard=takes_demands,
                created=columns.numbered("XQ"),
                notices=(
                    notices.notify_institution("demand_new"),
                    notices.notify_consultant("demand_for_you"),
                    notices.notify_customer("demand_posted"),
                ),
            ),
            Transition(
                name="read",
                label=lazy_gettext("Mark as read"),
                done=lazy_gettext("Read by the institution"),
                source=frozenset({S.SUBMITTED}),
                target=S.READ,
                by=access.answers,
                guard=rules.still_answers,
                tone="secondary",
                button=False,
            ),
            Transition(
                name="accept",
                label=lazy_gettext("Accept"),
                done=lazy_gettext("Accepted by the institution"),
                source=frozenset({S.SUBMITTED, S.READ}),
                target=S.ACCEPTED,
                by=access.answers,
                guard=rules.still_answers,
                notices=(notices.notify_customer("demand_accepted"),),
            ),
            Transition(
                name="decline",
                label=lazy_gettext("Decline"),
                done=lazy_gettext("Declined by the institution"),
                source=frozenset({S.SUBMITTED, S.READ}),
                target=S.DECLINED,
                by=access.works_for,
                asks=ReasonForm,
                sets=columns.reason,
                notices=(notices.notify_customer("demand_declined"),),
                tone="danger",
            ),
            Transition(
                name="log_contact",
                label=lazy_gettext("Log a contact"),
                done=lazy_gettext("In contact with the enterprise"),
                source=frozenset({S.READ, S.ACCEPTED, S.DISPUTED}),
                target=None,
                by=access.answers,
                guard=rules.may_finish,
                asks=ContactForm,
                sets=effects.contact_columns,
                records=effects.contact_record,
                tone="secondary",
            ),
            Transition(
                name="propose_outcome",
                label=lazy_gettext("Propose the outcome"),
                done=lazy_gettext("Outcome proposed by the consultant"),
                source=frozenset({S.READ, S.ACCEPTED, S.OUTCOME, S.DISPUTED}),
                target=None,
                by=access.proposes,
                guard=rules.may_finish,
                asks=OutcomeForm,
                sets=effects.outcome_proposed,
                records=effects.outcome_record,
                notices=(notices.notify_institution("demand_proposed"),),
            ),
            Transition(
                name="record_outcome",
                label=lazy_gettext("Record the outcome"),
                done=lazy_gettext("Outcome recorded by the institution"),
                source=frozenset({S.READ, S.ACCEPTED, S.OUTCOME, S.DISPUTED}),
                target=S.OUTCOME,
                by=access.works_for,
                guard=rules.may_finish,
                asks=OutcomeForm,
                sets=effects.outcome_recorded,
                records=effects.outcome_record,
                notices=(
                    notices.notify_customer("demand_outcome"),
                    notices.notify_consultant("demand_recorded"),
                ),
            ),
            Transition(
                name="confirm",
                label=lazy_gettext("Confirm the outcome"),
                done=lazy_gettext("Outcome confirmed by the enterprise"),
                source=frozenset({S.OUTCOME}),
                target=S.CONFIRMED,
                by=rules.confirms,
                notices=(
                    notices.notify_institution("demand_confirmed"),
                    notices.notify_consultant("demand_confirmed"),
                ),
            ),
            Transition(
                name="dispute",
                label=lazy_gettext("Dispute the outcome"),
                done=lazy_gettext("Outcome disputed by the enterprise"),
                source=frozenset({S.OUTCOME}),
                target=S.DISPUTED,
                by=rules.on_the_customers_side,
                asks=ReasonForm,
                sets=columns.reason,
                notices=(
                    notices.notify_institution("demand_disputed"),
                    notices.notify_consultant("demand_disputed"),
                ),
                then=effects.close_abandoned,
                tone="danger",
            ),
            Transition(
                name="close",
                label=lazy_gettext("Close the demand"),
                done=lazy_gettext("Closed: the institution left the platform"),
                source=rules.UNSETTLED,
                target=S.DECLINED,
                by=access.by_itself,
                notices=(notices.notify_customer("demand_closed"),),
                tone="danger",
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw the demand"),
                done=lazy_gettext("Withdrawn by the enterprise"),
                source=frozenset({S.SUBMITTED, S.READ, S.ACCEPTED}),
                target=S.WITHDRAWN,
                by=rules.on_the_customers_side,
                asks=ReasonForm,
                sets=columns.reason,
                notices=(
                    notices.notify_institution("demand_withdrawn"),
                    notices.notify_consultant("demand_withdrawn"),
                ),
                tone="danger",
            ),
            Transition[Demand](
                name="chase",
                label=lazy_gettext("Ask for an answer"),
                done=lazy_gettext("The enterprise asked for an answer"),
                source=rules.AWAITING_ANSWER,
                target=None,
                by=rules.on_the_customers_side,
                guard=rules.not_chased_today,
                notices=(
                    notices.notify_institution("demand_chased"),
                    notices.notify_consultant("demand_chased"),
                ),
                tone="secondary",
            ),
            Transition(
                name="assign",
                label=lazy_gettext("Assign"),
                done=lazy_gettext("Consultant in charge assigned"),
                source=rules.OPEN,
                target=None,
                by=access.owns,
                asks=InChargeForm,
                sets=effects.in_charge_columns,
                records=effects.in_charge_record,
                notices=(
                    notices.NOTIFY_NEW,
                    notices.notify_former("demand_taken_away"),
                ),
                then=effects.expire_affiliation,
                conflicts={"fk_demand_affiliation_id_affiliation": NOT_OURS},
                tone="secondary",
            ),
            Transition(  # follows from the end of a link; whose it was hears of that end
                name="hand_over",
                label=lazy_gettext("Hand over"),
                done=lazy_gettext("Handed over: the consultant left the institution"),
                source=rules.OPEN,
                target=None,
                by=rules.follows_unlinking,
                asks=InChargeForm,
                sets=effects.in_charge_columns,
                records=effects.in_charge_record,
                notices=(
                    notices.NOTIFY_NEW,
                    notices.notify_customer("demand_handed_over"),
                ),
                then=effects.expire_affiliation,
                conflicts={"fk_demand_affiliation_id_affiliation": NOT_OURS},
            ),
        ),
    )
)
