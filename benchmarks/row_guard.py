"""What the row-level guard costs a statement: milliseconds of processor time on SQLite.

Run: `.venv/bin/python benchmarks/row_guard.py`. All take turns on the same rows, so that a busy
neighbour counts for all alike. For each kind of statement, on a database that holds the cast:

unguarded   the statement says `unguarded=True`
guarded     it carries the loader criteria of a user; with SQLite's work on the condition
option      of that, what SQLAlchemy takes: the same statement as staff, whose condition is true
first       guarded, and compiled for the first time
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from access import row_guard
from access.row_guard import self_test
from app import create_app
from core.database import db
from models import Demand, Enterprise, Institution, Transaction, User
from tests.support.application import settings_of
from tests.support.cast import Cast, raise_cast

ROUNDS, CALLS = 9, 100
other = aliased(Demand)


def statements() -> dict[str, Any]:
    joined = sa.select(Transaction.id, other.title).outerjoin(
        other, other.id == Transaction.demand_id
    )
    return {
        "a look-up by id": sa.select(Demand.id, Demand.number).where(Demand.id == 5),
        "an entity, joined": sa.select(Demand).options(joinedload(Demand.institution)),
        "an alias in a join": joined.limit(5),
        "a list of two": sa.select(Institution).limit(5),
        "no guarded table": sa.select(User.id).where(User.id == 1),
        "members, eagerly": sa.select(Enterprise).options(joinedload(Enterprise.memberships)),
    }


def timed(run: Callable[[], object], calls: int = CALLS) -> float:
    """Milliseconds of processor time of one call."""
    began = time.process_time()
    for _ in range(calls):
        run()
    return (time.process_time() - began) / calls * 1000


def measure(cast: Cast) -> None:
    def run(statement: Any, reader: User, **options: Any) -> float:
        row_guard.hold(db.session(), reader)

        def execute() -> object:
            return db.session.execute(statement, execution_options=options).unique().all()

        execute()
        return timed(execute)

    print(f"{'':20}{'unguarded':>11}{'guarded':>9}{'option':>9}{'first':>9}")
    for name, statement in statements().items():
        found: dict[str, list[float]] = {"unguarded": [], "guarded": [], "option": []}
        for _ in range(ROUNDS):
            found["unguarded"].append(run(statement, cast.bella, unguarded=True))
            found["guarded"].append(run(statement, cast.bella))
            found["option"].append(run(statement, cast.root))
        row_guard.hold(db.session(), cast.bella)
        first = []
        for _ in range(ROUNDS):
            db.engine.clear_compiled_cache()
            first.append(timed(lambda s=statement: db.session.execute(s).unique().all(), 1))
        columns = [statistics.median(found[key]) for key in found] + [min(first)]
        print(f"{name:20}{columns[0]:11.2f}" + "".join(f"{value:9.2f}" for value in columns[1:]))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_of(Path(folder)))
        with row_guard.system(), app.app_context():
            db.create_all()
            raise_cast()
            db.session.commit()
            measure(Cast())
    self_test.run.cache_clear()
    print(f"self-test at start: {timed(self_test.run, 1):.0f} ms")


if __name__ == "__main__":
    main()
