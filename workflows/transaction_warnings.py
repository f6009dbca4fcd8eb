"""What a reviewer should know of a filed deal, computed for a whole page of them at once.

Both sides that share a legal person, telephone, e-mail or credit code are related: the deal is
flagged when it is filed and counts zero. A shared address is worth a look, no more: a park is
full of them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

from database import db
from forms import half_width
from models import (
    Affiliation,
    CatalogueItem,
    Confirmation,
    ConfirmationStatus,
    Consultant,
    Demand,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    FeaturedProduct,
    Institution,
    Membership,
    ParkEnterprise,
    PriceKind,
    RegularOffer,
    Transaction,
    User,
)
from workflows.engine import Words
from workflows.transaction_rules import LIVE

BURST, WITHIN = 10, timedelta(days=7)  # more filings than this of one institution are a burst
FAR = 3  # times above or below what was asked is far from the price
COUNTED = ("legal_person", "phone", "email", "credit_code")  # sharing one makes the sides related

SHARED: dict[str, Words] = {
    "legal_person": lazy_gettext("Both sides have the same legal person."),
    "phone": lazy_gettext("Both sides have the same telephone number."),
    "email": lazy_gettext("Both sides have the same e-mail."),
    "credit_code": lazy_gettext("Both sides have the same credit code."),
    "address": lazy_gettext("Both sides have the same address."),
}


@dataclass(frozen=True, slots=True)
class Caution:
    """One thing to look at: what kind it is, in words, and whether it is grave."""

    kind: str
    words: Words
    grave: bool = False


@dataclass(slots=True)
class Side:
    """What is known of one side of a deal, brought into a form that compares."""

    legal_person: set[str] = field(default_factory=set)
    phone: set[str] = field(default_factory=set)
    email: set[str] = field(default_factory=set)
    credit_code: set[str] = field(default_factory=set)
    address: set[str] = field(default_factory=set)

    def know(self, **facts: str | None) -> None:
        for name, value in facts.items():
            if plain := PLAIN[name](value or ""):
                getattr(self, name).add(plain)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", half_width(text)).casefold()


def _phone(text: str) -> str:
    digits = re.sub(r"\D", "", half_width(text))
    return digits[2:] if digits.startswith("86") and len(digits) > 11 else digits


PLAIN = {
    "legal_person": _letters,
    "phone": _phone,
    "email": lambda text: half_width(text).strip().casefold(),
    "credit_code": _letters,
    "address": _letters,
}


def warnings_of(rows: Sequence[Transaction]) -> dict[int, list[Caution]]:
    """Return what a reviewer should look at, for each row, in a fixed number of queries."""
    found: dict[int, list[Caution]] = {row.id: [] for row in rows}
    for id in _denied(rows):
        found[id].append(Caution("denied", lazy_gettext("The enterprise denies this deal."), True))
    for id, names in shared_of(rows).items():
        found[id] += [Caution(name, SHARED[name], name in COUNTED) for name in names]
    for kind, judge in (("burst", _bursts), ("price", _prices), ("contract", _alike)):
        for id, words in judge(rows).items():
            found[id].append(Caution(kind, words))
    return found


def related(rows: Sequence[Transaction]) -> set[int]:
    """Return the ids of the rows whose sides share what makes the deal count zero."""
    return {id for id, names in shared_of(rows).items() if set(names) & set(COUNTED)}


def shared_of(rows: Sequence[Transaction]) -> dict[int, list[str]]:
    """Return the names of what both sides of each row share, in the order of SHARED."""
    ours = _institutions({row.institution_id for row in rows})
    theirs = _enterprises({row.enterprise_id for row in rows if row.enterprise_id is not None})
    park = _register({code for side in ours.values() for code in side.credit_code}
                     | {_letters(row.enterprise_code) for row in rows})  # fmt: skip
    advisers = _advisers({row.affiliation_id for row in rows if row.affiliation_id is not None})
    found = {}
    for row in rows:
        side, other = ours[row.institution_id], Side()
        other.know(credit_code=row.enterprise_code)
        _merge(other, theirs.get(row.enterprise_id or 0))
        for one in (side, other):
            for code in set(one.credit_code):
                _merge(one, park.get(code))
        adviser = advisers.get(row.affiliation_id or 0)
        names = []
        for name in SHARED:
            mine = getattr(side, name) | (getattr(adviser, name) if adviser else set())
            if mine & getattr(other, name):
                names.append(name)
        found[row.id] = names
    return found


def _merge(side: Side, more: Side | None) -> None:
    for name in SHARED if more else ():
        getattr(side, name).update(getattr(more, name))


def _rows(query: Any) -> Iterable[Any]:
    # facts of both sides are compared, and neither is shown to the other
    return db.session.execute(query.execution_options(unguarded=True))


def _institutions(ids: Collection[int]) -> dict[int, Side]:
    found = {id: Side() for id in ids}
    i = Institution
    for one in _rows(
        sa.select(i.id, i.credit_code, i.address, i.contact_email, i.contact_mobile,
                  i.contact_phone).where(i.id.in_(ids))
    ):  # fmt: skip
        side = found[one.id]
        side.know(credit_code=one.credit_code, address=one.address, email=one.contact_email)
        side.know(phone=one.contact_mobile)
        side.know(phone=one.contact_phone)
    people = sa.select(Membership.institution_id, User.email, User.phone).join(
        User, User.id == Membership.user_id
    )
    for one in _rows(people.where(Membership.institution_id.in_(ids), Membership.active)):
        found[one.institution_id].know(email=one.email, phone=one.phone)
    return found


def _enterprises(ids: Collection[int]) -> dict[int, Side]:
    found = {id: Side() for id in ids}
    held = EnterpriseMembership
    people = sa.select(held.enterprise_id, User.email, User.phone).join(
        User, User.id == held.user_id
    )
    for one in _rows(
        people.where(held.enterprise_id.in_(ids), held.status == EnterpriseMembershipStatus.MEMBER)
    ):
        found[one.enterprise_id].know(email=one.email, phone=one.phone)
    return found


def _advisers(ids: Collection[int]) -> dict[int, Side]:
    found = {id: Side() for id in ids}
    query = sa.select(Affiliation.id, Consultant.email, Consultant.mobile).join(
        Consultant, Consultant.id == Affiliation.consultant_id
    )
    for one in _rows(query.where(Affiliation.id.in_(ids))):
        found[one.id].know(email=one.email, phone=one.mobile)
    return found


def _register(codes: Collection[str]) -> dict[str, Side]:
    """What the park's register knows under these codes; keys are compared as `_letters` does."""
    p = ParkEnterprise
    query = sa.select(p.credit_code, p.legal_person, p.address)
    found = {}
    for one in _rows(query.where(p.credit_code.in_([code.upper() for code in codes if code]))):
        side = found[_letters(one.credit_code)] = Side()
        side.know(legal_person=one.legal_person, address=one.address)
    return found


def _denied(rows: Sequence[Transaction]) -> set[int]:
    query = sa.select(Confirmation.transaction_id).where(
        Confirmation.transaction_id.in_([row.id for row in rows]),
        Confirmation.status == ConfirmationStatus.DENIED,
    )
    return {one.transaction_id for one in _rows(query)}


def _bursts(rows: Sequence[Transaction]) -> dict[int, Words]:
    """An institution filed many deals within a week, up to and with this one."""
    filed = [row.filed_at for row in rows if row.filed_at is not None]
    if not filed:
        return {}
    t = Transaction
    moments: dict[int, list[Any]] = {}
    for one in _rows(
        sa.select(t.institution_id, t.filed_at)
        .where(
            t.institution_id.in_({row.institution_id for row in rows}),
            t.filed_at > min(filed) - WITHIN,
            t.filed_at <= max(filed),
        )
        .order_by(t.filed_at)
    ):
        moments.setdefault(one.institution_id, []).append(one.filed_at)
    found: dict[int, Words] = {}
    for row in rows:
        if row.filed_at is None:
            continue
        known = moments.get(row.institution_id, [])
        until = bisect_right(known, row.filed_at)
        count = until - bisect_right(known, row.filed_at - WITHIN)
        if count > BURST:
            found[row.id] = lazy_gettext(
                "The institution filed %(count)s deals within seven days.", count=count
            )
    return found


Range = tuple[Decimal, Decimal]


def _prices(rows: Sequence[Transaction]) -> dict[int, Words]:
    """The amount is far from the price of the product, or from what the demand spoke of."""
    demands = _demand_amounts({row.demand_id for row in rows if row.demand_id is not None})
    products = _priced(FeaturedProduct, {row.product_id for row in rows if row.product_id})
    offers = _offer_prices({row.offer_id for row in rows if row.offer_id})
    found: dict[int, Words] = {}
    for row in rows:
        asked = (
            products.get(row.product_id or 0)
            or offers.get(row.offer_id or 0)
            or demands.get(row.demand_id or 0)
        )
        if asked is None or row.amount is None:
            continue
        low, high = asked
        if row.amount > high * FAR or row.amount * FAR < low:
            price = f"{low:,.2f}" if low == high else f"{low:,.2f}-{high:,.2f}"
            found[row.id] = lazy_gettext(
                "The amount is far from the price that was asked: %(price)s yuan.", price=price
            )
    return found


def _range(kind: PriceKind, low: Decimal | None, high: Decimal | None) -> Range | None:
    if kind is PriceKind.AGREEMENT or low is None:
        return None
    return (low, high if kind is PriceKind.RANGE and high is not None else low)


def _priced(model: type[Any], ids: Collection[int]) -> dict[int, Range | None]:
    query = sa.select(model.id, model.price_kind, model.price_from, model.price_to)
    return {
        one.id: _range(one.price_kind, one.price_from, one.price_to)
        for one in (_rows(query.where(model.id.in_(ids))) if ids else ())
    }


def _offer_prices(ids: Collection[int]) -> dict[int, Range | None]:
    """An offer's own price, or the catalogue's where the offer names none."""
    if not ids:
        return {}
    own = _priced(RegularOffer, ids)
    pairs = _rows(sa.select(RegularOffer.id, RegularOffer.item_id).where(RegularOffer.id.in_(ids)))
    items = {one.id: one.item_id for one in pairs}
    usual = _priced(CatalogueItem, set(items.values()))
    return {id: price or usual.get(items[id]) for id, price in own.items()}


def _demand_amounts(ids: Collection[int]) -> dict[int, Range]:
    """The amount that was put on record at the end of a demand, or else its budget."""
    query = sa.select(Demand.id, Demand.amount, Demand.budget).where(Demand.id.in_(ids))
    return {
        one.id: (amount, amount)
        for one in (_rows(query) if ids else ())
        if (amount := one.amount or one.budget) is not None
    }


def skeleton(number: str) -> str:
    """Return what is left of a number without its signs: HT-2026-01 and ht2026/01 are alike."""
    return _letters(number).replace("o", "0").replace("l", "1").replace("i", "1")


def _alike(rows: Sequence[Transaction]) -> dict[int, Words]:
    """Another deal of the same two sides has nearly the same contract number."""
    t = Transaction
    pairs = {(row.institution_id, row.enterprise_name) for row in rows if row.contract_number}
    if not pairs:
        return {}
    known: dict[tuple[int, str], list[Any]] = {}
    for one in _rows(
        sa.select(t.id, t.institution_id, t.enterprise_name, t.contract_number, t.number).where(
            sa.tuple_(t.institution_id, t.enterprise_name).in_(pairs),
            t.contract_number != "",
            t.status.in_(LIVE),
        )
    ):
        known.setdefault((one.institution_id, one.enterprise_name), []).append(one)
    found: dict[int, Words] = {}
    for row in rows:
        mine = skeleton(row.contract_number)
        for one in known.get((row.institution_id, row.enterprise_name), ()) if mine else ():
            if one.id != row.id and skeleton(one.contract_number) == mine:
                found[row.id] = lazy_gettext(
                    "The contract number is nearly that of %(number)s.", number=one.number
                )
    return found
