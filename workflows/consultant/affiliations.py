"""A consultant in an institution, from the first note of him to the end of the link."""

from __future__ import annotations

from sqlalchemy.orm import joinedload

from models import Affiliation, Consultant
from workflows.consultant.affiliation_ending import ENDING
from workflows.consultant.affiliation_inviting import INVITING
from workflows.consultant.affiliation_review import REVIEW
from workflows.consultant.affiliation_rules import context
from workflows.engine import Process, register

affiliations = register(
    Process(
        model=Affiliation,
        context=context,
        loads=(
            joinedload(Affiliation.institution),
            joinedload(Affiliation.consultant).joinedload(Consultant.user),
        ),
        transitions=(*INVITING, *REVIEW, *ENDING),
    )
)
