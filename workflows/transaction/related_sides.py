"""Related parties: what both sides of a transaction share, for a whole page at once.

Sides that share a legal person, telephone, e-mail or credit code are related: the transaction
is flagged when it is filed and counts zero. A shared address is worth a look, no more: a park is
full of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

from core.database import db
from forms.contact import half_width
from models import (
    Affiliation,
    Consultant,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Institution,
    Membership,
    ParkEnterprise,
    Transaction,
    User,
)
from workflows.engine import Words

COUNTED = ("legal_person", "phone", "email", "credit_code")  # sharing one makes the sides related

SHARED: dict[str, Words] = {
    "legal_person": lazy_gettext("Both sides have the same legal person."),
    "phone": lazy_gettext("Both sides have the same telephone number."),
    "email": lazy_gettext("Both sides have the same e-mail."),
    "credit_code": lazy_gettext("Both sides have the same credit code."),
    "address": lazy_gettext("Both sides have the same address."),
}


@dataclass(slots=True)
class Side:
    """What is known of one side of a transaction, brought into a form that compares."""

    legal_person: set[str] = field(default_factory=set)
    phone: set[str] = field(default_factory=set)
    email: set[str] = field(default_factory=set)
    credit_code: set[str] = field(default_factory=set)
    address: set[str] = field(default_factory=set)

    def know(self, **facts: str | None) -> None:
        for name, value in facts.items():
            if plain := PLAIN[name](value or ""):
                getattr(self, name).add(plain)


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", half_width(text)).casefold()


def _phone(text: str) -> str:
    digits = re.sub(r"\D", "", half_width(text))
    return digits[2:] if digits.startswith("86") and len(digits) > 11 else digits


PLAIN = {
    "legal_person": letters,
    "phone": _phone,
    "email": lambda text: half_width(text).strip().casefold(),
    "credit_code": letters,
    "address": letters,
}


def related(rows: Sequence[Transaction]) -> set[int]:
    """Return the ids of the rows whose sides share what makes the transaction count zero."""
    return {id for id, names in shared_of(rows).items() if set(names) & set(COUNTED)}


def shared_of(rows: Sequence[Transaction]) -> dict[int, list[str]]:
    """Return the names of what both sides of each row share, in the order of SHARED."""
    ours = _institutions({row.institution_id for row in rows})
    theirs = _enterprises({row.enterprise_id for row in rows if row.enterprise_id is not None})
    park = _register({code for side in ours.values() for code in side.credit_code}
                     | {letters(row.enterprise_code) for row in rows})  # fmt: skip
    consultants = _consultants(
        {row.affiliation_id for row in rows if row.affiliation_id is not None}
    )
    found = {}
    for row in rows:
        side, other = ours[row.institution_id], Side()
        other.know(credit_code=row.enterprise_code)
        _merge(other, theirs.get(row.enterprise_id or 0))
        for party in (side, other):
            for code in set(party.credit_code):
                _merge(party, park.get(code))
        consultant = consultants.get(row.affiliation_id or 0)
        names = []
        for name in SHARED:
            mine = getattr(side, name) | (getattr(consultant, name) if consultant else set())
            if mine & getattr(other, name):
                names.append(name)
        found[row.id] = names
    return found


def _merge(side: Side, more: Side | None) -> None:
    for name in SHARED if more else ():
        getattr(side, name).update(getattr(more, name))


def unguarded(query: Any) -> Iterable[Any]:
    # facts of both sides are compared, and neither is shown to the other
    return db.session.execute(query.execution_options(unguarded=True))


def _institutions(ids: Collection[int]) -> dict[int, Side]:
    found = {id: Side() for id in ids}
    i = Institution
    for row in unguarded(
        sa.select(i.id, i.credit_code, i.address, i.contact_email, i.contact_mobile,
                  i.contact_phone).where(i.id.in_(ids))
    ):  # fmt: skip
        side = found[row.id]
        side.know(credit_code=row.credit_code, address=row.address, email=row.contact_email)
        side.know(phone=row.contact_mobile)
        side.know(phone=row.contact_phone)
    people = sa.select(Membership.institution_id, User.email, User.phone).join(
        User, User.id == Membership.user_id
    )
    for person in unguarded(people.where(Membership.institution_id.in_(ids), Membership.active)):
        found[person.institution_id].know(email=person.email, phone=person.phone)
    return found


def _enterprises(ids: Collection[int]) -> dict[int, Side]:
    found = {id: Side() for id in ids}
    held = EnterpriseMembership
    people = sa.select(held.enterprise_id, User.email, User.phone).join(
        User, User.id == held.user_id
    )
    for person in unguarded(
        people.where(held.enterprise_id.in_(ids), held.status == EnterpriseMembershipStatus.MEMBER)
    ):
        found[person.enterprise_id].know(email=person.email, phone=person.phone)
    return found


def _consultants(ids: Collection[int]) -> dict[int, Side]:
    found = {id: Side() for id in ids}
    query = sa.select(Affiliation.id, Consultant.email, Consultant.mobile).join(
        Consultant, Consultant.id == Affiliation.consultant_id
    )
    for consultant in unguarded(query.where(Affiliation.id.in_(ids))):
        found[consultant.id].know(email=consultant.email, phone=consultant.mobile)
    return found


def _register(codes: Collection[str]) -> dict[str, Side]:
    """What the park's register knows under these codes; keys are compared as `letters` does."""
    p = ParkEnterprise
    query = sa.select(p.credit_code, p.legal_person, p.address)
    found = {}
    for line in unguarded(query.where(p.credit_code.in_([code.upper() for code in codes if code]))):
        side = found[letters(line.credit_code)] = Side()
        side.know(legal_person=line.legal_person, address=line.address)
    return found
