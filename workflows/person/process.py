"""Transition table of an enterprise membership: the first person joins, later ones ask."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from forms.base import ReasonForm
from models import EnterpriseMembership, EnterpriseMembershipStatus
from workflows.engine import Process, Transition, columns, register
from workflows.person import effects, notices, rules

S = EnterpriseMembershipStatus

memberships = register(
    Process[EnterpriseMembership](
        model=EnterpriseMembership,
        context=notices.context,
        loads=(
            joinedload(EnterpriseMembership.user),
            joinedload(EnterpriseMembership.enterprise),
        ),
        transitions=(
            Transition(
                name="join",
                label=lazy_gettext("Join as the first person"),
                done=lazy_gettext("Joined the enterprise"),
                source=frozenset(),
                target=S.MEMBER,
                by=rules.is_own,
                guard=rules.nobody_yet,
                then=effects.make_enterprise_user,
                conflicts=rules.CONFLICTS,
            ),
            Transition(
                name="request",
                label=lazy_gettext("Ask to join"),
                done=lazy_gettext("Asked to join the enterprise"),
                source=frozenset(),
                target=S.REQUESTED,
                by=rules.is_own,
                notices=(
                    notices.notify_members("membership_requested"),
                    notices.notify_reviewers("membership_requested"),
                ),
                conflicts=rules.CONFLICTS,
            ),
            Transition(
                name="agree",
                label=lazy_gettext("Agree"),
                done=lazy_gettext("Agreed to"),
                source=frozenset({S.REQUESTED}),
                target=S.MEMBER,
                by=rules.may_agree,
                sets=effects.vouched_columns,
                notices=(notices.notify_person("membership_agreed"),),
                then=effects.make_enterprise_user,
            ),
            Transition(
                name="admit",
                label=lazy_gettext("Admit"),
                done=lazy_gettext("Admitted by the platform"),
                source=frozenset({S.REQUESTED}),
                target=S.MEMBER,
                by=access.by_itself,
                sets=effects.verified_columns,
                records=effects.verified_record,
                notices=(notices.notify_person("membership_agreed"),),
                then=effects.make_enterprise_user,
                button=False,
            ),
            Transition(
                name="verify",
                label=lazy_gettext("Verify"),
                done=lazy_gettext("Verified to speak for the enterprise"),
                source=frozenset({S.MEMBER}),
                target=None,
                by=access.by_itself,
                guard=rules.not_verified,
                sets=effects.verified_columns,
                records=effects.verified_record,
                button=False,
            ),
            Transition(
                name="decline",
                label=lazy_gettext("Decline"),
                done=lazy_gettext("Not agreed to"),
                source=frozenset({S.REQUESTED}),
                target=S.DECLINED,
                by=rules.may_agree,
                asks=ReasonForm,
                sets=columns.reason,
                notices=(notices.notify_person("membership_declined"),),
                tone="danger",
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw the request"),
                done=lazy_gettext("Request withdrawn"),
                source=frozenset({S.REQUESTED}),
                target=S.REMOVED,
                by=rules.is_own,
                tone="secondary",
                confirm=True,
            ),
            Transition(
                name="remove",
                label=lazy_gettext("Remove"),
                done=lazy_gettext("Removed"),
                source=frozenset({S.MEMBER}),
                target=S.REMOVED,
                by=rules.may_remove,
                asks=ReasonForm,
                sets=columns.reason,
                notices=(notices.notify_person("membership_removed"),),
                then=effects.make_ordinary_user,
                tone="danger",
            ),
            Transition(
                name="expel",
                label=lazy_gettext("Remove"),
                done=lazy_gettext("Removed: the platform upheld an objection"),
                source=frozenset({S.MEMBER}),
                target=S.REMOVED,
                by=access.by_itself,
                sets=columns.reason,
                notices=(notices.notify_person("membership_removed"),),
                then=effects.make_ordinary_user,
                button=False,
            ),
            Transition(
                name="leave",
                label=lazy_gettext("Leave the enterprise"),
                done=lazy_gettext("Left the enterprise"),
                source=frozenset({S.MEMBER}),
                target=S.REMOVED,
                by=rules.is_own,
                then=effects.make_ordinary_user,
                tone="secondary",
                confirm=True,
            ),
        ),
    )
)
