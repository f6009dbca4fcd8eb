"""Kept scores are what a rebuild would give, whatever happened; and revoking undoes all of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ranking
from core import clock
from core.database import db
from models import (
    Affiliation,
    Confirmation,
    ConfirmationStatus,
    ConsultantScore,
    Enterprise,
    Institution,
    InstitutionScore,
    InstitutionStatus,
    Review,
    ReviewStatus,
    Transaction,
    TransactionStatus,
)
from ranking import scores
from ranking.kinds import CONSULTANTS, INSTITUTIONS, KINDS
from tests.support.cast import Cast
from tests.support.ranking import (
    NOON,
    TODAY,
    activity,
    deal,
    enterprise,
    refresh,
    review,
    settle_scores,
)

Kept = dict[tuple[str, int, int | None], tuple[float, int, int]]

firm = st.integers(0, 1)
buyer = st.integers(0, 2)
which = st.integers(0, 11)  # of the deals so far, in a ring
STEPS = st.one_of(
    st.tuples(
        st.just("approve"), firm, buyer, st.integers(0, 1100),
        st.sampled_from([None, *ConfirmationStatus]), st.booleans(), st.booleans(),
    ),
    st.tuples(st.just("revoke"), which),
    st.tuples(st.just("publish"), which, st.integers(2, 10)),
    st.tuples(st.just("hide"), which),
    st.tuples(st.just("restore"), which),
    st.tuples(st.just("deny"), which),
    st.tuples(st.just("activity"), firm, st.integers(0, 800), st.integers(1, 3)),
)  # fmt: skip


class History:
    """Carries out a history, and refreshes whom each step touches."""

    def __init__(self, cast: Cast, without: frozenset[int] = frozenset()) -> None:
        self.firms = [cast.bridge, cast.rival]
        self.buyers = [enterprise(name) for name in ("One", "Two", "Three")]
        self.link: Affiliation = cast.lins_link
        self.link.linked_at = NOON - timedelta(days=365)
        self.deals: list[Transaction | None] = []
        self.without = without  # numbers of deals that never were
        self.revoked: set[int] = set()

    def take(self, name: str, *told: Any) -> None:
        touched = getattr(self, name)(*told)
        if isinstance(touched, Transaction):
            link = touched.affiliation_id
            refresh([touched.institution_id], [self.link.consultant_id] if link is not None else [])
        elif touched is not None:
            refresh([touched])

    def approve(self, firm, buyer, days, said, consulted, related) -> Transaction | None:
        number = len(self.deals)
        if number in self.without:
            self.deals.append(None)
            return None
        link = self.link if consulted and firm == 0 else None
        row = deal(
            self.firms[firm], self.buyers[buyer], days, said, consultant=link,
            related=related and days % 5 == 0,
        )  # fmt: skip
        self.deals.append(row)
        return row

    def chosen(self, number: int) -> Transaction | None:
        return self.deals[number % len(self.deals)] if self.deals else None

    def revoke(self, number: int) -> Transaction | None:
        row = self.chosen(number)
        if row is not None:
            row.status = TransactionStatus.REVOKED
            self.revoked.add(number % len(self.deals))
        return row

    def publish(self, number: int, halves: int) -> Transaction | None:
        row = self.chosen(number)
        if row is None or self.review_of(row) is not None:
            return None
        review(
            row, halves / 2, consultant_stars=max(halves // 2, 1) if row.affiliation_id else None
        )
        return row

    def review_of(self, row: Transaction) -> Review | None:
        return db.session.scalar(sa.select(Review).where(Review.transaction_id == row.id))

    def moved(self, number: int, status: ReviewStatus) -> Transaction | None:
        row = self.chosen(number)
        found = row is not None and self.review_of(row)
        if found:
            found.status = status
        return row if found else None

    def hide(self, number: int) -> Transaction | None:
        return self.moved(number, ReviewStatus.HIDDEN)

    def restore(self, number: int) -> Transaction | None:
        return self.moved(number, ReviewStatus.PUBLISHED)

    def deny(self, number: int) -> Transaction | None:
        row = self.chosen(number)
        if row is not None:
            db.session.execute(
                sa.update(Confirmation)
                .where(Confirmation.transaction_id == row.id)
                .values(status=ConfirmationStatus.DENIED)
            )
        return row

    def activity(self, firm: int, days: int, points: int) -> int:
        activity(self.firms[firm], TODAY - timedelta(days=days), points)
        return self.firms[firm].id


def kept() -> Kept:
    """Every score, with how much it counts."""
    return {
        (kind.name, *row[:2]): row[2:]
        for kind in KINDS
        for row in db.session.execute(
            sa.select(
                kind.owner, kind.scores.c.category_id, kind.scores.c.score,
                kind.scores.c.deals, kind.scores.c.ratings,
            )
        )
    }  # fmt: skip


def parts() -> list[Any]:
    return [
        (row[0], row[1], row[2])
        for kind in KINDS
        for row in db.session.execute(
            sa.select(kind.owner, kind.scores.c.category_id, kind.scores.c.parts).order_by(
                kind.owner, kind.scores.c.category_id
            )
        )
    ]


def same(one: Kept, other: Kept) -> bool:
    return one.keys() == other.keys() and all(
        one[key] == pytest.approx(other[key], abs=1e-9) for key in one
    )


def rebuild() -> None:
    for kind in KINDS:
        db.session.execute(sa.delete(kind.scores))
    for kind in KINDS:
        ids = everyone(kind)
        scores.write(kind, ids, scores.compute(kind, ids, NOON), NOON)
        scores.spread_mean(kind)


def everyone(kind: Any) -> list[int]:
    return scores.everybody(kind)


@given(st.lists(STEPS, max_size=12))
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_rebuilt_equals_kept_and_a_revoked_deal_has_never_been(app: Flask, steps) -> None:
    with clock.frozen(NOON):
        try:
            refresh(everyone(INSTITUTIONS), everyone(CONSULTANTS))
            history = History(Cast())
            for step in steps:
                history.take(*step)
            found, arithmetic = kept(), parts()
            rebuild()
            assert same(kept(), found)
            assert parts() == arithmetic
            db.session.rollback()

            refresh(everyone(INSTITUTIONS), everyone(CONSULTANTS))
            again = History(Cast(), without=frozenset(history.revoked))
            for step in steps:
                again.take(*step)
            assert same(kept(), found)
        finally:
            db.session.rollback()


@pytest.fixture
def frozen(app: Flask) -> Iterator[None]:
    with clock.frozen(NOON):
        yield


def score(kind: type, key: int) -> Any:
    column = kind.institution_id if kind is InstitutionScore else kind.consultant_id
    return db.session.scalar(
        sa.select(kind)
        .where(column == key, kind.category_id.is_(None))
        .execution_options(populate_existing=True)
    )


def test_a_review_of_one_moves_the_mean_for_all(frozen, cast) -> None:
    refresh([cast.bridge.id, cast.rival.id])
    before = score(InstitutionScore, cast.rival.id)
    assert before.mean == 3.0
    row = deal(cast.bridge, enterprise("One"), 0)
    review(row, 5.0)
    refresh([cast.bridge.id])
    after = score(InstitutionScore, cast.rival.id)
    assert after.mean == 5.0
    # 20 x (5 - 1) / 4 instead of 20 x (3 - 1) / 4
    assert after.score == pytest.approx(after.base + after.slope * 5.0)
    assert after.slope * 2 == pytest.approx(10.0)


def test_a_category_counts_its_own_deals_and_those_below_it(frozen, cast) -> None:
    from models import Category

    labour = Category(slug="labour", name="劳动", name_en="Labour", parent=cast.law)
    db.session.add(labour)
    db.session.flush()
    one, tax = enterprise("One"), cast.rival.categories[0]
    deal(cast.bridge, one, 0, category=labour)
    deal(
        cast.bridge, one, 0, category=cast.rival.categories[0]
    )  # the second with One, whatever the field
    refresh([cast.bridge.id])
    rows = {
        row.category_id: (row.deals, row.parts["deals"]["x"])
        for row in db.session.scalars(
            sa.select(InstitutionScore).where(InstitutionScore.institution_id == cast.bridge.id)
        )
    }
    assert rows == {
        None: (2, 1.5), cast.law.id: (1, 1.0), labour.id: (1, 1.0), tax.id: (1, 0.5),
    }  # fmt: skip


def test_a_category_without_a_reason_goes(frozen, cast) -> None:
    row = deal(cast.bridge, enterprise("One"), 0, category=cast.rival.categories[0])
    refresh([cast.bridge.id])
    assert ("institution", cast.bridge.id, cast.rival.categories[0].id) in kept()
    row.status = TransactionStatus.REVOKED
    refresh([cast.bridge.id])
    assert ("institution", cast.bridge.id, cast.rival.categories[0].id) not in kept()


def test_who_was_never_certified_has_no_score(frozen, cast) -> None:
    refresh([cast.draft.id, cast.waiting.id])
    assert kept() == {}


def test_nothing_is_committed(frozen, cast) -> None:
    refresh([cast.bridge.id])
    db.session.rollback()
    assert kept() == {}


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is sent to the database in the block."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        sent.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def test_many_cost_as_many_statements_as_few(frozen, cast) -> None:
    firms = [
        Institution(
            name=f"Firm {number}", credit_code=f"F{number}", applicant_id=cast.otto.id,
            status=InstitutionStatus.CERTIFIED, certified_at=NOON, categories=[cast.law],
        )
        for number in range(60)
    ]  # fmt: skip
    db.session.add_all(firms)
    db.session.flush()
    for one in firms:
        deal(one, enterprise(f"Buyer of {one.id}"), 10)
    few, many = [one.id for one in firms[:2]], [one.id for one in firms[2:]]
    with statements() as first:
        refresh(few)
    with statements() as second:
        refresh(many)
    assert len(second) == len(first) < 25


def run_at_once(*works: Any) -> None:
    ready = threading.Barrier(len(works))
    failed: list[BaseException] = []

    def guarded(work: Any) -> None:
        try:
            ready.wait()
            work()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []


def approving_and_revoking(app: Flask, cast: Cast) -> None:
    """Two administrators, each with a deal of the same institution and a worker, at once."""
    bridge = cast.bridge.id
    names = [db.session.get(Enterprise, enterprise(f"E{number}").id) for number in range(8)]
    revoked = [deal(cast.bridge, one, 0).id for one in names[:4]]
    approved = [
        deal(cast.bridge, one, 0, status=TransactionStatus.FILED, approved_at=None).id
        for one in names[4:]
    ]
    refresh([bridge, cast.rival.id])
    db.session.commit()
    assert score(InstitutionScore, bridge).deals == 4
    db.session.remove()

    def each(ids: list[int], **values: Any) -> Any:
        def work() -> None:
            with app.app_context(), clock.frozen(NOON):
                for key in ids:
                    db.session.execute(
                        sa.update(Transaction).where(Transaction.id == key).values(**values)
                    )
                    ranking.mark([bridge])
                    settle_scores()
                db.session.remove()

        return work

    run_at_once(
        each(revoked, status=TransactionStatus.REVOKED),
        each(approved, status=TransactionStatus.APPROVED, approved_at=NOON),
    )
    assert score(InstitutionScore, bridge).deals == 4
    found = kept()
    rebuild()
    assert same(kept(), found)


@pytest.mark.connections
def test_two_administrators_at_once(frozen, app, cast) -> None:
    approving_and_revoking(app, cast)


@pytest.mark.postgres
def test_two_administrators_at_once_on_postgresql(pg_app) -> None:
    with clock.frozen(NOON):
        approving_and_revoking(pg_app, Cast())


@pytest.mark.postgres
def test_reviews_of_two_institutions_at_once_leave_one_mean(pg_app) -> None:
    cast = Cast()
    with clock.frozen(NOON):
        firms = [cast.bridge.id, cast.rival.id]
        refresh(firms)
        deals = [
            [deal(one, enterprise(f"{one.name} {number}"), 0).id for number in range(5)]
            for one in (cast.bridge, cast.rival)
        ]
        db.session.commit()
        db.session.remove()

        def rate(firm: int, ids: list[int], stars: float) -> Any:
            def work() -> None:
                with pg_app.app_context(), clock.frozen(NOON):
                    for key in ids:
                        review(db.session.get(Transaction, key), stars)
                        ranking.mark([firm])
                        settle_scores()
                    db.session.remove()

            return work

        run_at_once(rate(firms[0], deals[0], 5.0), rate(firms[1], deals[1], 2.0))
        assert {score(InstitutionScore, key).mean for key in firms} == {3.5}
        found = kept()
        rebuild()
        assert same(kept(), found)


def test_consultants_follow_their_institution(frozen, cast) -> None:
    """An activity of Bridge's is Lin's too: his score moves with it."""
    lin = cast.lins_link.consultant_id
    cast.lins_link.linked_at = NOON - timedelta(days=30)
    refresh([cast.bridge.id])
    before = score(ConsultantScore, lin).score
    activity(cast.bridge, TODAY - timedelta(days=10), 6.0)
    refresh([cast.bridge.id])
    assert score(ConsultantScore, lin).score == pytest.approx(
        before + 15 * (1 - 0.36787944117144233)
    )
