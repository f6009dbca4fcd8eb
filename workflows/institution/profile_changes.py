"""A certified institution's profile: what changes at once, and what waits for a review.

Name, credit code and licence are what was certified. A change of them waits beside the public
version until a reviewer agrees; everything else changes at once, with history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

import access
from core.database import db
from forms.base import ReasonForm
from models import Attachment, AttachmentKind, Institution, ProfileChange, ProfileChangeStatus, User
from workflows.engine import (
    CHANGED,
    Answers,
    Process,
    Transition,
    Words,
    begin,
    columns,
    conflict_words,
    edit,
    register,
)
from workflows.engine.notices import Notice, Recipient, reviewers
from workflows.institution.application_rules import CODE_TAKEN, HOLDS_CODE

S = ProfileChangeStatus
WAITING_ALREADY = lazy_gettext("A change is already waiting for its review.")
NOTHING_NEW = lazy_gettext("Nothing differs from the certified version.")


def code_free(change: ProfileChange) -> Words | None:
    """Guard: the institution is at work, and no other holds the credit code."""
    institution = db.session.get_one(Institution, change.institution_id)
    if institution.status not in access.AT_WORK:
        return lazy_gettext("The institution is not certified any more.")
    other = sa.select(Institution.id).where(
        Institution.credit_code == change.credit_code,
        Institution.id != change.institution_id,
        Institution.status.in_(HOLDS_CODE),
    )
    if db.session.scalar(other.limit(1).execution_options(unguarded=True)) is not None:
        return CODE_TAKEN
    return None


def concerned(rows: Sequence[ProfileChange]) -> dict[int, list[Recipient]]:
    """The reserved e-mail of the institution, and whoever proposed the change."""
    return {
        row.id: [
            Recipient(email=row.institution.contact_email, locale=row.proposer.locale),
            Recipient(row.proposer.email, row.proposer_id, row.proposer.locale),
        ]
        for row in rows
    }


def to_queue(row: ProfileChange) -> str:
    return f"/admin/profile_change/details/?id={row.id}"


def to_profile(_row: ProfileChange) -> str:
    return "/workbench/profile/"


def apply(rows: list[ProfileChange], actor: User, _answers: Answers) -> None:
    """The change becomes the certified version; the former licence stays with the change."""
    for row in rows:
        edit(row.institution, actor, {"name": row.name, "credit_code": row.credit_code})
        _exchange_licence(row)
    db.session.flush()


def _exchange_licence(change: ProfileChange) -> None:
    proposed = db.session.scalars(
        sa.select(Attachment).where(
            Attachment.profile_change_id == change.id,
            Attachment.kind == AttachmentKind.PROPOSED_LICENCE,
        )
    ).all()
    if not proposed:
        return
    former = sa.select(Attachment).where(
        Attachment.institution_id == change.institution_id,
        Attachment.kind == AttachmentKind.LICENCE,
    )
    for file in db.session.scalars(former):
        file.institution_id, file.profile_change_id = None, change.id
    for file in proposed:
        file.institution_id, file.profile_change_id = change.institution_id, None
        file.kind = AttachmentKind.LICENCE


def open_change(institution: Institution) -> ProfileChange | None:
    """Return the change of `institution` that waits for its review, if there is one."""
    return db.session.scalar(
        sa.select(ProfileChange).where(
            ProfileChange.institution_id == institution.id, ProfileChange.status == S.SUBMITTED
        )
    )


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
        return begin(change, "propose", actor)
    except IntegrityError as error:
        raise ValueError(str(conflict_words(profile_changes["propose"], error))) from error


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
    db.session.refresh(institution, with_for_update={"of": Institution})
    if seen is not None and seen != institution.version:
        raise ValueError(str(CHANGED))
    return edit(institution, actor, values)


profile_changes = register(
    Process(
        model=ProfileChange,
        context=lambda row: {"institution": row.institution.name, "name": row.name},
        loads=(
            joinedload(ProfileChange.institution),
            joinedload(ProfileChange.proposer),
        ),
        transitions=(
            Transition(
                name="propose",
                label=lazy_gettext("Propose the change"),
                source=frozenset(),
                target=S.SUBMITTED,
                by=access.owns,
                guard=code_free,
                tells=(Notice(template="profile_change_waiting", to=reviewers, link=to_queue),),
                conflicts={"uq_profile_change_open": WAITING_ALREADY},
            ),
            Transition(
                name="approve",
                label=lazy_gettext("Approve"),
                source=frozenset({S.SUBMITTED}),
                target=S.APPROVED,
                by=access.reviews,
                guard=code_free,
                tells=(Notice(template="profile_change_approved", to=concerned, link=to_profile),),
                then=apply,
            ),
            Transition(
                name="reject",
                label=lazy_gettext("Reject"),
                source=frozenset({S.SUBMITTED}),
                target=S.REJECTED,
                by=access.reviews,
                asks=ReasonForm,
                sets=columns.reason,
                tells=(Notice(template="profile_change_rejected", to=concerned, link=to_profile),),
                tone="danger",
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw the change"),
                source=frozenset({S.SUBMITTED}),
                target=S.WITHDRAWN,
                by=access.owns,
                tone="danger",
                confirm=True,
            ),
        ),
    )
)
