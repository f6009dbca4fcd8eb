"""The state of an invitation for the visitor of its link."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import (
    make_response,
    url_for,
)
from flask_login import current_user

from core.database import db
from models import Invitation, InvitationStatus, User
from workflows import engine
from workflows.invitation import acceptance, rules
from workflows.person import registering

WORKBENCH = "/workbench/"  # the other room, by its public address
BACK = "invitation"  # in the session: the link that somebody signs in for
DEAD = ("used", "revoked", "expired")  # what a new invitation would help


def masked_email(address: str) -> str:
    """Return an address its owner recognises and nobody else can use: l***@example.com."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}***@{host}"


def state(row: Invitation, user: User | None) -> str:
    """What the page says: used, revoked, expired, anonymous, another or open."""
    if row.status is InvitationStatus.ACCEPTED:
        mine = user is not None and rules.invited(user, row)
        return "joined" if mine else "used"
    if row.status is InvitationStatus.REVOKED:
        return "revoked"
    if rules.expired(row):
        return "expired"
    if user is None:
        return "anonymous"
    return "open" if rules.invited(user, row) else "another"


def visitor() -> User | None:
    return current_user._get_current_object() if current_user.is_authenticated else None


def home_of(row: Invitation) -> str:
    """Where to go after accepting."""
    return WORKBENCH if row.affiliation_id is None else url_for("storefront.own_consultant")


def obstacle_to(row: Invitation) -> engine.Words | None:
    """Return what prevents the invited person from accepting, in words for them."""
    if row.affiliation_id is None:
        return rules.acceptable(row)
    return acceptance.may_accept(row)


def has_account(row: Invitation) -> bool:
    """Whether the invited address has one: a registration that nobody confirmed is none."""
    found = db.session.scalar(sa.select(User).where(User.email == row.email))
    return found is not None and not registering.replaceable(found)


def private(html: str) -> Any:
    """Return a page whose address is a secret: neither kept nor passed on."""
    response = make_response(html)
    response.headers["Referrer-Policy"] = "strict-origin"  # which the check of forms needs
    response.headers["Cache-Control"] = "no-store"
    return response
