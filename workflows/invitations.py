"""Colleagues asked into a workbench: sent by an owner, accepted once, by the address alone.

The link's token is never stored in the table, only its hash. It stands in the one mail that
carries it (`Mail.link`), because a mail is rendered when it is sent.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import wtforms
from flask_babel import lazy_gettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

import access
from clock import now
from database import db
from forms import Form, email_address, required
from models import (
    Institution,
    Invitation,
    InvitationStatus,
    Membership,
    MembershipRole,
    User,
)
from workflows.engine import (
    Answers,
    Process,
    Transition,
    Words,
    begin,
    conflict_words,
    note,
    perform,
    register,
)
from workflows.notices import Notice, Recipient

S = InvitationStatus
LIFETIME = timedelta(days=14)

EXPIRED = lazy_gettext("This invitation has expired. Ask for a new one.")
CLOSED = lazy_gettext("This institution takes no colleagues at present.")
HERE_ALREADY = lazy_gettext("This person already works for your institution.")
ELSEWHERE = lazy_gettext(
    "You already work for an institution on this platform. Leave that one before you join another."
)
PLATFORM_STAFF = lazy_gettext("The platform's own staff cannot join an institution.")
INVITED_MEANWHILE = lazy_gettext("This address was invited a moment ago.")


class InviteForm(Form):
    """Whom to ask into the workbench."""

    email = wtforms.EmailField(
        lazy_gettext("E-mail of your colleague"), validators=[required(), *email_address()]
    )


def expired(invitation: Invitation) -> bool:
    return invitation.status is S.SENT and invitation.expires_at <= now()


def hashed(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def by_token(token: str) -> Invitation | None:
    """Return the invitation whose link carries `token`, whoever looks: the token is the right."""
    return db.session.scalar(
        sa.select(Invitation)
        .where(Invitation.token_hash == hashed(token))
        .options(joinedload(Invitation.institution))
        .execution_options(unguarded=True)
    )


def invited(user: User, row: Invitation) -> bool:
    """The invitation went to this person's address."""
    return user.email.lower() == row.email


def may_revoke(user: User, row: Invitation) -> bool:
    """An owner takes it back, or the administrator with the institution's certification."""
    return access.owns(user, row) or access.is_administrator(user)


def acceptable(row: Invitation) -> Words | None:
    """Guard: the invitation is alive, and the person works nowhere yet."""
    if expired(row):
        return EXPIRED
    if row.institution.status not in access.AT_WORK:
        return CLOSED
    if db.session.scalar(sa.select(User.role).where(User.email == row.email)) is not None:
        return PLATFORM_STAFF
    held = sa.select(Membership.id).join(User).where(User.email == row.email, Membership.active)
    if db.session.scalar(held.limit(1)) is not None:
        return ELSEWHERE
    return None


def newcomer(row: Invitation) -> Words | None:
    """Guard: whoever is invited does not work here yet."""
    held = (
        sa.select(Membership.id)
        .join(User)
        .where(
            User.email == row.email,
            Membership.institution_id == row.institution_id,
            Membership.active,
        )
    )
    return HERE_ALREADY if db.session.scalar(held.limit(1)) is not None else None


def addressee(rows: Sequence[Invitation]) -> dict[int, list[Recipient]]:
    return {row.id: [Recipient(email=row.email)] for row in rows}


def to_token(row: Any) -> str:
    """The secret link; `invite` put the token on the row in memory, the table never has it."""
    return f"/invitations/{row.token}"


def join(rows: list[Invitation], actor: User, _answers: Answers) -> None:
    """The person works for the institution from now on, as staff; a former colleague again."""
    for row in rows:
        held = db.session.scalar(
            sa.select(Membership).where(
                Membership.user_id == actor.id, Membership.institution_id == row.institution_id
            )
        )
        if held is None:
            held = Membership(user_id=actor.id, institution_id=row.institution_id)
            db.session.add(held)
        held.role, held.active = MembershipRole.STAFF, True
        db.session.flush()
        note(row.institution, "staff_joined", actor, changes={"staff": [None, actor.name]})


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
        Invitation.status == S.SENT,
    )
    perform(Invitation, "revoke", db.session.scalars(live).all(), actor)
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        institution_id=institution.id,
        email=email,
        token_hash=hashed(token),
        expires_at=now() + LIFETIME,
    )
    invitation.token = token
    try:
        return begin(invitation, "send", actor)
    except IntegrityError as error:
        raise ValueError(str(conflict_words(invitations["send"], error))) from error


invitations = register(
    Process(
        model=Invitation,
        context=lambda row: {"institution": row.institution.name},
        loads=(joinedload(Invitation.institution),),
        transitions=(
            Transition(
                name="send",
                label=lazy_gettext("Send the invitation"),
                source=frozenset(),
                target=S.SENT,
                by=access.owns,
                guard=newcomer,
                tells=(Notice(template="staff_invited", to=addressee, link=to_token),),
                conflicts={"uq_invitation_live": INVITED_MEANWHILE},
            ),
            Transition(
                name="accept",
                label=lazy_gettext("Accept the invitation"),
                source=frozenset({S.SENT}),
                target=S.ACCEPTED,
                by=invited,
                guard=acceptable,
                then=join,
            ),
            Transition(
                name="revoke",
                label=lazy_gettext("Revoke the invitation"),
                source=frozenset({S.SENT}),
                target=S.REVOKED,
                by=may_revoke,
                tone="danger",
                confirm=True,
            ),
        ),
    )
)
