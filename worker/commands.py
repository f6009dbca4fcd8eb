"""flask worker: the timed jobs, the long tasks and the outbox, until asked to stop."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from access import row_guard
from core import clock
from core.loops import Ending, ending_on_signals, repeat
from outbox.commands import PAUSE, watch_until
from worker import faults, heartbeat, jobs, rounds, tasks
from worker.scores import settle_scores, watch_scores

FAREWELL = 10.0  # seconds that a job under way gets once the end was asked for
MAILS = 50  # the most in one round of the outbox
TASK_PAUSE = 1.0  # seconds between two rounds of tasks: somebody watches the page

logger = logging.getLogger(__name__)
Failures = Mapping[str, faults.Faults]


@click.command("worker")
@click.option("--once", is_flag=True, help="Run the jobs and tasks that are due, and end.")
@with_appcontext
def worker(once: bool) -> None:
    """Run what happens by itself, work on long tasks, and send the mails that are due."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    if once:
        click.echo(f"ran: {', '.join(rounds.run_due(jobs.JOBS)) or '-'}")
        tasks.work()
        settle_scores(Ending())
        return
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy has it
    if not app.config["SETTINGS"].mail_server:
        click.echo("MAIL_SERVER is not set: mails stay in the outbox.")
    job, task = rounds.Hand(), tasks.Hand()
    failures = {name: faults.Faults(name) for name in faults.LOOPS}
    own_loops: tuple[tuple[Callable[..., None], tuple[Any, ...]], ...] = (
        (watch_jobs, (job, failures)),
        (heartbeat.beat, (job,)),
        (watch_tasks, (task, failures)),
        (watch_scores, (failures["loop_scores"].note,)),
    )
    with ending_on_signals() as ending:
        # threads of their own: a ranking that takes a minute holds up no mail and no task
        threads = [
            threading.Thread(
                target=attended, args=(loop, app, ending, *more), name=loop.__name__, daemon=True
            )
            for loop, more in own_loops
        ]
        for thread in threads:
            thread.start()
        watch_until(ending, MAILS, failures["loop_mails"].note)
        for thread in threads:
            thread.join(FAREWELL)
        if any(thread.is_alive() for thread in threads):
            # it rolls back, and is taken up again by the next worker
            click.echo("A job under way was left unfinished.", err=True)
            leave(app, lambda: rounds.put_down(job))
            leave(app, lambda: task.put_down(clock.now()))
    if ending.by_itself:
        click.echo("A loop of the worker ended by itself. See the log.", err=True)
        sys.exit(1)


def attended(loop: Callable[..., None], app: Flask, ending: Ending, *more: Any) -> None:
    """Run `loop` in its thread; where it ends before it was asked to, end the process with 1.

    A worker that lives with a loop less does nothing that anybody sees; one that ends is started
    anew by its supervisor.
    """
    try:
        loop(app, ending, *more)
    except BaseException:
        logger.exception("the loop %s ended", loop.__name__)
    finally:
        if not ending.asked:
            ending.by_itself = True
            ending.ask()


def watch_jobs(app: Flask, ending: Ending, hand: rounds.Hand, failures: Failures) -> None:
    """Run what is due, round after round; a job under way when the end comes is finished.

    What went wrong in any of the worker's loops goes on record here, once the database answers.
    """
    looked: datetime | None = None  # at old failures

    def work() -> bool:
        nonlocal looked
        rounds.run_due(jobs.JOBS, stop=ending.is_asked, hand=hand)
        for own in failures.values():
            own.write()
        at = clock.now()
        if looked is None or at - looked > faults.SHOWN / 24:
            faults.forget_old(at)
            looked = at
        return False

    with row_guard.system():  # a thread declares its reader itself
        repeat(app, ending, work, lambda: PAUSE, failures["loop_jobs"].note)


def watch_tasks(app: Flask, ending: Ending, hand: tasks.Hand, failures: Failures) -> None:
    """Work on tasks as they are ordered; a portion under way when the end comes is finished."""

    def work() -> bool:
        tasks.work(stop=ending.is_asked, hand=hand)
        return False

    with row_guard.system():
        repeat(app, ending, work, lambda: TASK_PAUSE, failures["loop_tasks"].note)


def leave(app: Flask, give_back: Callable[[], None]) -> None:
    """Give back the lease of what is not finished: nobody need wait until it runs out."""
    try:
        with app.app_context():
            give_back()
    except Exception as error:  # the lease runs out by itself
        logger.warning("the lease is kept: %s", type(error).__name__)
