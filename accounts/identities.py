"""Single sign-on (OpenID Connect) accounts linked to users; storefront/sign_in/sso.py has the flow.

An identity is issuer and subject. The e-mail address only fills a new account, and only where
the provider vouches for it: an address alone never opens an account that exists.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from email_validator import EmailNotValidError
from flask_babel import gettext

from access import row_guard
from core.clock import now
from core.database import db, storable
from core.email_addresses import normalized
from forms import credit_code as forms_credit_code
from models import EventName, ExternalIdentity, User
from workflows import engine
from workflows.person import entering, registering

LONGEST_SUBJECT = 200
JOIN = "sso_join"  # in the session: the identity that waits for a password


class Refused(ValueError):
    """Nobody is signed in. Its text says why, in the reader's language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What the provider says of a person."""

    issuer: str
    subject: str
    email: str  # lower case; empty where the provider does not vouch for one
    name: str
    phone: str | None
    credit_code: str | None  # in its plain form


@dataclass(frozen=True, slots=True)
class Found:
    """The account of an identity, or the one whose password has to be given first."""

    user: User
    password_needed: bool = False


def from_claims(issuer: str, claims: Mapping[str, Any], credit_code_claim: str) -> Identity:
    """Return the identity that the claims of a checked ID token describe.

    Raises:
        Refused: they name no subject.
    """
    subject = str(claims.get("sub") or "")
    if not subject:
        raise Refused(gettext("The platform did not say who you are."))
    if len(subject) > LONGEST_SUBJECT or storable(subject) != subject:
        subject = "sha256:" + hashlib.sha256(subject.encode("utf-8", "surrogatepass")).hexdigest()
    email = _email(claims)
    name = _text(claims, "name") or _text(claims, "preferred_username") or email.partition("@")[0]
    return Identity(
        issuer=issuer,
        subject=subject,
        email=email,
        name=name[:64],
        phone=_text(claims, "phone_number")[:32] or None,
        credit_code=_code(claims.get(credit_code_claim)),
    )


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return " ".join(storable(value).split()) if isinstance(value, str) else ""


def _email(claims: Mapping[str, Any]) -> str:
    """The address that the provider vouches for: `email_verified` must say so, silence does not."""
    if claims.get("email_verified") not in (True, "true"):
        return ""
    try:
        return normalized(_text(claims, "email"))
    except EmailNotValidError:
        return ""


def _code(claim: object) -> str | None:
    try:
        return forms_credit_code.read(claim).code if isinstance(claim, str) else None
    except forms_credit_code.InvalidCreditCode:
        return None


def find(identity: Identity, locale: str) -> Found:
    """Return the account of `identity`; at the first sign-in make it. The caller commits.

    Raises:
        Refused: the account is disabled, or there is no address to make one with.
        IntegrityError: somebody was faster; after a rollback it works.
    """
    known = db.session.scalar(
        sa.select(User)
        .join(ExternalIdentity, ExternalIdentity.user_id == User.id)
        .where(
            ExternalIdentity.issuer == identity.issuer, ExternalIdentity.subject == identity.subject
        )
    )
    if known is not None:
        user = ensure_active(known)
        if identity.credit_code:
            row_guard.hold(db.session(), user)  # a stranger until now
            entering.vouch(user, identity.credit_code)
        return Found(user)
    if not identity.email:
        raise Refused(
            gettext(
                "The platform passed on no confirmed e-mail address. Enter one in your account "
                "there and try again, or register here."
            )
        )
    holder = db.session.scalar(sa.select(User).where(User.email == identity.email))
    if holder is not None and registering.replaceable(holder):
        registering.forget(holder)  # somebody typed it and never showed that it is theirs
        holder = None
    if holder is not None:
        return Found(ensure_active(holder), password_needed=True)
    return Found(_make(identity, locale))


def ensure_active(user: User) -> User:
    """Return `user`.

    Raises:
        Refused: the account is disabled.
    """
    if not user.active:
        raise Refused(gettext("This account is disabled. Please contact us."))
    return user


def _make(identity: Identity, locale: str) -> User:
    user = User(
        email=identity.email,
        name=identity.name,
        phone=identity.phone,
        locale=locale,
        fs_uniquifier=uuid.uuid4().hex,
        confirmed_at=now(),
    )
    db.session.add(user)
    db.session.flush()
    _link(user, identity.issuer, identity.subject)
    row_guard.hold(db.session(), user)  # a stranger until now
    if identity.credit_code and entering.find_in_register(identity.credit_code):
        entering.enter(user, identity.credit_code, vouched=True)
    return user


def join(user: User, issuer: str, subject: str) -> None:
    """Let the identity sign in as `user`, who has just given their password. The caller commits.

    Raises:
        Refused: the account is disabled.
        IntegrityError: the identity has an account meanwhile.
    """
    ensure_active(user)
    user.confirmed_at = user.confirmed_at or now()  # the provider vouches for the same address
    _link(user, issuer, subject)


def _link(user: User, issuer: str, subject: str) -> None:
    db.session.add(ExternalIdentity(user_id=user.id, issuer=issuer, subject=subject))
    db.session.flush()
    engine.note(user, EventName.IDENTITY_LINKED, user, changes={"issuer": issuer})
