"""Delivery with retry and back-off: mails are leased, sent outside any transaction, and marked.

At least once, and recognisable when twice: a worker that dies between sending and marking leaves
a lease that runs out, and the second copy has the Message-ID of the first.
"""

from __future__ import annotations

import logging
import smtplib
from collections import deque
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core import clock
from core.database import storable
from core.leases import Lease
from models import MailStatus
from outbox import leased_mails, transport
from outbox.conversations import NoFinalAnswer
from outbox.leased_mails import Letter, finish
from outbox.links import USED_LINK
from outbox.transport import Connection

REFUSED_FOR_GOOD = 500  # and above: what a server answers that no second attempt will change
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=30)
# after attempts that the server may have taken; then the mail is dead, and a person decides
WAITS_IN_DOUBT = (timedelta(minutes=30), timedelta(hours=3))
DEAD_AFTER = timedelta(hours=72)  # of age
BROKEN_CONVERSATIONS = 3  # in a row: the server is unwell, not the mails

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]


@dataclass(slots=True)
class Report:
    """What one round did."""

    sent: int = 0
    failed: int = 0  # will be tried again
    dead: int = 0
    unreachable: bool = False  # the round ended early: the server cannot be talked to
    broken: int = field(default=0, compare=False)  # conversations in a row, up to now

    @property
    def tried(self) -> int:
        return self.sent + self.failed + self.dead


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
        as long each time up to 30 min, and is dead once it is 72 h old, or at once where the server
        has no such mailbox; the others go on. A mail that was sent whole and never answered may be
        there: it goes out three times at most. Where the server cannot be reached at all the
        round ends, and the others' turn comes untouched.
    """
    report = Report()
    if not transport.site().mail_server:
        return report
    with closing(transport.connection()) as line:
        while report.tried < limit and not report.unreachable and not stop():
            leases = leased_mails.take(now(), min(leased_mails.TOGETHER, limit - report.tried))
            if not leases:
                break
            _deliver(line, deque(leases), now, stop, report)
    return report


def _deliver(
    line: Connection, waiting: deque[Lease], now: Clock, stop: Callable[[], bool], report: Report
) -> None:
    """Send mails that are leased. Those that are not tried are given back, whatever ends it."""
    until = leased_mails.until(now())
    try:
        while waiting and not report.unreachable and not stop():
            at = now()
            if until - at < leased_mails.longest():
                until = leased_mails.until(at)
                waiting = deque(leased_mails.LEASES.renew(waiting, until))
                continue
            _try(line, waiting.popleft(), now, report)
    finally:
        leased_mails.put_back(waiting)


def _try(line: Connection, lease: Lease, now: Clock, report: Report) -> None:
    """Send one mail, and write what became of it."""
    letter = leased_mails.read(lease)
    try:
        _send(line, letter)
    except Unreachable as error:
        _failed(letter, error.words, now, report)
        report.unreachable = True
    except Undelivered as error:
        _failed(letter, error.words, now, report, for_good=error.for_good, taken=error.taken)
        report.broken = report.broken + 1 if error.line_lost else 0
        report.unreachable = report.broken == BROKEN_CONVERSATIONS
    else:
        report.broken = 0
        report.sent += 1
        sent = {"status": MailStatus.SENT, "sent_at": now(), "error": None}
        finish(lease, **sent | ({"link": USED_LINK} if letter.keyed else {}))


class Undelivered(Exception):
    """This mail was not taken.

    `line_lost`: because the conversation broke. `for_good`: the recipient is refused for ever.
    `taken`: perhaps it was taken after all; the server never answered to the whole mail.
    """

    def __init__(
        self, words: str, *, line_lost: bool = False, for_good: bool = False, taken: bool = False
    ) -> None:
        super().__init__(words)
        self.words = words
        self.line_lost = line_lost
        self.for_good = for_good
        self.taken = taken


class Unreachable(Undelivered):
    """No mail can be sent now."""


def _send(line: Connection, letter: Letter) -> None:
    """Send one mail, connecting first where needed.

    Raises:
        Unreachable: no connection, or no sign-in.
        Undelivered: this mail was not taken.
    """
    if letter.message is None:
        raise Undelivered(letter.broken)
    if not line.alive:
        line.close()
        try:
            line.open()
        except (OSError, ValueError) as error:
            raise Unreachable(error_text(error)) from error
    try:
        line.send(letter.message)
    except Exception as error:  # an address may break any step: the others go on
        answered = isinstance(error, smtplib.SMTPException) and not isinstance(
            error, smtplib.SMTPServerDisconnected
        )
        lost = isinstance(error, OSError) and (not answered or not line.alive)
        if lost:
            line.drop()
        raise Undelivered(
            error_text(error),
            line_lost=lost,
            for_good=refused_for_good(error),
            taken=isinstance(error, NoFinalAnswer),
        ) from error


def refused_for_good(error: Exception) -> bool:
    """Whether the server refused the recipient themselves, and not only for now."""
    return isinstance(error, smtplib.SMTPRecipientsRefused) and all(
        code >= REFUSED_FOR_GOOD for code, _reply in error.recipients.values()
    )


def error_text(error: Exception) -> str:
    """Return what went wrong in one line, for the people in charge of the outbox."""
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
    letter: Letter,
    words: str,
    now: Clock,
    report: Report,
    *,
    for_good: bool = False,
    taken: bool = False,
) -> None:
    at = now()
    doubts = letter.doubts + taken
    waits = wait_after(letter.attempt)
    if taken:
        for_good = doubts > len(WAITS_IN_DOUBT)
        waits = WAITS_IN_DOUBT[min(doubts, len(WAITS_IN_DOUBT)) - 1]
    dead = for_good or at - letter.created_at >= DEAD_AFTER
    report.dead += dead
    report.failed += not dead
    logger.warning(
        "mail %d (%s): attempt %d failed", letter.lease.id, letter.template, letter.attempt
    )
    finish(
        letter.lease,
        status=MailStatus.DEAD if dead else MailStatus.QUEUED,
        due_at=at + waits,
        doubts=doubts,
        error=storable(words)[:500],
    )
