"""The activity ranking. Below the workflows, which call it. docs/ranking.md explains it.

formula.py    pure functions: weights, factors, scores
rules.py      the weights and points in force
kinds.py      who is ranked: institutions and consultants
facts.py      what a score is made of; gathering.py reads it for many at once, with benefits.py
              and profiles.py
breakdown.py  from facts to a score, with its arithmetic
keeping.py    scores are kept, and refreshed with what touches them
places.py     who stands where; newcomers
months.py     the places at the end of a month
explain.py    why this place, in the words of wording.py; advice.py: what would raise a score
commands.py   flask ranking refresh
"""

from __future__ import annotations

from flask import Flask

from ranking import commands
from ranking.keeping import refresh, refresh_all
from ranking.months import keep_places

__all__ = ["keep_places", "refresh", "refresh_all"]


def init_app(app: Flask) -> None:
    app.cli.add_command(commands.group)
