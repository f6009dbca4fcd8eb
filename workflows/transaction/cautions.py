"""Warnings for the reviewer of a transaction, computed for a whole page at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

from models import (
    Attachment,
    AttachmentKind,
    CatalogueItem,
    Confirmation,
    ConfirmationStatus,
    Demand,
    FeaturedProduct,
    PriceKind,
    RegularOffer,
    Transaction,
)
from workflows.engine import Words
from workflows.transaction.related_sides import COUNTED, SHARED, letters, shared_of, unguarded
from workflows.transaction.rules import LIVE
from workflows.transaction.same_place import same_place
from workflows.transaction.speakers import speakers

BURST, WITHIN = 10, timedelta(days=7)  # more filings than this of one institution are a burst
SMALLEST_PDF = 200  # bytes: with less there is no page in it
FAR = 3  # times above or below what was asked is far from the price


@dataclass(frozen=True, slots=True)
class Caution:
    """One thing to look at: what kind it is, in words, and whether it is grave."""

    kind: str
    words: Words
    grave: bool = False


def warnings_of(rows: Sequence[Transaction]) -> dict[int, list[Caution]]:
    """Return what a reviewer should look at, for each row, in a fixed number of queries."""
    found: dict[int, list[Caution]] = {row.id: [] for row in rows}
    for id in _denied(rows):
        found[id].append(Caution("denied", lazy_gettext("The enterprise denies this deal."), True))
    for id, names in shared_of(rows).items():
        found[id] += [Caution(name, SHARED[name], name in COUNTED) for name in names]
    for id, spoke in speakers(rows).items():
        found[id].append(Caution("speaker", spoke.words, spoke.grave))
    for id, (words, grave) in same_place(rows).items():
        found[id].append(Caution("place", words, grave))
    for id, words in _blank_scans(rows).items():
        found[id].append(Caution("blank", words, True))
    for kind, judge in (("burst", _bursts), ("price", _prices), ("contract", _alike)):
        for id, words in judge(rows).items():
            found[id].append(Caution(kind, words))
    return found


def _blank_scans(rows: Sequence[Transaction]) -> dict[int, Words]:
    """A contract or invoice is a PDF without a page. Old ones were not counted: by their size."""
    a = Attachment
    query = sa.select(a.transaction_id, a.filename).where(
        a.transaction_id.in_([row.id for row in rows]),
        a.kind.in_((AttachmentKind.CONTRACT, AttachmentKind.INVOICE)),
        a.content_type == "application/pdf",
        sa.or_(a.pages == 0, sa.and_(a.pages.is_(None), a.size < SMALLEST_PDF)),
    )
    return {
        row.transaction_id: lazy_gettext("“%(file)s” has no page to read.", file=row.filename)
        for row in unguarded(query)
    }


def _denied(rows: Sequence[Transaction]) -> set[int]:
    query = sa.select(Confirmation.transaction_id).where(
        Confirmation.transaction_id.in_([row.id for row in rows]),
        Confirmation.status == ConfirmationStatus.DENIED,
    )
    return {row.transaction_id for row in unguarded(query)}


def _bursts(rows: Sequence[Transaction]) -> dict[int, Words]:
    """An institution filed many transactions within a week, up to and with this one."""
    filed = [row.filed_at for row in rows if row.filed_at is not None]
    if not filed:
        return {}
    t = Transaction
    moments: dict[int, list[Any]] = {}
    for filing in unguarded(
        sa.select(t.institution_id, t.filed_at)
        .where(
            t.institution_id.in_({row.institution_id for row in rows}),
            t.filed_at > min(filed) - WITHIN,
            t.filed_at <= max(filed),
        )
        .order_by(t.filed_at)
    ):
        moments.setdefault(filing.institution_id, []).append(filing.filed_at)
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
    """The amount is far from the price of the product, or from what the demand names."""
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
        row.id: _range(row.price_kind, row.price_from, row.price_to)
        for row in (unguarded(query.where(model.id.in_(ids))) if ids else ())
    }


def _offer_prices(ids: Collection[int]) -> dict[int, Range | None]:
    """An offer's own price, or the catalogue's where the offer names none."""
    if not ids:
        return {}
    own = _priced(RegularOffer, ids)
    pairs = unguarded(
        sa.select(RegularOffer.id, RegularOffer.item_id).where(RegularOffer.id.in_(ids))
    )
    items = {row.id: row.item_id for row in pairs}
    usual = _priced(CatalogueItem, set(items.values()))
    return {id: price or usual.get(items[id]) for id, price in own.items()}


def _demand_amounts(ids: Collection[int]) -> dict[int, Range]:
    """The amount that was put on record at the end of a demand, or else its budget."""
    query = sa.select(Demand.id, Demand.amount, Demand.budget).where(Demand.id.in_(ids))
    return {
        row.id: (amount, amount)
        for row in (unguarded(query) if ids else ())
        if (amount := row.amount or row.budget) is not None
    }


def skeleton(number: str) -> str:
    """Return what is left of a number without its signs: HT-2026-01 and ht2026/01 are alike."""
    return letters(number).replace("o", "0").replace("l", "1").replace("i", "1")


def _alike(rows: Sequence[Transaction]) -> dict[int, Words]:
    """Another transaction of the same two sides has nearly the same contract number."""
    t = Transaction
    pairs = {(row.institution_id, row.enterprise_name) for row in rows if row.contract_number}
    if not pairs:
        return {}
    known: dict[tuple[int, str], list[Any]] = {}
    for other in unguarded(
        sa.select(t.id, t.institution_id, t.enterprise_name, t.contract_number, t.number).where(
            sa.tuple_(t.institution_id, t.enterprise_name).in_(pairs),
            t.contract_number != "",
            t.status.in_(LIVE),
        )
    ):
        known.setdefault((other.institution_id, other.enterprise_name), []).append(other)
    found: dict[int, Words] = {}
    for row in rows:
        mine = skeleton(row.contract_number)
        for other in known.get((row.institution_id, row.enterprise_name), ()) if mine else ():
            if other.id != row.id and skeleton(other.contract_number) == mine:
                found[row.id] = lazy_gettext(
                    "The contract number is nearly that of %(number)s.", number=other.number
                )
    return found
