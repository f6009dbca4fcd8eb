"""Cells of the demand list, and reading a consultant's proposal."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from i18n.locales import age
from models import ContactWay, Demand, OutcomeKind
from workflows.demand.targets import asked_for


def asker(_view: Any, _context: None, row: Demand, _name: str) -> str:
    """The enterprise, or the label of an ordinary user."""
    return str(row.enterprise) if row.enterprise else gettext("Ordinary user")


def target(_view: Any, _context: None, row: Demand, _name: str) -> str:
    """The consultant or product that was asked for, as it stood that day."""
    found = asked_for(row)
    return f"{found[0]}{gettext(':')} {found[1]}" if found else ""


def in_charge(_view: Any, _context: None, row: Demand, _name: str) -> str:
    """The consultant in whose hands it is, empty for the institution itself."""
    return row.affiliation.consultant.name if row.affiliation else ""


def posted(_view: Any, _context: None, row: Demand, _name: str) -> str:
    return age(row.created_at)


def dialled(phone: str) -> str:
    """Return the number that a telephone dials: without signs, the extension after a pause."""
    number, *extension = re.split(r"[^\d+-]+", phone.strip().replace(" ", ""), maxsplit=1)
    digits = "".join(sign for sign in number if sign.isdigit() or sign == "+")
    more = "".join(sign for sign in "".join(extension) if sign.isdigit())
    return f"{digits},{more}" if more else digits


def read_proposal(stored: dict[str, Any]) -> dict[str, Any]:
    """Return the answers that the JSON of a proposal stands for."""
    found = dict(stored)
    found["outcome"] = OutcomeKind(stored["outcome"])
    found["contacted_by"] = ContactWay(stored["contacted_by"])
    found["contacted_on"] = date.fromisoformat(stored["contacted_on"])
    found["amount"] = Decimal(stored["amount"]) if stored.get("amount") else None
    return found
