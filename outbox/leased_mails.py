"""The lease of mails that a worker has in hand: taken together, read one by one, given back.

The status of a mail is written here and not by the engine: nobody decides on it, and it says no
more than where in the post the mail is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import flask_mail
import sqlalchemy as sa

from core.database import db, reading
from core.leases import Lease, Leases
from models import Mail, MailStatus
from outbox import transport
from outbox.conversations import FINAL_PATIENCE
from outbox.links import is_key

COMMANDS = 15  # more than a mail takes, each with the time limit of the connection
FINAL = timedelta(seconds=FINAL_PATIENCE)  # and the answer to the whole mail, longer
SHORTEST_LEASE = timedelta(minutes=5)
ROOM = timedelta(minutes=1)  # of a fresh lease beyond the longest mail
TOGETHER = 10  # mails that are taken at once

_mails: Any = Mail.__table__


def _due(at: datetime) -> sa.ColumnElement[bool]:
    """A mail waits, or the worker that had it died."""
    mail = _mails.c
    waits = sa.and_(mail.status == MailStatus.QUEUED, mail.due_at <= at)
    lapsed = sa.and_(mail.status == MailStatus.SENDING, mail.leased_until <= at)
    return sa.or_(waits, lapsed)


LEASES = Leases(Mail, _due)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it is sent."""

    lease: Lease
    attempt: int
    doubts: int  # attempts before this one that the server may have taken
    created_at: datetime
    template: str
    message: flask_mail.Message | None
    keyed: bool  # its link is a key, which is forgotten once the mail is out
    broken: str = ""  # why there is no message


def longest() -> timedelta:
    """Return how long one mail may take with a server that hardly answers."""
    commands = COMMANDS * timedelta(seconds=transport.site().mail_timeout)
    return commands + FINAL


def until(at: datetime) -> datetime:
    """Return when a lease that is taken or renewed at `at` runs out.

    A lease that does not last for the longest mail is renewed before that mail: a fresh one must.
    """
    return at + max(SHORTEST_LEASE, longest() + ROOM)


def take(at: datetime, limit: int = TOGETHER) -> list[Lease]:
    """Lease the mails that are due longest, at most `limit`; each lease counts as an attempt."""
    values = {"status": MailStatus.SENDING, "attempts": _mails.c.attempts + 1}
    return LEASES.take(at, until(at), limit=limit, **values)


def read(lease: Lease) -> Letter:
    """Return the mail of `lease` in its recipient's words. Reads only, and ends the transaction."""
    token = reading.set(True)  # words are made of many small queries: no writer waits for them
    try:
        mail = db.session.scalars(
            sa.select(Mail)
            .where(Mail.id == lease.id)
            .execution_options(unguarded=True, populate_existing=True)
        ).one()
        message, broken = None, ""
        try:
            message = transport.message(mail)
        except Exception as error:  # whatever a template does: this mail waits, the others go on
            broken = f"{type(error).__name__}: {error}"
        return Letter(
            lease,
            mail.attempts,
            mail.doubts,
            mail.created_at,
            mail.template,
            message,
            is_key(mail.link),
            broken,
        )
    finally:
        db.session.rollback()
        reading.reset(token)


def finish(lease: Lease, **values: Any) -> None:
    """Write what became of a mail, unless our lease ran out and another worker has it."""
    LEASES.give_back([lease], **values)


def put_back(leases: Sequence[Lease]) -> None:
    """Give back mails that were not tried: they wait as before, and it was no attempt."""
    LEASES.give_back(leases, status=MailStatus.QUEUED, attempts=_mails.c.attempts - 1)
