"""People asked in by mail: colleagues into a workbench, consultants to speak for an institution.

Sent by an owner, accepted once, by the address alone. The link's token is never stored in the
table, only its hash. It stands in the mail that carries it (`Mail.link`) until that is out, because
a mail is rendered when it is sent.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
import wtforms
from flask_babel import lazy_gettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

import access
from core.clock import now
from core.database import db
from forms.base import Form, required
from forms.contact import email_address
from models import Institution, Invitation, InvitationStatus, User
from workflows.consultant import consultant_acceptance as consultant
from workflows.consultant.consultant_claiming import become
from workflows.engine import (
    Process,
    Transition,
    begin,
    conflict_words,
    perform,
    register,
)
from workflows.engine.notices import Notice
from workflows.institution import invitation_rules as rules
from workflows.institution import invitation_tokens as tokens

S = InvitationStatus
SENT = frozenset({S.SENT})
INVITED_MEANWHILE = lazy_gettext("This address was invited a moment ago.")


class InviteForm(Form):
    """Whom to ask into the workbench."""

    email = wtforms.EmailField(
        lazy_gettext("E-mail of your colleague"), validators=[required(), *email_address()]
    )


def invite(institution: Institution, email: str, actor: User) -> Invitation:
    """Invite `email` into the workbench; an earlier invitation to the address is revoked.

    Raises:
        ValueError: why not, in the reader's words.
        PermissionError: the actor does not own the institution.
    """
    email = email.strip().lower()
    if not access.owns(actor, institution):
        raise PermissionError("invitation.send")
    live = sa.select(Invitation.id).where(
        Invitation.institution_id == institution.id,
        Invitation.email == email,
        Invitation.affiliation_id.is_(None),
        Invitation.status == S.SENT,
    )
    perform(Invitation, "revoke", db.session.scalars(live).all(), actor)
    invitation = tokens.with_token(Invitation(institution_id=institution.id, email=email))
    try:
        return begin(invitation, "send", actor)
    except IntegrityError as error:
        raise ValueError(str(conflict_words(invitations["send"], error))) from error


def by_key(template: str, link: Callable[[Invitation], str]) -> Notice:
    """A mail whose link is a key: one for each invitation."""
    return Notice(template=template, to=rules.addressee, link=link, each=True)


invitations = register(
    Process(
        model=Invitation,
        context=lambda row: {"institution": row.institution.name},
        loads=(joinedload(Invitation.institution),),
        locks=consultant.lock_links,
        transitions=(
            Transition(
                name="send",
                label=lazy_gettext("Send the invitation"),
                source=frozenset(),
                target=S.SENT,
                by=access.owns,
                guard=rules.newcomer,
                tells=(by_key("staff_invited", tokens.to_token),),
                conflicts={"uq_invitation_live": INVITED_MEANWHILE},
            ),
            Transition(
                name="accept",
                label=lazy_gettext("Accept the invitation"),
                source=SENT,
                target=S.ACCEPTED,
                by=lambda user, row: row.affiliation_id is None and rules.invited(user, row),
                guard=rules.acceptable,
                then=rules.join,
            ),
            Transition(
                name="ask",
                label=lazy_gettext("Invite a consultant"),
                source=frozenset(),
                target=S.SENT,
                by=access.owns,
                tells=(by_key("consultant_invited", tokens.to_token),),
                conflicts={"uq_invitation_affiliation": INVITED_MEANWHILE},
            ),
            Transition(
                name="agree",
                label=lazy_gettext("Agree to be a consultant"),
                source=SENT,
                target=S.ACCEPTED,
                by=lambda user, row: row.affiliation_id is not None and rules.invited(user, row),
                guard=consultant.may_become,
                then=become,
            ),
            Transition(
                name="remind",
                label=lazy_gettext("Remind the consultant"),
                source=SENT,
                target=S.SENT,
                by=access.by_itself,
                guard=rules.to_remind,
                sets=lambda _answers, _actor: {"reminded_at": now()},
                tells=(by_key("consultant_reminded", tokens.to_same_token),),
            ),
            Transition(
                name="revoke",
                label=lazy_gettext("Revoke the invitation"),
                source=SENT,
                target=S.REVOKED,
                by=rules.may_revoke,
                then=consultant.uninvited,
                tone="danger",
                confirm=True,
            ),
            Transition(
                name="replace",
                label=lazy_gettext("Replaced by a newer invitation"),
                source=SENT,
                target=S.REVOKED,
                by=access.owns,
                guard=consultant.of_a_consultant,
            ),
        ),
    )
)
