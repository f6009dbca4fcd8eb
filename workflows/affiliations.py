"""A consultant in an institution, from the first note of him to the end of the link."""

from __future__ import annotations

from sqlalchemy.orm import joinedload

from models import Affiliation
from workflows.affiliation_becoming import BECOMING
from workflows.affiliation_ending import ENDING
from workflows.engine import Process, register

affiliations = register(
    Process(
        model=Affiliation,
        context=lambda row: {
            "consultant": row.consultant.name,
            "institution": row.institution.name,
        },
        loads=(joinedload(Affiliation.institution), joinedload(Affiliation.consultant)),
        transitions=(*BECOMING, *ENDING),
    )
)
