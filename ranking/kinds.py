"""Who is ranked: institutions and consultants, and where the facts about each stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from models import (
    Affiliation,
    Consultant,
    ConsultantScore,
    Demand,
    Institution,
    InstitutionScore,
    Review,
    Transaction,
    consultant_category,
    institution_category,
)

# Bare tables: the guard rewrites entities, and whoever causes a refresh may see less than all.
transaction: Any = Transaction.__table__
demand: Any = Demand.__table__
review: Any = Review.__table__
link: Any = Affiliation.__table__


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """One of the two kinds of ranked things."""

    name: str  # "institution": also the column that names it in its scores
    model: type[Any]
    score: type[Any]
    categories: sa.Table  # its categories

    @property
    def table(self) -> Any:
        return self.model.__table__

    @property
    def scores(self) -> Any:
        return self.score.__table__

    @property
    def key(self) -> str:
        """The column of its scores that names it."""
        return f"{self.name}_id"

    @property
    def owner(self) -> Any:
        """As `key`: the column itself."""
        return self.scores.c[self.key]

    def of(self, table: Any) -> tuple[Any, Any]:
        """Return the rows of `table` with who they belong to: (FROM, the owner's column)."""
        if self is INSTITUTIONS:
            return table, table.c.institution_id
        return table.join(link, link.c.id == table.c.affiliation_id), link.c.consultant_id


INSTITUTIONS = Kind("institution", Institution, InstitutionScore, institution_category)
CONSULTANTS = Kind("consultant", Consultant, ConsultantScore, consultant_category)
KINDS: Sequence[Kind] = (INSTITUTIONS, CONSULTANTS)
