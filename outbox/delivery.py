"""Delivery: take one mail at a time under a lease, send it outside any transaction, mark it.

At least once, and recognisable when twice: a worker that dies between sending and marking leaves
a lease that runs out, and the second copy has the Message-ID of the first.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

from core import clock
from models import MailStatus
from outbox import transport
from outbox.leases import Clock, Leased, finish, take
from outbox.links import USED_LINK
from outbox.transport import Connection

REFUSED_FOR_GOOD = 500  # and above: what a server answers that no second attempt will change
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=5)
DEAD_AFTER = timedelta(hours=72)  # of age
BROKEN_CONVERSATIONS = 3  # in a row: the server is unwell, not the mails

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Report:
    """What one round did."""

    sent: int = 0
    failed: int = 0  # will be tried again
    dead: int = 0
    unreachable: bool = False  # the round ended early: the server cannot be talked to


def deliver_due(
    limit: int = 50, now: Clock = clock.now, stop: Callable[[], bool] = lambda: False
) -> Report:
    """Send what is due, at most `limit` mails. Commits after each, and is no part of a request.

    Args:
        limit: the most mails to try.
        now: the clock.
        stop: asked between mails; True ends the round.

    Returns:
        A Report. Without a mail server nothing is tried. A failing mail waits 30 s, then twice
        as long each time up to 5 min, and is dead once it is 72 h old, or at once where the server
        has no such mailbox; the others go on. Where the server cannot be reached at all the round
        ends, and the others' turn comes untouched.
    """
    report = Report()
    if not transport.site().mail_server:
        return report
    broken = 0
    with closing(transport.connection()) as line:
        for _ in range(limit):
            if stop() or (leased := take(now)) is None:
                break
            try:
                _send(line, leased)
            except Unreachable as error:
                _failed(leased, error.words, now, report)
                report.unreachable = True
                break
            except Undelivered as error:
                _failed(leased, error.words, now, report, for_good=error.for_good)
                broken = broken + 1 if error.line_lost else 0
                if broken == BROKEN_CONVERSATIONS:
                    report.unreachable = True
                    break
            else:
                broken = 0
                report.sent += 1
                sent = {"status": MailStatus.SENT, "sent_at": now(), "error": None}
                finish(leased, **sent | ({"link": USED_LINK} if leased.keyed else {}))
    return report


class Undelivered(Exception):
    """This mail was not taken.

    `line_lost`: because the conversation broke. `for_good`: the recipient is refused for ever.
    """

    def __init__(self, words: str, *, line_lost: bool = False, for_good: bool = False) -> None:
        super().__init__(words)
        self.words = words
        self.line_lost = line_lost
        self.for_good = for_good


class Unreachable(Undelivered):
    """No mail can be sent now."""


def _send(line: Connection, leased: Leased) -> None:
    """Send one mail, connecting first where needed.

    Raises:
        Unreachable: no connection, or no sign-in.
        Undelivered: this mail was not taken.
    """
    if leased.message is None:
        raise Undelivered(leased.broken)
    if not line.alive:
        line.close()
        try:
            line.open()
        except (OSError, ValueError) as error:
            raise Unreachable(said(error)) from error
    try:
        line.send(leased.message)
    except Exception as error:  # an address may break any step: the others go on
        answered = isinstance(error, smtplib.SMTPException) and not isinstance(
            error, smtplib.SMTPServerDisconnected
        )
        lost = isinstance(error, OSError) and (not answered or not line.alive)
        if lost:
            line.drop()
        raise Undelivered(said(error), line_lost=lost, for_good=refused_for_good(error)) from error


def refused_for_good(error: Exception) -> bool:
    """Whether the server refused the recipient himself, and not only for now."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= REFUSED_FOR_GOOD for code, _reply in error.recipients.values()
    )


def said(error: Exception) -> str:
    """Return what went wrong in one line, for the people who look after the outbox."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = error.recipients.values()
        return "; ".join(f"{code} {_text(reply)}" for code, reply in answers)
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _text(reply: bytes | str) -> str:
    return reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply


def wait_after(attempts: int) -> timedelta:
    """Return how long a mail waits after so many failed attempts."""
    return min(FIRST_WAIT * 2 ** min(attempts - 1, 10), LONGEST_WAIT)


def _failed(
    leased: Leased, words: str, now: Clock, report: Report, *, for_good: bool = False
) -> None:
    at = now()
    dead = for_good or at - leased.created_at >= DEAD_AFTER
    report.dead += dead
    report.failed += not dead
    logger.warning("mail %d (%s): attempt %d failed", leased.id, leased.template, leased.attempt)
    finish(
        leased,
        status=MailStatus.DEAD if dead else MailStatus.QUEUED,
        due_at=at + wait_after(leased.attempt),
        error=words[:500],
    )
