"""Editing a certified profile: columns that change at once, and changes that wait for a review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import IntegrityError

import access
from core.database import db
from models import Institution, ProfileChange, User
from workflows.engine import CHANGED, conflict_words, create, edit
from workflows.profile_change.process import profile_changes
from workflows.profile_change.rules import NOTHING_NEW


def propose(
    institution: Institution, actor: User, *, name: str, credit_code: str, new_licence: bool = False
) -> ProfileChange:
    """Put a change of what was certified up for review; the caller attaches the new licence.

    Raises:
        ValueError: why not, in the reader's words.
        PermissionError: the actor does not own the institution.
    """
    if (name, credit_code) == (institution.name, institution.credit_code) and not new_licence:
        raise ValueError(str(NOTHING_NEW))
    change = ProfileChange(
        institution_id=institution.id, proposer_id=actor.id, name=name, credit_code=credit_code
    )
    try:
        return create(change, "propose", actor)
    except IntegrityError as error:
        raise ValueError(
            str(conflict_words(profile_changes["propose"].conflicts, error))
        ) from error


def update_profile(
    institution: Institution, actor: User, values: Mapping[str, Any], seen: int | None = None
) -> dict[str, list[Any]]:
    """Change what needs no review, at once and on record; return {field: [before, after]}.

    Raises:
        ValueError: the profile changed after the version `seen`, in the reader's words.
        PermissionError: the actor does not own the institution, or a field needs a review.
    """
    if not access.owns(actor, institution) or set(values) & {"name", "credit_code"}:
        raise PermissionError("institution.update_profile")
    db.session.refresh(institution, with_for_update={"of": Institution, "key_share": True})
    if seen is not None and seen != institution.version:
        raise ValueError(str(CHANGED))
    return edit(institution, actor, values)
