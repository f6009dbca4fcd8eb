"""flask outbox deliver: the mail worker."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from core.database import db
from outbox.delivery import Report, deliver_due

PAUSE = 3.0  # seconds between two looks at the outbox
NAP = 0.2  # seconds until a request to end is noticed

group = AppGroup("outbox", help="The mails that wait to be sent.")


class Ending:
    """Whether the worker was asked to end. No lock: a signal may come while one is held."""

    def __init__(self) -> None:
        self.asked = False

    def ask(self, *_signal: object) -> None:
        self.asked = True

    def is_asked(self) -> bool:
        return self.asked

    def wait(self, seconds: float) -> None:
        """Return after `seconds`, or soon after the end was asked for."""
        until = time.monotonic() + seconds
        while not self.asked and time.monotonic() < until:
            time.sleep(NAP)


@group.command("deliver")
@click.option("--watch", is_flag=True, help="Go on until told to stop.")
@click.option("--limit", default=50, show_default=True, help="The most mails in one round.")
def deliver(watch: bool, limit: int) -> None:
    """Send the mails that are due."""
    if not current_app.config["SETTINGS"].mail_server:
        click.echo("MAIL_SERVER is not set: mails stay in the outbox.")
    if not watch:
        tell(deliver_due(limit))
        return
    with ending_on_signals() as ending:
        watch_until(ending, limit)


@contextmanager
def ending_on_signals() -> Iterator[Ending]:
    """Let SIGTERM and SIGINT ask for the end while the block runs."""
    ending = Ending()
    numbers = (signal.SIGTERM, signal.SIGINT)
    former = {number: signal.signal(number, ending.ask) for number in numbers}
    try:
        yield ending
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def watch_until(ending: Ending, limit: int) -> None:
    """Deliver round after round; a mail that is being sent when the end comes is finished."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy has it
    while not ending.asked:
        with app.app_context():  # a round leaves nothing behind
            try:
                report = deliver_due(limit, stop=ending.is_asked)
            except DBAPIError as error:  # a database that restarts comes back
                db.session.rollback()
                click.echo(f"The database did not answer: {type(error).__name__}", err=True)
                report = Report(unreachable=True)
        tell(report)
        if report.sent + report.failed + report.dead < limit:
            ending.wait(PAUSE)


def tell(report: Report) -> None:
    """Say what a round did, where it did anything."""
    if report.sent or report.failed or report.dead:
        click.echo(f"{report.sent} sent, {report.failed} to be tried again, {report.dead} dead")
