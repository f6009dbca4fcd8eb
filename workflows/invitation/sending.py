"""Inviting a colleague into the workbench; an earlier invitation is revoked."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

import access
from core.database import db
from core.email_addresses import key_of
from models import Institution, Invitation, InvitationStatus, User
from workflows.engine import conflict_words, create, perform
from workflows.invitation import tokens
from workflows.invitation.process import invitations

S = InvitationStatus


def invite(institution: Institution, email: str, actor: User) -> Invitation:
    """Invite `email` into the workbench; an earlier invitation to the address is revoked.

    Raises:
        ValueError: why not, in the reader's words.
        PermissionError: the actor does not own the institution.
    """
    email = key_of(email)
    if not access.owns(actor, institution):
        raise PermissionError("invitation.send")
    live = sa.select(Invitation.id).where(
        Invitation.institution_id == institution.id,
        Invitation.email == email,
        Invitation.affiliation_id.is_(None),
        Invitation.status == S.SENT,
    )
    perform(Invitation, "revoke", db.session.scalars(live).all(), actor)
    invitation = tokens.add_token(Invitation(institution_id=institution.id, email=email))
    try:
        return create(invitation, "send", actor)
    except IntegrityError as error:
        raise ValueError(str(conflict_words(invitations["send"].conflicts, error))) from error
