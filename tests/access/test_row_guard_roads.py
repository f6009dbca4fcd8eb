"""The row-level guard: every road to another's rows is closed, or refused."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import InvalidRequestError, NoResultFound
from sqlalchemy.orm import Session, aliased, joinedload, selectinload, sessionmaker, subqueryload
from sqlalchemy.orm.exc import ObjectDeletedError

from access import row_guard
from access.row_guard import self_test, statements
from access.row_guard.readers import Kind, reader
from access.row_guard.statements import apply
from core.database import db
from models import (
    Demand,
    Enterprise,
    EnterpriseMembership,
    Favourite,
    Institution,
    InstitutionStatus,
    Mail,
    Membership,
    Notification,
    User,
)
from tables.base import Guarded
from tests.support.application import sign_in
from tests.support.cast import Cast
from tests.support.demands import post_demand
from worker import commands, rounds
from worker.faults import Faults
from worker.jobs import Job

HOUR = timedelta(hours=1)


@pytest.fixture
def demand_id(cast: Cast) -> int:
    """Ann of Acme asks Bridge for something; Rita of Rival has no business with it."""
    row = post_demand(cast)
    db.session.commit()
    found = row.id
    db.session.remove()
    return found


def hold(person: User | None) -> None:
    row_guard.hold(db.session(), person)


def as_stored(column: Any) -> Any:
    """What the row of the demand holds, whoever may see it."""
    return db.session.scalars(sa.select(column).execution_options(unguarded=True)).one()


# --- sessions and threads ---------------------------------------------------------------------


@pytest.mark.parametrize("opened", [lambda: Session(db.engine), lambda: sessionmaker(db.engine)()])
def test_a_session_opened_beside_the_first_is_held_to_the_same_reader(
    cast: Cast, demand_id: int, opened: Any
) -> None:
    for name, expected in (("rita", []), ("bella", [demand_id])):
        hold(getattr(cast, name))
        db.session.rollback()  # SQLite has one writer
        with opened() as session:
            assert session.scalars(sa.select(Demand.id)).all() == expected, name


def in_a_thread(work: Any) -> Any:
    """What `work` returns or raises in a thread of its own."""
    db.session.rollback()  # SQLite has one writer
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(work())
        except Exception as error:  # handed to whoever asked
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return found[0]


@pytest.mark.connections
def test_a_thread_that_declares_no_reader_is_refused(
    app: Flask, cast: Cast, demand_id: int, undeclared: None
) -> None:
    hold(cast.bella)

    def look() -> list[int]:
        with app.app_context():
            return list(db.session.scalars(sa.select(Demand.id)))

    def look_as_system() -> list[int]:
        with row_guard.system():
            return look()

    def update() -> Any:
        with app.app_context():
            return db.session.execute(sa.update(Demand).values(title="x"))

    assert isinstance(in_a_thread(look), row_guard.UndeclaredReader)
    assert isinstance(in_a_thread(update), row_guard.UndeclaredReader)
    assert in_a_thread(look_as_system) == [demand_id]


@pytest.mark.connections
def test_a_session_handed_to_a_thread_takes_no_reader_along(
    cast: Cast, demand_id: int, undeclared: None
) -> None:
    hold(cast.bella)
    session = Session(db.engine)
    found = in_a_thread(lambda: session.scalars(sa.select(Demand.id)).all())
    session.close()
    assert isinstance(found, row_guard.UndeclaredReader)


def test_tables_that_everybody_reads_need_no_reader(cast: Cast, undeclared: None) -> None:
    assert "root@example.com" in db.session.scalars(sa.select(User.email)).all()


def test_nothing_lifts_the_guard_of_a_request(cast: Cast, demand_id: int) -> None:
    hold(cast.rita)
    with row_guard.system():
        assert db.session.scalars(sa.select(Demand.id)).all() == []


def test_a_request_leaves_its_reader_behind_to_nobody(
    client: Any, cast: Cast, undeclared: None
) -> None:
    sign_in(client, cast.bella)
    assert client.get("/workbench/").status_code == 200
    assert reader().kind is Kind.UNDECLARED
    assert client.get("/static/nothing.css").status_code == 404
    assert reader().kind is Kind.UNDECLARED


@pytest.mark.connections
def test_jobs_and_commands_see_every_row(
    app: Flask, cast: Cast, demand_id: int, undeclared: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[int]] = []

    class Ending:
        asked = False

        def is_asked(self) -> bool:
            return self.asked

        def wait(self, _seconds: float) -> None:
            self.asked = True

    def look(_at: datetime) -> int:
        seen.append(list(db.session.scalars(sa.select(Demand.id))))
        return 0

    monkeypatch.setattr("worker.jobs.JOBS", [Job(name="look", run=look, every=HOUR)])
    own: Any = (app, Ending(), rounds.Hand(), {"loop_jobs": Faults("loop_jobs")})
    assert in_a_thread(lambda: commands.watch_jobs(*own)) is None
    monkeypatch.setattr("worker.jobs.JOBS", [Job(name="look again", run=look, every=HOUR)])
    ran = app.test_cli_runner().invoke(args=["worker", "--once"])
    assert (ran.exit_code, ran.output) == (0, "ran: look again\n")
    assert seen == [[demand_id], [demand_id]]


# --- UPDATE, DELETE, INSERT -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rows"), [("rita", 0), ("bella", 1), ("ann", 1), ("otto", 0), ("root", 1), (None, 0)]
)
def test_an_update_changes_what_its_reader_sees(
    cast: Cast, demand_id: int, name: str | None, rows: int
) -> None:
    hold(getattr(cast, name) if name else None)
    assert db.session.execute(sa.update(Demand).values(title="Changed")).rowcount == rows
    assert as_stored(Demand.title) == ("Changed" if rows else "A contract")


def test_an_update_through_the_legacy_query_is_guarded_too(cast: Cast, demand_id: int) -> None:
    hold(cast.rita)
    assert db.session.query(Demand).update({"title": "Changed"}) == 0
    assert db.session.query(Notification).delete() == 0


def test_a_delete_takes_away_what_its_reader_sees(cast: Cast) -> None:
    for number, person in enumerate((cast.ann, cast.bella)):
        db.session.add(Notification(user_id=person.id, key=f"k{number}", template="t", link="/"))
    db.session.commit()
    hold(cast.ann)
    assert db.session.execute(sa.delete(Notification)).rowcount == 1
    assert as_stored(Notification.user_id) == cast.bella.id


def test_rows_that_are_changed_by_a_condition_on_others_are_found_by_the_guard(
    cast: Cast, demand_id: int
) -> None:
    """The guarded table stands in the WHERE of an UPDATE of a table that is not guarded."""
    posters = sa.select(Demand.poster_id)
    changed = sa.update(Enterprise).values(name="Changed").where(posters.exists())
    hold(cast.rita)
    assert db.session.execute(changed).rowcount == 0
    hold(cast.bella)
    assert db.session.execute(changed).rowcount == 1


def test_rows_are_copied_for_those_who_see_them(cast: Cast, demand_id: int) -> None:
    columns = ["user_id", "institution_id", "created_at"]
    copied = sa.select(Demand.poster_id, Demand.institution_id, sa.literal(datetime.now(UTC)))
    for name, rows in (("rita", 0), ("bella", 1)):
        hold(getattr(cast, name))
        db.session.execute(sa.insert(Favourite).from_select(columns, copied))
        assert db.session.scalar(sa.select(sa.func.count(Favourite.id))) == rows


def test_statements_that_no_criteria_reach_are_refused(cast: Cast, demand_id: int) -> None:
    textual = sa.select(Demand).from_statement(sa.text("SELECT * FROM demand"))
    by_keys = (sa.update(Demand), [{"id": demand_id, "title": "Changed"}])
    for person in (cast.rita, cast.bella):
        hold(person)
        for statement in ((textual,), by_keys):
            with pytest.raises(row_guard.UnguardableStatement, match="Demand"):
                db.session.execute(*statement)
    unguarded = textual.execution_options(unguarded=True)
    assert [row.id for row in db.session.scalars(unguarded)] == [demand_id]


@pytest.mark.postgres
def test_reads_and_writes_are_guarded_on_postgresql(pg_app: Flask) -> None:
    cast = Cast()
    post_demand(cast)
    db.session.commit()
    other = aliased(Demand)
    joined = sa.select(sa.func.count(other.id)).select_from(User)
    joined = joined.outerjoin(other, other.poster_id == User.id)
    for name, rows in (("rita", 0), ("bella", 1)):
        hold(getattr(cast, name))
        assert len(db.session.scalars(sa.select(Demand)).all()) == rows, name
        assert db.session.scalar(joined) == rows, name
        assert db.session.execute(sa.update(Demand).values(title="Changed")).rowcount == rows
        assert db.session.execute(sa.delete(Notification)).rowcount == rows  # her own notice
    db.session.rollback()


# --- rows that a session holds already --------------------------------------------------------


def loaded_past_the_guard() -> Demand:
    return db.session.scalars(sa.select(Demand).execution_options(unguarded=True)).one()


def test_get_asks_anew_about_a_row_that_was_loaded_past_the_guard(
    cast: Cast, demand_id: int
) -> None:
    hold(cast.rita)
    held = loaded_past_the_guard()
    assert db.session.get(Demand, demand_id) is None
    assert db.session.get(Demand, {"id": demand_id}) is None
    assert db.session.get(Demand, (demand_id,)) is None
    with pytest.raises(NoResultFound):
        db.session.get_one(Demand, demand_id)
    assert db.session.get(Demand, demand_id, execution_options={"unguarded": True}) is held
    hold(cast.bella)
    assert db.session.get(Demand, demand_id) is held


def test_get_asks_anew_about_a_row_that_another_reader_loaded(cast: Cast, demand_id: int) -> None:
    rita = cast.rita
    hold(cast.bella)
    held = db.session.get_one(Demand, demand_id)
    hold(rita)
    assert db.session.get(Demand, demand_id) is None
    with pytest.raises(ObjectDeletedError):
        _ = held.contact_phone


@pytest.mark.parametrize(
    ("status", "expired"),
    [(InstitutionStatus.CERTIFIED, False), (InstitutionStatus.REVOKED, True)],
)
def test_the_workplace_that_came_with_the_user_is_read_once_while_it_is_at_work(
    cast: Cast, status: InstitutionStatus, expired: bool
) -> None:
    """As a request does: the user is loaded before it is known whose eyes look."""
    table = Institution.__table__
    db.session.execute(sa.update(table).where(table.c.id == cast.bridge.id).values(status=status))
    db.session.commit()
    bella = cast.bella.id
    db.session.remove()
    hold(None)
    user = (
        db.session.scalars(
            sa.select(User)
            .where(User.id == bella)
            .options(joinedload(User.memberships).joinedload(Membership.institution))
            .execution_options(unguarded=True)
        )
        .unique()
        .one()
    )
    workplace = user.memberships[0].institution
    hold(user)
    assert sa.inspect(workplace).expired is expired


def test_a_changed_reader_loses_no_change_that_was_not_written(cast: Cast, demand_id: int) -> None:
    stan = cast.stan
    hold(cast.bella)
    held = db.session.get_one(Demand, demand_id)
    held.title = "Changed"
    hold(stan)
    assert held.title == "Changed"


def test_a_refresh_is_guarded(cast: Cast, demand_id: int) -> None:
    rita = cast.rita
    hold(cast.bella)
    held = db.session.get_one(Demand, demand_id)
    hold(rita)
    with pytest.raises(InvalidRequestError, match="Could not refresh"):
        db.session.refresh(held)


def test_a_row_that_is_no_longer_seen_is_not_read_again(cast: Cast, demand_id: int) -> None:
    hold(cast.stan)
    held = db.session.get_one(Demand, demand_id)
    gone = sa.update(Membership).where(Membership.user_id == cast.stan.id).values(active=False)
    db.session.execute(gone)
    db.session.commit()
    with pytest.raises(ObjectDeletedError):
        _ = held.contact_phone


def test_a_row_that_a_statement_loaded_past_the_guard_can_be_read_after_a_commit(
    cast: Cast, demand_id: int
) -> None:
    hold(cast.rita)
    held = loaded_past_the_guard()
    db.session.commit()
    assert held.title == "A contract"
    db.session.refresh(held)
    assert db.session.get(Demand, demand_id) is None  # by its name alone it is not found


# --- relationships ----------------------------------------------------------------------------


@pytest.mark.parametrize("load", [selectinload, joinedload, subqueryload, None])
def test_a_relationship_is_guarded_however_it_is_loaded(
    cast: Cast, load: Any, demand_id: int
) -> None:
    query = sa.select(Enterprise).options(*([load(Enterprise.memberships)] if load else []))
    for name, expected in (("rita", 0), ("ann", 1), ("root", 1)):
        db.session.expunge_all()
        hold(getattr(cast, name))
        acme = db.session.scalars(query).unique().one()
        assert len(acme.memberships) == expected, name


def test_a_relationship_of_a_row_loaded_past_the_guard_is_guarded(
    cast: Cast, demand_id: int
) -> None:
    hold(cast.rita)
    past = sa.select(Enterprise).execution_options(unguarded=True)
    assert db.session.scalars(past).one().memberships == []
    member = sa.select(EnterpriseMembership).execution_options(unguarded=True)
    assert db.session.scalars(member).one().enterprise.name == "Acme"  # no guarded table


def test_a_load_that_follows_carries_the_criteria_once(cast: Cast, demand_id: int) -> None:
    sql: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sql.append(statement)

    hold(cast.ann)
    for load in (selectinload, None):
        db.session.expunge_all()
        query = sa.select(Enterprise).options(*([load(Enterprise.memberships)] if load else []))
        event.listen(db.engine, "before_cursor_execute", note)
        try:
            assert len(db.session.scalars(query).one().memberships) == 1
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        assert sql[-1].count("enterprise_membership.user_id = ") == 1, sql[-1]


# --- the self-test ----------------------------------------------------------------------------


@pytest.fixture
def untested() -> Iterator[None]:
    self_test.run.cache_clear()
    yield
    self_test.run.cache_clear()


def test_the_self_test_passes_and_leaves_no_reader(untested: None, undeclared: None) -> None:
    self_test.run()
    assert reader().kind is Kind.UNDECLARED


def test_it_refuses_to_start_without_the_event(untested: None) -> None:
    event.remove(Session, "do_orm_execute", apply)
    try:
        with pytest.raises(self_test.RowGuardBroken):
            self_test.run()
    finally:
        event.listen(Session, "do_orm_execute", apply)


@pytest.mark.parametrize(
    ("lost", "road"),
    [
        ({"include_aliases": False}, "plain"),
        ({"include_aliases": True, "propagate_to_loaders": False}, "along with"),
    ],
)
def test_it_refuses_to_start_where_one_road_is_open(
    untested: None, monkeypatch: pytest.MonkeyPatch, lost: dict[str, bool], road: str
) -> None:
    from sqlalchemy.orm import with_loader_criteria

    from access.row_guard.criteria import for_probe

    open_road = with_loader_criteria(Guarded, lambda entity: for_probe(entity), **lost)
    monkeypatch.setitem(statements.OPTIONS, Kind.PROBE, (open_road,))
    with pytest.raises(self_test.RowGuardBroken, match=road):
        self_test.run()


# --- which tables -----------------------------------------------------------------------------

DELICATE = ("email", "phone", "mobile", "contact", "token", "password", "amount", "secret")
READ_BY_EVERYBODY = {
    "user": "names stand beside every row; views of people are the staff's",
    "staff_invitation": "the hash of a token, looked up by who holds the link",
}


def test_tables_with_contacts_money_and_secrets_are_guarded() -> None:
    guarded = {model.__tablename__ for model in row_guard.GUARDED}
    delicate = {
        table.name
        for table in db.metadata.sorted_tables
        if any(word in column.name for column in table.columns for word in DELICATE)
    }
    assert delicate - guarded == set(READ_BY_EVERYBODY)
    assert Mail in row_guard.GUARDED
