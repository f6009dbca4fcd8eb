"""The commands of the house: a column of init lines. Each group stands beside what it works on."""

from __future__ import annotations

from flask import Flask

import demo.commands
import inbox.commands
import ranking
import worker
from content import categories, pages
from park import commands
from workdays import holidays


def init_app(app: Flask) -> None:
    app.cli.add_command(categories.group)
    app.cli.add_command(demo.commands.group)
    app.cli.add_command(commands.park)
    app.cli.add_command(inbox.commands.group)
    app.cli.add_command(holidays.group)
    pages.init_app(app)
    ranking.init_app(app)
    worker.init_app(app)
