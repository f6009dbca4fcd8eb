"""Who speaks for the enterprise of a transaction: first person, joined when, verified how."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import format_date, gettext, lazy_gettext

from core.clock import park_day
from labels import label
from models import (
    Confirmation,
    ConfirmationStatus,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Transaction,
    VerifiedHow,
)
from workflows.engine import Words
from workflows.transaction.related_sides import unguarded

NEW = timedelta(days=90)  # before the filing: who joined since then is new


@dataclass(frozen=True, slots=True)
class Spoke:
    """What a reviewer should know of who confirmed, and whether it is grave."""

    words: Words
    grave: bool


def speakers(rows: Sequence[Transaction]) -> dict[int, Spoke]:
    """Return what there is to say of who confirmed each row, in two queries.

    Nothing is said of a colleague, or of a first person of long standing whose proof was seen.
    """
    answers = _answers([row.id for row in rows])
    members = _members({row.enterprise_id for row in rows if row.id in answers})
    found: dict[int, Spoke] = {}
    for row in rows:
        if row.id not in answers:
            continue
        known = members.get(row.enterprise_id or 0, [])
        first = known[0] if known else None
        by = answers[row.id]
        who = next((one for one in known if one.user_id == by), first if by is None else None)
        if who is None or who.verified_at is None:
            words = lazy_gettext(
                "Confirmed by somebody who is not verified to speak for the enterprise now."
            )
            found[row.id] = Spoke(words, True)
        elif first is not None and who.id == first.id:
            new = row.filed_at is not None and who.status_at > row.filed_at - NEW
            if new or who.verified_how is VerifiedHow.BEFORE:
                found[row.id] = Spoke(_told(who), new)
    return found


def _told(who: Any) -> Words:
    return gettext(
        "Confirmed by the first person of the enterprise, who joined on %(day)s; verified %(how)s.",
        day=format_date(park_day(who.status_at)),
        how=label(who.verified_how),
    )


def _answers(ids: Collection[int]) -> dict[int, int | None]:
    """Return by whom each of these transactions was confirmed; None: by the link in the mail."""
    query = sa.select(Confirmation.transaction_id, Confirmation.answered_by_id).where(
        Confirmation.transaction_id.in_(ids), Confirmation.status == ConfirmationStatus.CONFIRMED
    )
    return {row.transaction_id: row.answered_by_id for row in unguarded(query)}


def _members(ids: Collection[int | None]) -> dict[int, list[Any]]:
    """Return who acts for these enterprises, the first one first."""
    m = EnterpriseMembership
    query = (
        sa.select(m.id, m.enterprise_id, m.user_id, m.status_at, m.verified_at, m.verified_how)
        .where(m.enterprise_id.in_(ids), m.status == EnterpriseMembershipStatus.MEMBER)
        .order_by(m.status_at, m.id)
    )
    found: dict[int, list[Any]] = {}
    for row in unguarded(query) if ids else ():
        found.setdefault(row.enterprise_id, []).append(row)
    return found
