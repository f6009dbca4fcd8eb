"""flask outbox deliver: the mail worker."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from core.loops import Ending, ending_on_signals, repeat
from outbox.delivery import Report, deliver_due

PAUSE = 3.0  # seconds between two rounds

group = AppGroup("outbox", help="The mails that wait to be sent.")


@group.command("deliver")
@click.option("--watch", is_flag=True, help="Go on until asked to stop.")
@click.option("--limit", default=50, show_default=True, help="The most mails in one round.")
def deliver(watch: bool, limit: int) -> None:
    """Send the mails that are due."""
    if not current_app.config["SETTINGS"].mail_server:
        click.echo("MAIL_SERVER is not set: mails stay in the outbox.")
    if not watch:
        print_report(deliver_due(limit))
        return
    with ending_on_signals() as ending:
        watch_until(ending, limit)


def watch_until(
    ending: Ending, limit: int, failed: Callable[[Exception], None] = lambda error: None
) -> None:
    """Deliver round after round; a mail that is being sent when the end comes is finished.

    Args:
        ending: asked before each round and each mail.
        limit: the most mails in one round.
        failed: hears of an error that ended a round.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy has it

    def work() -> bool:
        report = deliver_due(limit, stop=ending.is_asked)
        print_report(report)
        return report.tried >= limit

    repeat(app, ending, work, lambda: PAUSE, failed)


def print_report(report: Report) -> None:
    """Say what a round did, where it did anything."""
    if report.tried:
        click.echo(f"{report.sent} sent, {report.failed} to be tried again, {report.dead} dead")
