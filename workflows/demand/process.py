"""A demand's life: posted, read, answered, ended, and confirmed by the enterprise."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from forms.base import ReasonForm
from models import (
    Affiliation,
    Demand,
    DemandStatus,
    NoticeKind,
)
from workflows.demand.effects import (
    close_abandoned,
    contact_columns,
    contact_record,
    expire_affiliation,
    in_charge_columns,
    in_charge_record,
    outcome_proposed,
    outcome_record,
    outcome_recorded,
)
from workflows.demand.forms import NOT_OURS, ContactForm, InChargeForm, OutcomeForm
from workflows.demand.notices import (
    NOTIFY_NEW,
    context,
    customers,
    formerly_in_charge,
    notify_consultant,
    notify_customer,
    notify_institution,
    to_account,
    to_own_demands,
)
from workflows.demand.rules import (
    AWAITING_ANSWER,
    OPEN,
    UNSETTLED,
    follows_unlinking,
    may_finish,
    may_post,
    not_chased_today,
    on_the_customers_side,
    still_answers,
)
from workflows.demand.targets import takes_demands
from workflows.engine import Process, Transition, columns, register
from workflows.engine.notices import Notice

S = DemandStatus


demands = register(
    Process[Demand](
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
                done=lazy_gettext("Demand posted"),
                source=frozenset(),
                target=S.SUBMITTED,
                by=may_post,
                guard=takes_demands,
                created=columns.numbered("XQ"),
                notices=(
                    notify_institution("demand_new"),
                    notify_consultant("demand_for_you"),
                    notify_customer("demand_posted"),
                ),
            ),
            Transition(
                name="read",
                label=lazy_gettext("Mark as read"),
                done=lazy_gettext("Read by the institution"),
                source=frozenset({S.SUBMITTED}),
                target=S.READ,
                by=access.answers,
                guard=still_answers,
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
                guard=still_answers,
                notices=(notify_customer("demand_accepted"),),
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
                notices=(notify_customer("demand_declined"),),
                tone="danger",
            ),
            Transition(
                name="log_contact",
                label=lazy_gettext("Log a contact"),
                done=lazy_gettext("In contact with the enterprise"),
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
                done=lazy_gettext("Outcome proposed by the consultant"),
                source=frozenset({S.READ, S.ACCEPTED, S.OUTCOME, S.DISPUTED}),
                target=None,
                by=access.proposes,
                guard=may_finish,
                asks=OutcomeForm,
                sets=outcome_proposed,
                records=outcome_record,
                notices=(notify_institution("demand_proposed"),),
            ),
            Transition(
                name="record_outcome",
                label=lazy_gettext("Record the outcome"),
                done=lazy_gettext("Outcome recorded by the institution"),
                source=frozenset({S.READ, S.ACCEPTED, S.OUTCOME, S.DISPUTED}),
                target=S.OUTCOME,
                by=access.works_for,
                guard=may_finish,
                asks=OutcomeForm,
                sets=outcome_recorded,
                records=outcome_record,
                notices=(notify_customer("demand_outcome"), notify_consultant("demand_recorded")),
            ),
            Transition(
                name="confirm",
                label=lazy_gettext("Confirm the outcome"),
                done=lazy_gettext("Outcome confirmed by the enterprise"),
                source=frozenset({S.OUTCOME}),
                target=S.CONFIRMED,
                by=on_the_customers_side,
                notices=(
                    notify_institution("demand_confirmed"),
                    notify_consultant("demand_confirmed"),
                ),
            ),
            Transition(
                name="dispute",
                label=lazy_gettext("Dispute the outcome"),
                done=lazy_gettext("Outcome disputed by the enterprise"),
                source=frozenset({S.OUTCOME}),
                target=S.DISPUTED,
                by=on_the_customers_side,
                asks=ReasonForm,
                sets=columns.reason,
                notices=(
                    notify_institution("demand_disputed"),
                    notify_consultant("demand_disputed"),
                ),
                then=close_abandoned,
                tone="danger",
            ),
            Transition(
                name="close",
                label=lazy_gettext("Close the demand"),
                done=lazy_gettext("Closed: the institution left the platform"),
                source=UNSETTLED,
                target=S.DECLINED,
                by=access.by_itself,
                notices=(notify_customer("demand_closed"),),
                tone="danger",
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw the demand"),
                done=lazy_gettext("Withdrawn by the enterprise"),
                source=frozenset({S.SUBMITTED, S.READ, S.ACCEPTED}),
                target=S.WITHDRAWN,
                by=on_the_customers_side,
                asks=ReasonForm,
                sets=columns.reason,
                notices=(
                    notify_institution("demand_withdrawn"),
                    notify_consultant("demand_withdrawn"),
                ),
                tone="danger",
            ),
            Transition[Demand](
                name="chase",
                label=lazy_gettext("Ask for an answer"),
                done=lazy_gettext("The enterprise asked for an answer"),
                source=AWAITING_ANSWER,
                target=None,
                by=on_the_customers_side,
                guard=not_chased_today,
                notices=(notify_institution("demand_chased"), notify_consultant("demand_chased")),
                tone="secondary",
            ),
            Transition(
                name="assign",
                label=lazy_gettext("Assign"),
                done=lazy_gettext("Consultant in charge assigned"),
                source=OPEN,
                target=None,
                by=access.owns,
                asks=InChargeForm,
                sets=in_charge_columns,
                records=in_charge_record,
                notices=(
                    NOTIFY_NEW,
                    Notice(
                        template="demand_taken_away",
                        kind=NoticeKind.DEMAND,
                        recipients=formerly_in_charge,
                        link=to_own_demands,
                    ),
                ),
                then=expire_affiliation,
                conflicts={"fk_demand_affiliation_id_affiliation": NOT_OURS},
                tone="secondary",
            ),
            Transition(  # follows from the end of a link; whose it was hears of that end
                name="hand_over",
                label=lazy_gettext("Hand over"),
                done=lazy_gettext("Handed over: the consultant left the institution"),
                source=OPEN,
                target=None,
                by=follows_unlinking,
                asks=InChargeForm,
                sets=in_charge_columns,
                records=in_charge_record,
                notices=(
                    NOTIFY_NEW,
                    Notice(
                        template="demand_handed_over",
                        kind=NoticeKind.DEMAND,
                        recipients=customers,
                        link=to_account,
                    ),
                ),
                then=expire_affiliation,
                conflicts={"fk_demand_affiliation_id_affiliation": NOT_OURS},
            ),
        ),
    )
)
