"""How a certification ends: the platform takes it back."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from core.database import db
from forms.base import ReasonForm
from models import Affiliation, AffiliationStatus, Consultant, ConsultantStatus, User
from workflows.consultant.affiliation_ending import end_links
from workflows.engine import Answers, Transition, columns
from workflows.engine.notices import Notice, Recipient, users
from workflows.engine.recipients import institution_people

S = ConsultantStatus


def himself(rows: Sequence[Consultant]) -> dict[int, list[Recipient]]:
    return {row.id: users([row.user] if row.user else []) for row in rows}


def whom_he_speaks_for(rows: Sequence[Consultant]) -> dict[int, list[Recipient]]:
    """The people of the institution that each speaks for, while the link still stands."""
    links = db.session.scalars(
        sa.select(Affiliation)
        .where(
            Affiliation.consultant_id.in_([row.id for row in rows]),
            Affiliation.status == AffiliationStatus.LINKED,
        )
        .options(joinedload(Affiliation.institution))
        .execution_options(unguarded=True)
    ).all()
    people = institution_people(links)
    return {link.consultant_id: people[link.id] for link in links}


def to_account(_row: Consultant) -> str:
    return "/account/consultant"


def to_consultants(_row: Consultant) -> str:
    return "/workbench/consultant/"


def speaks_no_longer(rows: list[Consultant], _actor: User, _answers: Answers) -> None:
    """Who is not certified speaks for nobody."""
    end_links(Affiliation.consultant_id.in_([row.id for row in rows]))


WITHDRAWING: tuple[Transition, ...] = (
    Transition(
        name="withdraw",
        label=lazy_gettext("Withdraw the certification"),
        source=frozenset({S.CERTIFIED}),
        target=S.WITHDRAWN,
        by=access.is_administrator,
        asks=ReasonForm,
        sets=columns.reason,
        tells=(
            Notice(template="consultant_withdrawn", to=himself, link=to_account),
            Notice(template="consultant_lost", to=whom_he_speaks_for, link=to_consultants),
        ),
        then=speaks_no_longer,
        tone="danger",
    ),
)
