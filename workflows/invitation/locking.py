"""Lock order of an invitation: the people and links that it is for, before the invitation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from models import Affiliation, Consultant, Invitation, Membership, User
from workflows.engine import lock_where

_invitation = Invitation.__table__
_link = Affiliation.__table__.alias("known_link")


def lock_memberships(ids: Sequence[int]) -> None:
    """Lock what these persons are to these institutions already, before the invitations."""
    sent, people, held = Invitation.__table__.c, User.__table__.c, Membership.__table__.c
    invited_to = (
        sa.select(people.id, sent.institution_id)
        .join_from(Invitation.__table__, User.__table__, people.email == sent.email)
        .where(sent.id.in_(ids))
    )
    lock_where(Membership, sa.tuple_(held.user_id, held.institution_id).in_(invited_to))


def lock_links(invitation_ids: Sequence[int]) -> None:
    """Lock the consultants and affiliations that these invitations are for, before themselves.

    An owner who takes an invitation back comes from the other side: affiliation, then invitation.
    """
    lock_where(Consultant, Consultant.__table__.c.id.in_(_consultants(invitation_ids)))
    lock_where(Affiliation, Affiliation.__table__.c.id.in_(_links(invitation_ids)))


def lock_person(invitation_ids: Sequence[int]) -> None:
    """Lock whom these invitations are for, and each consultant who they are or become.

    Of two invitations accepted at once the second finds what the first did.
    """
    people, consultants = User.__table__.c, Consultant.__table__.c
    emails = sa.select(_invitation.c.email).where(_invitation.c.id.in_(invitation_ids))
    lock_where(User, people.email.in_(emails))
    theirs = sa.select(people.id).where(people.email.in_(emails))
    lock_where(
        Consultant,
        sa.or_(consultants.id.in_(_consultants(invitation_ids)), consultants.user_id.in_(theirs)),
    )


def _links(invitation_ids: Sequence[int]) -> sa.Select[Any]:
    return sa.select(_invitation.c.affiliation_id).where(
        _invitation.c.id.in_(invitation_ids), _invitation.c.affiliation_id.is_not(None)
    )


def _consultants(invitation_ids: Sequence[int]) -> sa.Select[Any]:
    return sa.select(_link.c.consultant_id).where(_link.c.id.in_(_links(invitation_ids)))
