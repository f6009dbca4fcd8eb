"""Registrations that wait for their address to be confirmed: replaced, completed or forgotten.

Nobody acts for an enterprise before that: until then its code stands in a row of Registration, and
neither the enterprise nor its members hear of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from core.database import db
from models import (
    Affiliation,
    Consultant,
    Event,
    ExternalIdentity,
    Institution,
    Mail,
    MailStatus,
    Membership,
    Registration,
    User,
)
from workflows.person import closing, entering

WITHIN = timedelta(days=5)  # for which the link in the mail is good, too
MAILS = ("confirm_email", "reset_password", "already_registered")
CHUNK = 200  # accounts in one unit of work


def keep(user: User, code: str, remark: str | None) -> None:
    """Note which enterprise `user` is to join once their address is confirmed."""
    db.session.add(Registration(user_id=user.id, credit_code=code, remark=remark))
    db.session.flush()


def complete(user: User) -> None:
    """Join, or ask to join, the enterprise that the registration of `user` named.

    Raises:
        IntegrityError: another first person was faster; after a rollback it works.
    """
    held = db.session.scalar(sa.select(Registration).where(Registration.user_id == user.id))
    if held is None:
        return
    code, remark = held.credit_code, held.remark
    db.session.delete(held)
    db.session.flush()
    if entering.find_in_register(code) is not None:  # else it has left the register meanwhile
        entering.enter(user, code, remark=remark)


def unconfirmed() -> sa.ColumnElement[bool]:
    """The condition for an account that is nothing but a registration nobody confirmed."""
    held = (
        sa.select(Membership.id).where(Membership.user_id == User.id),
        sa.select(ExternalIdentity.id).where(ExternalIdentity.user_id == User.id),
        sa.select(Institution.id).where(Institution.applicant_id == User.id),
        sa.select(Affiliation.id)
        .join(Consultant, Consultant.id == Affiliation.consultant_id)
        .where(Consultant.user_id == User.id),
    )
    return sa.and_(
        User.active,
        User.confirmed_at.is_(None),
        User.last_login_at.is_(None),
        User.role.is_(None),
        *(~query.exists() for query in held),
    )


def replaceable(user: User) -> bool:
    """Whether whoever registers the address of `user` now takes their place."""
    if user.confirmed_at is not None:
        return False
    query = sa.select(User.id).where(User.id == user.id, unconfirmed())
    return db.session.scalar(query.execution_options(unguarded=True)) is not None


def forget(user: User) -> None:
    """Take an unconfirmed account away, in the caller's unit of work; its link leads nowhere.

    One of an earlier edition may stand in the journal, which is not changed: that row stays, and
    names nobody any more.
    """
    known = sa.select(Event.id).where(Event.actor_id == user.id).limit(1)
    if db.session.scalar(known.execution_options(unguarded=True)) is not None:
        db.session.execute(sa.delete(Registration).where(Registration.user_id == user.id))
        closing.erase_person(user)
        return
    db.session.execute(sa.delete(User).where(User.id == user.id).execution_options(unguarded=True))
    db.session.expunge(user)


def forget_overdue(at: datetime) -> int:
    """Timed job: forget the accounts whose address nobody confirmed in five days. Commits."""
    due = sa.select(User).where(unconfirmed(), User.created_at <= at - WITHIN).limit(CHUNK)
    people = db.session.scalars(due).all()
    for user in people:
        _forget_mails(user.email)
        forget(user)
    db.session.commit()
    return len(people)


def _forget_mails(address: str) -> None:
    """Take the address out of the mails that asked to confirm it."""
    db.session.execute(
        sa.update(Mail)
        .where(
            Mail.recipient == address,
            Mail.template.in_(MAILS),
            Mail.status != MailStatus.SENDING,
        )
        .values(recipient=closing.ERASED, context={}, link="/", status=MailStatus.SENT)
        .execution_options(synchronize_session=False)
    )
