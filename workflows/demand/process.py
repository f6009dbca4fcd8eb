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
)
from workflows.demand.effects import (
    closed_where_nobody_is_left,
    contact_columns,
    contact_record,
    forget_former,
    in_charge_columns,
    in_charge_record,
    outcome_proposed,
    outcome_record,
    outcome_recorded,
)
from workflows.demand.forms import NOT_OURS, ContactForm, InChargeForm, OutcomeForm
from workflows.demand.notices import (
    TELL_NEW,
    context,
    customers,
    formerly_in_charge,
    tell_consultant,
    tell_customer,
    tell_institution,
    to_account,
    to_own_demands,
)
from workflows.demand.rules import (
    AWAITING_ANSWER,
    OPEN,
    UNSETTLED,
    may_finish,
    may_post,
    not_yet_today,
    on_the_customers_side,
    still_answers,
)
from workflows.demand.targets import takes_demands
from workflows.engine import Process, Transition, columns, register
from workflows.engine.notices import Notice

_link = Affiliation.__table__


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


CHASE = Transition(
    name="chase",
    label=lazy_gettext("Ask for an answer"),
    source=AWAITING_ANSWER,
    target=None,
    by=on_the_customers_side,
    guard=not_yet_today,
    tells=(tell_institution("demand_chased"), tell_consultant("demand_chased")),
    tone="secondary",
)


S = DemandStatus


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
