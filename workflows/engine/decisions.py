"""The transitions of a review queue, written once: approve, return, reject."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic

from flask_babel import lazy_gettext
from wtforms import Form

import access
from forms.base import ReasonForm, ReturnForm
from models import User
from workflows.engine import Answers, Transition, Words, columns
from workflows.engine.locking import Locks
from workflows.engine.notices import Notice
from workflows.engine.table import R


@dataclass(frozen=True, kw_only=True)
class Decision(Generic[R]):
    """What one decision does to the kind of thing that is reviewed; see `Transition`."""

    target: StrEnum
    done: Words
    notices: tuple[Notice[R], ...]
    guard: Callable[[R], Words | None] | None = None
    asks: type[Form] | None = None  # instead of what the decision usually asks
    sets: Callable[[Answers, User], Mapping[str, Any]] | None = None
    records: Callable[[Sequence[R], Answers], Mapping[int, dict[str, Any]]] | None = None
    then: Callable[[list[R], User, Answers], None] | None = None
    locks: Locks | None = None
    conflicts: Mapping[str, Words] = field(default_factory=dict)


def decisions(
    waiting: StrEnum,
    *,
    approve: Decision[R],
    send_back: Decision[R] | None = None,
    reject: Decision[R],
) -> tuple[Transition[R], ...]:
    """Return the transitions by which reviewers decide on what is in the state `waiting`.

    An approval asks nothing unless it says so; a return asks for a reason and remarks on fields,
    which go on record; a rejection asks for a reason.
    """
    source = frozenset({waiting})
    steps = [
        Transition(
            name="approve",
            label=lazy_gettext("Approve"),
            done=approve.done,
            source=source,
            target=approve.target,
            by=access.reviews,
            guard=approve.guard,
            asks=approve.asks,
            sets=approve.sets,
            records=approve.records,
            notices=approve.notices,
            then=approve.then,
            locks=approve.locks,
            conflicts=approve.conflicts,
        )
    ]
    if send_back is not None:
        steps.append(
            Transition(
                name="return",
                label=lazy_gettext("Return for correction"),
                done=send_back.done,
                source=source,
                target=send_back.target,
                by=access.reviews,
                guard=send_back.guard,
                asks=send_back.asks or ReturnForm,
                sets=send_back.sets,
                records=send_back.records or columns.remarks_on_record,
                notices=send_back.notices,
                then=send_back.then,
                locks=send_back.locks,
                conflicts=send_back.conflicts,
                tone="secondary",
            )
        )
    steps.append(
        Transition(
            name="reject",
            label=lazy_gettext("Reject"),
            done=reject.done,
            source=source,
            target=reject.target,
            by=access.reviews,
            guard=reject.guard,
            asks=reject.asks or ReasonForm,
            sets=reject.sets,
            records=reject.records,
            notices=reject.notices,
            then=reject.then,
            locks=reject.locks,
            conflicts=reject.conflicts,
            tone="danger",
        )
    )
    return tuple(steps)
