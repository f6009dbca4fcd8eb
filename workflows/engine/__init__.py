"""The workflow engine, a set-based state machine: transitions are rows, `perform` takes them.

The caller commits; the engine never does. Nothing else writes a `status`.
"""

from workflows.engine.conflicts import TAKEN, conflict_words, constraint_names
from workflows.engine.creating import create, create_all
from workflows.engine.journal import (
    EVERYTHING,
    edit,
    event_label,
    history,
    note,
    note_export,
    note_of,
    plain,
)
from workflows.engine.locking import CHUNK, ORDER, lock, lock_where, parents
from workflows.engine.performing import Outcome, perform
from workflows.engine.table import (
    CHANGED,
    GONE,
    HANDLED,
    NOT_YOURS,
    PROCESSES,
    UNSEEN,
    Answers,
    Process,
    SetGuard,
    Transition,
    Words,
    allowed,
    buttons,
    check_answers,
    for_all_rows,
    register,
    why_not,
)

__all__ = [
    "CHANGED",
    "CHUNK",
    "EVERYTHING",
    "GONE",
    "HANDLED",
    "NOT_YOURS",
    "ORDER",
    "PROCESSES",
    "TAKEN",
    "UNSEEN",
    "Answers",
    "Outcome",
    "Process",
    "SetGuard",
    "Transition",
    "Words",
    "allowed",
    "buttons",
    "check_answers",
    "conflict_words",
    "constraint_names",
    "create",
    "create_all",
    "edit",
    "event_label",
    "for_all_rows",
    "history",
    "lock",
    "lock_where",
    "note",
    "note_export",
    "note_of",
    "parents",
    "perform",
    "plain",
    "register",
    "why_not",
]
