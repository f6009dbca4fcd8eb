"""Drafting and filing a transaction."""

from __future__ import annotations

import uuid

from models import Demand, Institution, Transaction, User
from workflows.engine import create, perform
from workflows.transaction.origin import columns_from


def start(institution: Institution, actor: User, demand: Demand | None = None,
          form_key: str | None = None) -> Transaction:  # fmt: skip
    """Begin a draft of `institution`, filled in from `demand` where it came of one.

    Raises:
        PermissionError: the actor does not work for the institution.
        ValueError: why not, in the reader's words.
    """
    row = Transaction(
        form_key=form_key or str(uuid.uuid4()),
        institution_id=institution.id,
        filer_id=actor.id,
        **(columns_from(demand) if demand else {}),
    )
    return create(row, "draft", actor)


def file(row: Transaction, actor: User, seen: int | None = None) -> str | None:
    """File a draft or a corrected transaction; return None, or why not in the reader's words."""
    versions = {row.id: seen} if seen is not None else None
    outcome = perform(Transaction, "file", [row.id], actor, seen=versions)
    return str(outcome.refused[row.id]) if row.id in outcome.refused else None
