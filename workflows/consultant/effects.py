"""Side effects of a withdrawn certification: links end."""

from __future__ import annotations

import sqlalchemy as sa

import access
from core.database import db
from models import Affiliation, AffiliationStatus, Consultant, User
from workflows.engine import Answers, perform

S = AffiliationStatus


def end_links(condition: sa.ColumnElement[bool]) -> None:
    """End the links that meet `condition` on Affiliation, in the caller's unit of work."""
    ids = db.session.scalars(
        sa.select(Affiliation.id)
        .where(Affiliation.status == S.LINKED, condition)
        .execution_options(unguarded=True)
    ).all()
    perform(Affiliation, "end", ids, access.SYSTEM)


def end_links_of(rows: list[Consultant], _actor: User, _answers: Answers) -> None:
    """Who is not certified is linked to nobody."""
    end_links(Affiliation.consultant_id.in_([row.id for row in rows]))
