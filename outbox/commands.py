"""flask outbox deliver: the mail worker."""

from __future__ import annotations

import signal
import threading

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from database import db
from outbox.delivery import Report, deliver_due

PAUSE = 3.0  # seconds between two looks at the outbox

group = AppGroup("outbox", help="The mails that wait to be sent.")


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
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    watch_until(ended, limit)


def watch_until(ended: threading.Event, limit: int) -> None:
    """Deliver round after round; a mail that is being sent when the end comes is finished."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    while not ended.is_set():
        with app.app_context():  # a round leaves nothing behind
            try:
                report = deliver_due(limit, stop=ended.is_set)
            except DBAPIError as error:  # a database that restarts comes back
                db.session.rollback()
                click.echo(f"The database did not answer: {type(error).__name__}", err=True)
                report = Report(unreachable=True)
        tell(report)
        if report.sent < limit:
            ended.wait(PAUSE)


def tell(report: Report) -> None:
    """Say what a round did, where it did anything."""
    if report.sent or report.failed or report.dead:
        click.echo(f"{report.sent} sent, {report.failed} to be tried again, {report.dead} dead")
