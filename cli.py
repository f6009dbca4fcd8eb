"""The commands of the house: a column of init lines. Each group stands beside what it works on."""

from __future__ import annotations

from functools import wraps

import click
from flask import Flask

import backup.commands
import demo.commands
import inbox.commands
import ranking
import worker
from access import row_guard
from content import categories, pages
from park import commands
from workdays import holidays
from workflows.audit import commands as audit


def init_app(app: Flask) -> None:
    app.cli.add_command(audit.group)
    app.cli.add_command(backup.commands.backup)
    app.cli.add_command(backup.commands.restore)
    app.cli.add_command(categories.group)
    app.cli.add_command(demo.commands.group)
    app.cli.add_command(commands.park)
    app.cli.add_command(inbox.commands.group)
    app.cli.add_command(holidays.group)
    pages.init_app(app)
    ranking.init_app(app)
    worker.init_app(app)
    for command in app.cli.commands.values():
        run_as_system(command)


def run_as_system(command: click.Command) -> None:
    """Let a command, or all of a group, see every row: whoever runs it has the database anyway."""
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            run_as_system(inner)
    work = command.callback
    if work is None or hasattr(work, "_as_system"):  # commands outlive an application
        return

    @wraps(work)
    def with_system(*args: object, **options: object) -> object:
        with row_guard.system():
            return work(*args, **options)

    with_system._as_system = True  # type: ignore[attr-defined]  # a mark of ours
    command.callback = with_system
