"""Account closure: personal data is erased (anonymised), business records stay without it."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from flask_babel import lazy_gettext

import outbox
from access import account, is_staff
from core.clock import now
from core.database import db
from models import (
    Affiliation,
    AffiliationStatus,
    Consultant,
    Demand,
    DemandStatus,
    Enquiry,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    EventName,
    Institution,
    InstitutionStatus,
    Mail,
    MailStatus,
    Membership,
    Objection,
    ObjectionStatus,
    SessionEnd,
    SignIn,
    User,
)
from workflows import engine
from workflows.demand.rules import UNANSWERED
from workflows.engine import Words
from workflows.enquiry.rules import LOOKING
from workflows.privacy import erasing
from workflows.privacy.erasing import ERASED

UNDER_WAY = (AffiliationStatus.ACCEPTED, AffiliationStatus.SUBMITTED, AffiliationStatus.RETURNED)
WITHDRAWABLE = UNANSWERED
APPLICATIONS = (InstitutionStatus.SUBMITTED, InstitutionStatus.RETURNED)

STAFF = lazy_gettext("You work for the platform: an administrator takes that back first.")
EMPLOYED = lazy_gettext("You work in an institution's workbench: leave it first.")
LINKED = lazy_gettext("You speak for an institution as its consultant: leave it first.")
APPLIED = lazy_gettext("Your application for certification is open: withdraw it first.")
DISPUTED = lazy_gettext("An outcome waits for your answer: confirm or dispute it first.")


def why_not(user: User) -> Words | None:
    """Return why `user` cannot close their account yet, in words, or None."""
    if is_staff(user):
        return STAFF
    checks = (
        (
            EMPLOYED,
            sa.select(Membership.id).where(Membership.user_id == user.id, Membership.active),
        ),
        (
            LINKED,
            sa.select(Affiliation.id)
            .join(Consultant)
            .where(Consultant.user_id == user.id, Affiliation.status == AffiliationStatus.LINKED),
        ),
        (
            APPLIED,
            sa.select(Institution.id).where(
                Institution.applicant_id == user.id, Institution.status.in_(APPLICATIONS)
            ),
        ),
        (
            DISPUTED,
            sa.select(Demand.id).where(
                Demand.poster_id == user.id,
                account(user, Demand),  # what an enterprise they left has to answer is its own
                Demand.status == DemandStatus.OUTCOME,
            ),
        ),
    )
    for words, query in checks:
        if db.session.scalar(query.limit(1)) is not None:
            return words
    return None


def close(user: User, reason: str) -> None:
    """Close the account of `user`, in the caller's unit of work. It cannot be undone.

    Their open demands and objections are withdrawn and they leave their enterprise, each by its own
    transition, so that those concerned are notified. Then what names them is erased, as the
    declarations of workflows/privacy/ say; files leave the storage after the commit.

    Raises:
        ValueError: why not, in the reader's words.
    """
    if words := why_not(user):
        raise ValueError(str(words))
    _withdraw_demands(user, reason)
    _withdraw_objections(user)
    _leave_enterprise(user)
    _step_back(user)
    outbox.enqueue(
        "account_closed",
        user.email,
        link="/",
        key=_last(user),
        kind=None,
        locale=user.locale,
    )
    _erase_mails(user)
    _end_sessions(user)
    erasing.erase(user)
    erase_person(user)


def _last(user: User) -> tuple[object, ...]:
    """The key of the mail that says goodbye: it alone still goes to the address."""
    return "closed", user.id


def _withdraw_demands(user: User, reason: str) -> None:
    query = sa.select(Demand.id).where(Demand.poster_id == user.id, Demand.status.in_(WITHDRAWABLE))
    engine.perform(Demand, "withdraw", db.session.scalars(query).all(), user, reason=reason)
    looking = sa.select(Enquiry.id).where(Enquiry.poster_id == user.id, Enquiry.status.in_(LOOKING))
    engine.perform(Enquiry, "withdraw", db.session.scalars(looking).all(), user, reason=reason)


def _withdraw_objections(user: User) -> None:
    """End what they object to: whoever holds it hears that it is settled."""
    query = sa.select(Objection.id).where(
        Objection.objector_id == user.id, Objection.status == ObjectionStatus.OPEN
    )
    engine.perform(Objection, "withdraw", db.session.scalars(query).all(), user)


def _leave_enterprise(user: User) -> None:
    for status, verb in (
        (EnterpriseMembershipStatus.MEMBER, "leave"),
        (EnterpriseMembershipStatus.REQUESTED, "withdraw"),
    ):
        query = sa.select(EnterpriseMembership.id).where(
            EnterpriseMembership.user_id == user.id, EnterpriseMembership.status == status
        )
        engine.perform(EnterpriseMembership, verb, db.session.scalars(query).all(), user)


def _step_back(user: User) -> None:
    """Take back an application as a consultant that is under way."""
    query = (
        sa.select(Affiliation.id)
        .join(Consultant)
        .where(Consultant.user_id == user.id, Affiliation.status.in_(UNDER_WAY))
    )
    engine.perform(Affiliation, "step_back", db.session.scalars(query).all(), user)


def _erase_mails(user: User) -> None:
    """Take the person out of the mails to them, but for the one that says goodbye."""
    db.session.execute(
        sa.update(Mail)
        .where(Mail.recipient == user.email, Mail.key != outbox.key_of(*_last(user)))
        .where(Mail.status != MailStatus.SENDING)
        .values(recipient=ERASED, context={}, link="/", status=MailStatus.SENT)
        .execution_options(unguarded=True)  # what the outbox says of a person is not theirs to see
    )


def _end_sessions(user: User) -> None:
    """The log of sign-ins stays as long as the law asks; all of them are over."""
    db.session.execute(
        sa.update(SignIn)
        .where(SignIn.user_id == user.id, SignIn.ended_at.is_(None))
        .values(ended_at=now(), ended_because=SessionEnd.SIGNED_OUT)
        .execution_options(synchronize_session=False)
    )


def erase_person(user: User) -> None:
    """Take from the row of `user` all that names them, and keep them out."""
    engine.note(user, EventName.ACCOUNT_CLOSED, user)
    user.email = f"closed-{user.id}@invalid"
    user.name = ERASED
    user.phone = user.password = None
    user.tf_primary_method = user.tf_totp_secret = user.fs_webauthn_user_handle = None
    user.mf_recovery_codes = user.second_factor_at = user.tf_last_counter = None
    user.role_since = None
    user.active = False
    user.fs_uniquifier = secrets.token_hex(32)
    db.session.flush()
