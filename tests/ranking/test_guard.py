"""Whoever causes a refresh, the score is the same: the ranking sees all, its causer does not."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

import ranking
from access import row_guard
from core.database import db
from models import ConsultantScore, InstitutionScore, Review, Transaction
from tests.support.cast import Cast
from tests.support.ranking import deal, enterprise, settle_scores
from tests.support.reviews import THEY_RATE, pair
from tests.support.transactions import apart, asked, filed, mailed_token, taken
from workflows import engine
from workflows.confirmation import answering

Kept = dict[tuple[str, int, int | None], float]


def kept() -> Kept:
    found: Kept = {}
    for kind, owner in ((InstitutionScore, "institution_id"), (ConsultantScore, "consultant_id")):
        table: Any = kind.__table__
        for row in db.session.execute(sa.select(table)):
            found[owner, getattr(row, owner), row.category_id] = row.score
    return found


def rebuilt() -> Kept:
    """What everybody's scores are when nobody in particular asks."""
    db.session.commit()
    db.session.info.clear()
    row_guard.release()
    ranking.mark_everybody()
    ranking.settle()
    return kept()


def park(cast: Cast) -> Transaction:
    """An approved deal of Bridge that waits for Acme's word, among deals that Acme knows nothing
    of; Lin advised in it."""
    apart(cast)
    for days in (0, 3, 40):
        deal(cast.bridge, enterprise(f"Other {days}"), days, consultant=cast.lins_link)
        deal(cast.rival, enterprise(f"Elsewhere {days}"), days)
    row = filed(cast, affiliation_id=cast.lins_link.id)
    ranking.mark_everybody()
    ranking.settle()
    taken(row, "approve", cast.root)
    settle_scores()
    return row


def same(found: Kept, expected: Kept) -> None:
    assert found.keys() == expected.keys()
    for key, score in found.items():
        assert score == pytest.approx(expected[key], abs=1e-6), key


def test_confirmed_by_the_link(cast: Cast) -> None:
    row = park(cast)
    before = kept()
    holder = answering.bearer(mailed_token(row))
    row_guard.hold(db.session(), holder)
    assert answering.answer(asked(row), "confirm", holder) is None
    settle_scores()
    found = kept()
    bridge = ("institution_id", cast.bridge.id, None)
    # a deal of three days ago that was silent counts twice as much from now on
    assert found[bridge] > before[bridge]
    same(found, rebuilt())


def test_denied_by_a_customer(cast: Cast) -> None:
    row = park(cast)
    before = kept()
    row_guard.hold(db.session(), cast.ann)
    assert answering.answer(asked(row), "deny", cast.ann, reason="Not ours.") is None
    settle_scores()
    found = kept()
    bridge = ("institution_id", cast.bridge.id, None)
    assert found[bridge] < before[bridge]
    same(found, rebuilt())


def test_rated_by_a_customer(cast: Cast) -> None:
    row = park(cast)
    ours, theirs = pair(row.id)
    rated = {"clear_demand": 5, "cooperation": 5, "payment": 5}
    row_guard.hold(db.session(), cast.bella)
    assert engine.perform(Review, "rate_enterprise", [ours.id], cast.bella, **rated).done
    row_guard.hold(db.session(), cast.ann)
    assert engine.perform(Review, "rate_institution", [theirs.id], cast.ann, **THEY_RATE).done
    settle_scores()
    found = kept()
    same(found, rebuilt())
    stars: Any = InstitutionScore.__table__
    counted = db.session.execute(
        sa.select(stars.c.ratings, stars.c.stars).where(
            stars.c.institution_id == cast.bridge.id, stars.c.category_id.is_(None)
        )
    ).one()
    assert tuple(counted) == (1, 4.5)  # (5 + 4 + 4 + 5) / 4
