"""The declaration of a table's personal data: what, why, on which ground, how long, and its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString

from models import Base

Condition = sa.ColumnElement[bool]
TABLES = Base.metadata.tables
STAMPED = "id created_at version"
LIVING = f"{STAMPED} status status_at"


class Ground(StrEnum):
    """The legal ground of PIPL, article 13, on which personal data is processed."""

    CONTRACT = "contract"  # what the person asked for needs it (2)
    CONSENT = "consent"  # (1)
    LAW = "law"  # a legal duty (3)


class Closing(StrEnum):
    """What closing an account does to the rows that are the person's."""

    DELETE = "delete"
    ERASE = "erase"  # the row stays as a record, its personal columns are overwritten
    KEEP = "keep"  # until its period is over: the law asks for it, or it proves something


# how long, where no setting says it
LIFE, RECORD = "life", "record"  # of the account; of the business record


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What one table holds of people. Each of its columns stands in exactly one list.

    The lists are names with spaces between them: `erased` is personal and overwritten at closing,
    `kept` is personal and stays, `hidden` is of the account's security and never exported, `plain`
    says nothing of a person.
    """

    table: str
    plain: str = ""
    erased: str = ""
    kept: str = ""
    hidden: str = ""
    what: LazyString | None = None  # None: it has no row of its own on the privacy page
    why: LazyString | None = None
    ground: Ground = Ground.CONTRACT
    period: str = LIFE  # LIFE, RECORD, or a setting that holds days
    closing: Closing = Closing.KEEP
    owner: str = ""  # the column with the person's id
    of: Callable[[Any], Condition] | None = None  # in its place: whose rows these are
    closes: Callable[[Any], Condition] | None = None  # of these, the ones that closing touches
    by_hand: bool = False  # closing touches it in workflows/person/closing.py
    end: LazyString | None = None  # what closing does, where its usual words say too much
    part: str = ""  # its name in the export; "": it is not in it

    @property
    def columns(self) -> list[str]:
        """The columns that are declared, as often as they are."""
        return f"{self.plain} {self.erased} {self.kept} {self.hidden}".split()

    @property
    def personal(self) -> bool:
        return bool(self.erased or self.kept or self.hidden)

    def rows_of(self, user: Any) -> Condition | None:
        """Return the condition on the bare table for what is of `user`; None: nobody's."""
        if self.of is not None:
            return self.of(user)
        return TABLES[self.table].c[self.owner] == user.id if self.owner else None

    def closed_rows_of(self, user: Any) -> Condition | None:
        """Return the condition for the rows that closing the account of `user` touches."""
        return self.closes(user) if self.closes is not None else self.rows_of(user)
