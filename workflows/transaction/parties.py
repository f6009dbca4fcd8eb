"""Search for the other party of a transaction, by name or credit code.

An enterprise is registered here, or known to the park's register, or neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.database import db
from core.ids import parse_id
from forms import credit_code
from forms.contact import half_width
from models import Enterprise, ParkEnterprise

FOUND = 10  # names of each kind
SHORTEST = 2  # signs of a search
REGISTERED, PARK = "e", "r"  # the first letter of a party's key


@dataclass(frozen=True, slots=True)
class Party:
    """An enterprise: registered where it has an id, else as it stands in the park's register."""

    key: str  # "e7" is registered, "r12" a line of the register
    name: str
    code: str
    enterprise_id: int | None = None

    def columns(self) -> dict[str, Any]:
        """Return the columns of a transaction with this enterprise."""
        return {
            "enterprise_id": self.enterprise_id,
            "enterprise_name": self.name,
            "enterprise_code": self.code,
        }


def one_line(text: str) -> str:
    """Return a name in half-width signs without spaces at its ends or runs of them inside."""
    return " ".join(half_width(text).split())


def search(text: str) -> list[Party]:
    """Return enterprises whose name holds `text` or whose credit code begins with it.

    Registered ones come first, and are not named again out of the park's register.
    """
    words, code = one_line(text), credit_code.normalise(text)
    if len(words) < SHORTEST:
        return []
    registered = db.session.scalars(_matching(Enterprise, words, code)).all()
    known = sa.select(Enterprise.credit_code)
    others = db.session.scalars(
        _matching(ParkEnterprise, words, code).where(ParkEnterprise.credit_code.not_in(known))
    ).all()
    return [*map(of_enterprise, registered), *map(of_register, others)]


def _matching(model: type[Any], words: str, code: str) -> sa.Select[Any]:
    found = model.name.icontains(words, autoescape=True)
    if code.isascii() and code.isalnum() and len(code) >= SHORTEST:
        found = sa.or_(found, model.credit_code.startswith(code, autoescape=True))
    exact_first = sa.case((sa.or_(model.name == words, model.credit_code == code), 0), else_=1)
    return sa.select(model).where(found).order_by(exact_first, model.name, model.id).limit(FOUND)


def of_enterprise(row: Enterprise) -> Party:
    return Party(f"{REGISTERED}{row.id}", row.name, row.credit_code, row.id)


def of_register(row: ParkEnterprise) -> Party:
    return Party(f"{PARK}{row.id}", row.name, row.credit_code)


def by_key(key: str) -> Party | None:
    """Return the party that a form names by its key, or None where there is none."""
    kind, id = key[:1], parse_id(key[1:])
    if id is None:
        return None
    if kind == REGISTERED:
        enterprise = db.session.get(Enterprise, id)
        return of_enterprise(enterprise) if enterprise else None
    line = db.session.get(ParkEnterprise, id) if kind == PARK else None
    return named(line.name, line.credit_code) if line else None


def named(name: str, code: str = "") -> Party:
    """Return the party that somebody named in words.

    A credit code that is known stands for its enterprise, and so does the very name of one
    where no code was given. Anything else is taken as it was written.
    """
    name, code = one_line(name), credit_code.normalise(code)
    same: Sequence[sa.ColumnElement[bool]] = (
        [Enterprise.credit_code == code] if code else [Enterprise.name == name]
    )
    registered = db.session.scalar(sa.select(Enterprise).where(*same).limit(1)) if same else None
    if registered is not None:
        return of_enterprise(registered)
    in_park = [ParkEnterprise.credit_code == code] if code else [ParkEnterprise.name == name]
    line = db.session.scalar(sa.select(ParkEnterprise).where(*in_park).limit(1))
    return of_register(line) if line is not None else Party("", name, code)
