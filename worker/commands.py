"""flask worker: the timed jobs and the outbox, until told to stop."""

from __future__ import annotations

import logging
import threading

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from core.database import db
from outbox.commands import PAUSE, Ending, ending_on_signals, watch_until
from worker import jobs as worker_jobs
from worker.rounds import run_due

FAREWELL = 10.0  # seconds that a job under way gets once the end was asked for
MAILS = 50  # the most in one round of the outbox

logger = logging.getLogger(__name__)


@click.command("worker")
@click.option("--once", is_flag=True, help="Run the jobs that are due, and end.")
@with_appcontext
def worker(once: bool) -> None:
    """Run what happens by itself, and send the mails that are due."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    if once:
        click.echo(f"ran: {', '.join(run_due(worker_jobs.JOBS)) or '-'}")
        return
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy has it
    if not app.config["SETTINGS"].mail_server:
        click.echo("MAIL_SERVER is not set: mails stay in the outbox.")
    with ending_on_signals() as ending:
        # jobs have a thread of their own: a ranking that takes a minute holds up no mail
        jobs = threading.Thread(target=watch_jobs, args=(app, ending), daemon=True)
        jobs.start()
        watch_until(ending, MAILS)
        jobs.join(FAREWELL)
        if jobs.is_alive():  # it rolls back, and is taken up again when its lease has run out
            click.echo("A job under way was left unfinished.", err=True)


def watch_jobs(app: Flask, ending: Ending) -> None:
    """Run what is due, round after round; a job under way when the end comes is finished."""
    while not ending.asked:
        with app.app_context():  # a round leaves nothing behind
            try:
                run_due(worker_jobs.JOBS, stop=ending.is_asked)
            except DBAPIError as error:  # a database that restarts comes back
                db.session.rollback()
                logger.warning("the database did not answer: %s", type(error).__name__)
        ending.wait(PAUSE)
