"""A database that is restarted, or away: the request is tried again, then told: never a 500."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app import create_app
from core.database import db
from models import User
from tests.support.application import rows, settings_of, sign_in
from tests.support.cast import Cast
from web.lost_races import is_outage

VIEW = "storefront.profile"
PROFILE = {"name": "Ann Renamed", "phone": "", "locale": "zh_Hans_CN"}


def cut_connections(server: sa.Engine, database: str | None) -> None:
    """End every connection to `database`, as a restart of the server does."""
    with server.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND pid <> pg_backend_pid()",
            (database,),
        )


@pytest.fixture
def cutting(
    pg_app: Flask, postgres_server: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int], FlaskClient]:
    """A client whose first requests of the profile lose their connection within the view."""
    name = db.engine.url.database
    view = pg_app.view_functions[VIEW]

    def arranged(times: int) -> FlaskClient:
        left = [times]

        def cut_first(*args: Any, **kwargs: Any) -> Any:
            if left[0]:
                left[0] -= 1
                cut_connections(postgres_server, name)
            return view(*args, **kwargs)

        monkeypatch.setitem(pg_app.view_functions, VIEW, cut_first)
        return sign_in(pg_app.test_client(), Cast().ann)

    return arranged


def name_of_ann() -> str:
    db.session.rollback()
    return str(rows(sa.select(User.name).where(User.email == "ann@example.com"))[0])


def test_a_cut_connection_is_seen_by_nobody(cutting: Callable[[int], FlaskClient]) -> None:
    assert cutting(1).get("/account/profile").status_code == 200
    answer = cutting(1).post("/account/profile", data=PROFILE)
    assert answer.status_code == 302
    assert name_of_ann() == "Ann Renamed"


def test_a_server_that_stays_away_is_told_and_the_form_kept(
    cutting: Callable[[int], FlaskClient],
) -> None:
    answer = cutting(2).post("/account/profile", data=PROFILE)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "Ann Renamed</textarea>" in answer.text
    assert name_of_ann() == "Ann"


def test_a_cut_while_something_is_written_leaves_nothing(
    pg_app: Flask, postgres_server: sa.Engine
) -> None:
    """Hooks of rollback and commit read notes that went with the connection: no second error."""
    name = db.engine.url.database
    for end in (lambda: db.session.execute(sa.text("SELECT 1")), db.session.commit):
        db.session.execute(sa.update(User).values(phone="1"))
        cut_connections(postgres_server, name)
        with pytest.raises(OperationalError):
            end()
        db.session.rollback()
        assert rows(sa.select(User.phone).where(User.phone == "1")) == []


def test_without_a_database_every_page_says_so(tmp_path) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:9/none?connect_timeout=2"
    settings = settings_of(tmp_path, database_url=nowhere)
    app = create_app(settings)
    client = app.test_client()
    for path in ("/", "/login", "/institutions", "/readyz"):
        answer = client.get(path)
        assert answer.status_code == 503, path
    assert client.get("/healthz").status_code == 200


def test_no_free_connection_is_a_busy_site(app: Flask, client: FlaskClient, monkeypatch) -> None:
    def none_free() -> None:
        raise PoolTimeout("QueuePool limit of size 5 overflow 10 reached")

    monkeypatch.setitem(app.view_functions, "storefront.home", none_free)
    answer = client.get("/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"


class Answered(Exception):
    """What psycopg raises: it carries a SQLSTATE."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("state", "outage"),
    [("57P01", True), ("57P03", True), ("08006", True), ("53300", True), ("23505", False)],
)
def test_which_states_are_an_outage(state: str, outage: bool) -> None:
    kind = DBAPIError if outage else IntegrityError
    assert is_outage(kind("SELECT 1", {}, Answered(state))) is outage
