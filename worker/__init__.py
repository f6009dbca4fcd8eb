"""The worker beside the web server: timed jobs and the outbox, in one process.

leases.py     who has a job in hand: JobRun, taken by one UPDATE
rounds.py     one look at what is due
commands.py   flask worker
"""

from __future__ import annotations

from flask import Flask

from worker import commands
from worker.rounds import run_due

__all__ = ["run_due"]


def init_app(app: Flask) -> None:
    app.cli.add_command(commands.worker)
