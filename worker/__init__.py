"""The worker beside the web server: timed jobs, long tasks and the outbox, in one process.

runs.py       the rows of timed jobs; core/leases.py says who holds the lease
rounds.py     one round of what is due
heartbeat.py  renews the lease of the job in hand
scores.py     score marks, read every second
orders.py     a step on very many rows is ordered as a task
tasks.py      working on tasks; portions.py one portion, bundles.py its mails,
              answers.py what the step asked, resending.py the step that is no transition
faults.py     what went wrong in the worker's own loops
commands.py   flask worker
"""

from __future__ import annotations

from flask import Flask

from worker import commands
from worker.rounds import run_due

__all__ = ["run_due"]


def init_app(app: Flask) -> None:
    app.cli.add_command(commands.worker)
