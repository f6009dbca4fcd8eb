"""A person of an enterprise: the first one joins, later ones ask and wait for a yes."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

from forms.base import ReasonForm
from models import (
    EnterpriseMembership,
    EnterpriseMembershipStatus,
)
from workflows.engine import Process, Transition, Words, columns, register
from workflows.engine.notices import Notice
from workflows.person import effects, notices, rules

S = EnterpriseMembershipStatus


ACTS_ALREADY: Words = lazy_gettext(
    "You act for an enterprise already, or wait for its answer. Leave it first."
)


CONFLICTS = {
    "uq_enterprise_membership_open": ACTS_ALREADY,
    "enterprise_membership.user_id": ACTS_ALREADY,
}


memberships = register(
    Process(
        model=EnterpriseMembership,
        context=lambda row: {"person": row.user.name, "enterprise": row.enterprise.name},
        loads=(
            joinedload(EnterpriseMembership.user),
            joinedload(EnterpriseMembership.enterprise),
        ),
        transitions=(
            Transition(
                name="join",
                label=lazy_gettext("Join as the first person"),
                source=frozenset(),
                target=S.MEMBER,
                by=rules.oneself,
                guard=rules.nobody_yet,
                then=effects.enterprise_user,
                conflicts=CONFLICTS,
            ),
            Transition(
                name="request",
                label=lazy_gettext("Ask to join"),
                source=frozenset(),
                target=S.REQUESTED,
                by=rules.oneself,
                tells=(
                    Notice(
                        template="membership_requested",
                        to=notices.members,
                        link=notices.to_enterprise,
                    ),
                    Notice(
                        template="membership_requested",
                        to=notices.administrators,
                        link=notices.to_back_office,
                    ),
                ),
                conflicts=CONFLICTS,
            ),
            Transition(
                name="agree",
                label=lazy_gettext("Agree"),
                source=frozenset({S.REQUESTED}),
                target=S.MEMBER,
                by=rules.agrees,
                tells=(
                    Notice(
                        template="membership_agreed", to=notices.person, link=notices.to_enterprise
                    ),
                ),
                then=effects.enterprise_user,
            ),
            Transition(
                name="decline",
                label=lazy_gettext("Decline"),
                source=frozenset({S.REQUESTED}),
                target=S.DECLINED,
                by=rules.agrees,
                asks=ReasonForm,
                sets=columns.reason,
                tells=(
                    Notice(
                        template="membership_declined",
                        to=notices.person,
                        link=notices.to_enterprise,
                    ),
                ),
                tone="danger",
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw the request"),
                source=frozenset({S.REQUESTED}),
                target=S.REMOVED,
                by=rules.oneself,
                tone="secondary",
                confirm=True,
            ),
            Transition(
                name="remove",
                label=lazy_gettext("Remove"),
                source=frozenset({S.MEMBER}),
                target=S.REMOVED,
                by=rules.removes,
                asks=ReasonForm,
                sets=columns.reason,
                tells=(
                    Notice(
                        template="membership_removed", to=notices.person, link=notices.to_enterprise
                    ),
                ),
                then=effects.ordinary_user,
                tone="danger",
            ),
            Transition(
                name="leave",
                label=lazy_gettext("Leave the enterprise"),
                source=frozenset({S.MEMBER}),
                target=S.REMOVED,
                by=rules.oneself,
                then=effects.ordinary_user,
                tone="secondary",
                confirm=True,
            ),
        ),
    )
)
