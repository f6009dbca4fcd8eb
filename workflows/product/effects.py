"""Side effects of a featured product's transitions: columns beside the status, files that go."""

from __future__ import annotations

from typing import Any

from models import FeaturedProduct, User
from workflows.engine import Answers
from workflows.product.files import files_of, keep


def decision_columns(answers: Answers, _actor: User) -> dict[str, Any]:
    """What a return or a rejection leaves: remarks on fields, and the reason for the whole."""
    return {"remarks": answers.get("remarks") or {}, "reason": answers["reason"]}


def remove_files(rows: list[FeaturedProduct], actor: User, _answers: Answers) -> None:
    """The files of what is given up go; its words stay in the journal."""
    for row in rows:
        keep(row, actor, gone=[file.id for file in files_of(row)])
