"""Who has a mail in hand: taken by one worker for a while, given back with what became of it.

The status of a mail is written here and not by the engine: nobody decides on it, and it says no
more than where in the post the mail is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import flask_mail
import sqlalchemy as sa

from core.database import db
from models import Mail, MailStatus
from outbox import transport
from outbox.links import is_key

COMMANDS = 15  # more than a mail takes, each with the time limit of the connection
SHORTEST_LEASE = timedelta(minutes=5)

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Leased:
    """A mail in our hands. `attempt` tells our lease from a later one."""

    id: int
    attempt: int
    created_at: datetime
    template: str
    message: flask_mail.Message | None
    keyed: bool  # its link is a key, which is forgotten once the mail is out
    broken: str = ""  # why there is no message


def take(now: Clock) -> Leased | None:
    """Lease the mail that is due longest and commit, or return None.

    PostgreSQL skips rows that another worker holds; SQLite's IMMEDIATE transaction lets one in.
    """
    at = now()
    waits = sa.and_(Mail.status == MailStatus.QUEUED, Mail.due_at <= at)
    lapsed = sa.and_(Mail.status == MailStatus.SENDING, Mail.leased_until <= at)
    mail = db.session.scalar(
        sa.select(Mail)
        .where(sa.or_(waits, lapsed))
        .order_by(Mail.due_at, Mail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(unguarded=True, populate_existing=True)
    )
    if mail is None:
        db.session.rollback()
        return None
    time_limit = timedelta(seconds=transport.site().mail_timeout)
    mail.status = MailStatus.SENDING
    mail.leased_until = at + max(SHORTEST_LEASE, COMMANDS * time_limit)
    mail.attempts += 1
    message, broken = None, ""
    try:
        message = transport.message(mail)
    except Exception as error:  # whatever a template does: this mail waits, the others go on
        broken = f"{type(error).__name__}: {error}"
    leased = Leased(
        mail.id, mail.attempts, mail.created_at, mail.template, message, is_key(mail.link), broken
    )
    db.session.commit()
    return leased


def finish(leased: Leased, **values: Any) -> None:
    """Write what became of a mail, unless our lease ran out and another worker has it."""
    db.session.execute(
        sa.update(Mail)
        .where(
            Mail.id == leased.id,
            Mail.status == MailStatus.SENDING,
            Mail.attempts == leased.attempt,
        )
        .values(leased_until=None, **values)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
