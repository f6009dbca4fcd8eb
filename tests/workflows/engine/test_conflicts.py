"""A violated constraint is told in its own words: by the name that the database reports."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

from core.database import db
from models import Affiliation, AffiliationStatus, Demand, Transaction, TransactionStatus
from tests.support.cast import Cast
from tests.support.demands import at_state, post_demand
from tests.support.transactions import filed_deal
from tests.workflows.engine.test_statement_counts import links
from workflows import engine
from workflows.demand.forms import NOT_OURS
from workflows.engine import TAKEN, conflict_words, constraint_names
from workflows.transaction.rules import CONFLICTS, CONTRACT_TAKEN, DEMAND_TAKEN, INVOICE_TAKEN

NOBODY = 999_999


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest) -> Flask:
    """The application on SQLite, and on PostgreSQL."""
    name = "app" if request.param == "sqlite" else "pg_app"
    return request.getfixturevalue(name)


@pytest.fixture
def two(either: Flask) -> tuple[Transaction, Transaction]:
    """Two filed deals of Bridge with Acme, the first with every number."""
    cast = Cast()
    first = filed_deal(
        cast.bridge, cast.bella, cast.acme, contract_number="HT-1", invoice_number="FP-1",
        demand_id=post_demand(cast).id,
    )  # fmt: skip
    second = filed_deal(cast.bridge, cast.bella, cast.acme)
    db.session.add_all([first, second])
    db.session.commit()
    return first, second


def violation(row: Any, **values: Any) -> IntegrityError:
    """Write `values` past all guards; return what the database says."""
    table = type(row).__table__
    with pytest.raises(IntegrityError) as raised, db.session.begin_nested():
        db.session.execute(sa.update(table).where(table.c.id == row.id).values(**values))
    return raised.value


@pytest.mark.parametrize(
    ("column", "constraint", "words"),
    [
        ("contract_number", "uq_transaction_contract", CONTRACT_TAKEN),
        ("invoice_number", "uq_transaction_invoice", INVOICE_TAKEN),
        ("demand_id", "uq_transaction_demand", DEMAND_TAKEN),
    ],
)
def test_each_unique_index_has_its_own_words(two, column, constraint, words) -> None:
    first, second = two
    error = violation(second, **{column: getattr(first, column)})
    assert constraint_names(error) == {constraint}
    assert conflict_words(CONFLICTS, error) is words


@pytest.mark.parametrize("column", ["demand_id", "category_id", "affiliation_id"])
def test_a_foreign_key_is_no_contract_number(two, column) -> None:
    """A deal that names what is gone says neither that it was filed before, nor by whom."""
    error = violation(two[1], **{column: NOBODY})
    assert any(name.startswith(f"fk_transaction_{column}") for name in constraint_names(error))
    assert conflict_words(CONFLICTS, error) is TAKEN


def test_a_check_is_named(two) -> None:
    error = violation(two[1], amount=None)
    assert constraint_names(error) == {"ck_transaction_filed_whole"}
    assert conflict_words(CONFLICTS, error) is TAKEN
    assert conflict_words({"ck_transaction_filed_whole": "Not whole."}, error) == "Not whole."


def test_a_null_is_no_constraint_of_ours(two) -> None:
    error = violation(two[1], title=None)
    assert constraint_names(error) == frozenset()
    assert conflict_words(CONFLICTS, error) is TAKEN


def test_a_step_says_what_its_foreign_key_means(either: Flask) -> None:
    """Assigned to a consultant of another institution: the database refuses, the step has words."""
    cast = Cast()
    demand = at_state(post_demand(cast), cast, "read")
    theirs = links([cast.rival], AffiliationStatus.LINKED)[0]
    db.session.commit()
    outcome = engine.perform(Demand, "assign", [demand.id], cast.bella, affiliation_id=theirs.id)
    assert outcome.refused == {demand.id: NOT_OURS}
    assert db.session.get_one(Affiliation, theirs.id).institution_id == cast.rival.id


def test_the_loser_of_a_race_reads_which_number_was_taken(two, monkeypatch) -> None:
    """What the guard did not see yet, since the other had not committed, the index sees."""
    first, second = two
    second.status, second.invoice_number = TransactionStatus.RETURNED, ""
    db.session.commit()
    filing = engine.PROCESSES[Transaction]["file"]
    blind = engine.Transition(
        name="file", label="File", done="Filed", source=filing.source, target=filing.target,
        by=filing.by, sets=lambda _answers, _actor: {"invoice_number": first.invoice_number},
        conflicts=filing.conflicts,
    )  # fmt: skip
    process = engine.Process(model=Transaction, transitions=(blind,), context=lambda rows: {})
    monkeypatch.setitem(engine.PROCESSES, Transaction, process)
    outcome = engine.perform(Transaction, "file", [second.id], Cast().bella)
    assert outcome.refused == {second.id: INVOICE_TAKEN}


def names_in(table: sa.Table) -> set[str]:
    return {str(one.name) for one in (*table.constraints, *table.indexes)}


def test_every_conflict_that_has_words_names_a_constraint(app: Flask) -> None:
    named = [
        (process.kind, name)
        for process in engine.PROCESSES.values()
        for step in process.transitions
        for name in step.conflicts
    ] + [
        (view.model.__tablename__, name)
        for office in app.extensions["admin"]
        for view in office._views
        for name in getattr(view, "conflicts", ())
    ]
    assert len(named) >= 12
    # what follows from an approval writes the memberships of a workbench
    tables = {"institution": ("institution", "membership")}
    unknown = [
        (kind, name)
        for kind, name in named
        if not any(
            name in names_in(db.metadata.tables[table]) for table in tables.get(kind, (kind,))
        )
    ]
    assert unknown == []
