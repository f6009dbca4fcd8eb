"""The heart: a transition is one row of a table, and `perform` carries it out.

The caller commits; the engine never does. Nothing else in the house writes a `status`.
"""

from workflows.engine.births import begin, begin_all
from workflows.engine.journal import edit, history, note, plain
from workflows.engine.moving import CHUNK, Outcome, perform
from workflows.engine.table import (
    CHANGED,
    GONE,
    HANDLED,
    NOT_YOURS,
    PROCESSES,
    TAKEN,
    Answers,
    Process,
    Row,
    Transition,
    Words,
    allowed,
    check_answers,
    conflict_words,
    register,
    why_not,
)

__all__ = [
    "CHANGED",
    "CHUNK",
    "GONE",
    "HANDLED",
    "NOT_YOURS",
    "PROCESSES",
    "TAKEN",
    "Answers",
    "Outcome",
    "Process",
    "Row",
    "Transition",
    "Words",
    "allowed",
    "begin",
    "begin_all",
    "check_answers",
    "conflict_words",
    "edit",
    "history",
    "note",
    "perform",
    "plain",
    "register",
    "why_not",
]
