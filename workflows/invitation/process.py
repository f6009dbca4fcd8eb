"""Transition table of an invitation by mail: colleagues into a workbench, and consultants.

Sent by an owner, accepted once, by the address alone. The link's token is never stored in the
table, only its hash. It stands in the mail that carries it (`Mail.link`) until that is out, because
a mail is rendered when it is sent.
"""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from models import Invitation, InvitationStatus, NoticeKind
from workflows.engine import Process, Transition, columns, recipients, register
from workflows.invitation import acceptance, claiming, effects, locking, notices, rules

S = InvitationStatus
SENT = frozenset({S.SENT})

invitations = register(
    Process[Invitation](
        model=Invitation,
        context=recipients.institution_name,
        loads=(joinedload(Invitation.institution),),
        locks=locking.lock_links,
        transitions=(
            Transition(
                name="send",
                label=lazy_gettext("Send the invitation"),
                done=lazy_gettext("Invited"),
                source=frozenset(),
                target=S.SENT,
                by=access.owns,
                guard=rules.newcomer,
                notices=(notices.by_key("staff_invited", notices.to_token),),
                conflicts={"uq_invitation_live": rules.INVITED_MEANWHILE},
            ),
            Transition(
                name="accept",
                locks=locking.lock_memberships,
                label=lazy_gettext("Accept the invitation"),
                done=lazy_gettext("Invitation accepted"),
                source=SENT,
                target=S.ACCEPTED,
                by=rules.invited_colleague,
                guard=rules.acceptable,
                then=effects.join,
            ),
            Transition(
                name="ask",
                label=lazy_gettext("Invite a consultant"),
                done=lazy_gettext("Invited"),
                source=frozenset(),
                target=S.SENT,
                by=access.owns,
                notices=(notices.by_key("consultant_invited", notices.to_token),),
                conflicts={"uq_invitation_affiliation": rules.INVITED_MEANWHILE},
            ),
            Transition(
                name="agree",
                locks=locking.lock_person,
                label=lazy_gettext("Agree to be a consultant"),
                done=lazy_gettext("Invitation accepted"),
                source=SENT,
                target=S.ACCEPTED,
                by=rules.invited_consultant,
                guard=acceptance.may_accept,
                then=claiming.claim_profile,
            ),
            Transition(
                name="remind",
                label=lazy_gettext("Remind the consultant"),
                done=lazy_gettext("Reminded"),
                source=SENT,
                target=S.SENT,
                by=access.by_itself,
                guard=rules.to_remind,
                sets=columns.stamped("reminded_at"),
                notices=(
                    notices.by_key(
                        "consultant_reminded", notices.to_same_token, NoticeKind.CONSULTANT
                    ),
                ),
            ),
            Transition(
                name="revoke",
                label=lazy_gettext("Revoke the invitation"),
                done=lazy_gettext("Invitation revoked"),
                source=SENT,
                target=S.REVOKED,
                by=rules.may_revoke,
                then=effects.restore_affiliations,
                tone="danger",
                confirm=True,
            ),
            Transition(
                name="replace",
                label=lazy_gettext("Replaced by a newer invitation"),
                done=lazy_gettext("Replaced by a newer invitation"),
                source=SENT,
                target=S.REVOKED,
                by=access.owns,
                guard=acceptance.of_a_consultant,
                button=False,
            ),
        ),
    )
)
