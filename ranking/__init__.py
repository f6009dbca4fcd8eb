"""The activity ranking. Below the workflows, which call it. docs/ranking.md explains it.

formula.py    pure functions: weights, factors, scores
rules.py      the weights and points in force
kinds.py      who is ranked: institutions and consultants
facts.py      what a score is made of; gathering.py reads it for many at once, with benefits.py
              and profiles.py
breakdown.py  from facts to a score, with its arithmetic
marks.py      a step marks whose scores it touches; the worker settles the marks
scores.py     scores computed from facts, and written
places.py     who stands where; newcomers
months.py     the places at the end of a month
explain.py    why this place, in the words of wording.py; advice.py: what would raise a score
commands.py   flask ranking refresh
"""

from __future__ import annotations

from flask import Flask

from ranking import commands
from ranking.marks import computing, mark, mark_everybody, settle
from ranking.months import store_places

__all__ = ["computing", "mark", "mark_everybody", "settle", "store_places"]


def init_app(app: Flask) -> None:
    app.cli.add_command(commands.group)
