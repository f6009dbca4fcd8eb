"""A grave step becomes a proposal (four-eyes principle): who could confirm it, and for how long."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError

import access
import labels
from content import settings
from core.clock import now
from core.database import db
from models import Duty, Proposal, User
from workflows import engine
from workflows.engine import Transition
from workflows.proposal import process

ROLE = "set_role"  # of a "user": no transition of the engine's


def over_bulk(count: int) -> bool:
    """Whether a step on `count` rows at once waits for a second person."""
    most = int(settings.get("second_person_bulk"))
    return 0 < most < count


def duty_of(step: Transition[Any]) -> Duty:
    """Return the duty whose holders decide on a proposal of `step`."""
    duties: frozenset[Duty] = getattr(step.by, "duties", frozenset())
    return next((duty for duty in Duty if duty in duties), Duty.APPLICATIONS)


def propose(
    actor: User,
    *,
    subject_type: str,
    transition: str,
    rows: Mapping[int, int | None],
    answers: Mapping[str, Any],
    duty: Duty,
    view: str,
    reason: str | None,
) -> Proposal:
    """Propose a step, in the caller's unit of work.

    Args:
        actor: who proposes.
        subject_type: what the audit log calls the rows.
        transition: the step.
        rows: {id: the version that was looked at}.
        answers: what the step asked, as JSON.
        duty: whose holders decide.
        view: the endpoint of the list in which it was proposed.
        reason: why, for who decides.

    Raises:
        ValueError: why not, in the reader's words.
        PermissionError: the actor does not hold the duty.
    """
    if not _anybody_else(duty, actor):
        raise ValueError(
            gettext(
                "A second person has to confirm this, and nobody else holds the duty “%(duty)s”. "
                "Give it to somebody first.",
                duty=labels.label(duty),
            )
        )
    row = Proposal(
        subject_type=subject_type,
        transition=transition,
        rows={str(id): version for id, version in rows.items()},
        answers=dict(answers),
        view=view,
        fingerprint=_fingerprint(subject_type, transition, sorted(rows)),
        duty=duty,
        proposer_id=actor.id,
        reason=reason or None,
        expires_at=now() + timedelta(days=int(settings.get("second_person_days"))),
    )
    try:
        return engine.create(row, "propose", actor)
    except IntegrityError as error:
        words = engine.conflict_words(process.proposals["propose"].conflicts, error)
        raise ValueError(str(words)) from error


def _anybody_else(duty: Duty, actor: User) -> bool:
    query = sa.select(User.id).where(access.holding(duty), User.active, User.id != actor.id)
    return db.session.scalar(query.limit(1)) is not None


def _fingerprint(*what: Any) -> str:
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()
