"""Cached pages are made anew when a table they show is written, and only then."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

import app as application
import worker
from core.database import db, reading
from core.sql_tables import tables_of
from models import CacheMark, Demand, DemandDraft, FeaturedProduct, Institution, ProductStatus
from tables.cache_mark import marked_tables
from tests.storefront.demand.test_drafts import save
from tests.storefront.product.test_pages import NEW, sent
from tests.support.application import forget, settings_of, sign_in
from tests.support.applying import english, post
from tests.support.cast import Cast
from tests.support.demands import post_demand
from tests.support.products import catalogue_item, featured_product, product, regular_offer, take
from worker.jobs import Job
from workflows import engine

# each page, and the tables whose content it shows, beside the settings, which stand on all of them
SHOWS = {
    "/": "announcement association_membership attachment category demand featured_product"
    " institution institution_category institution_score park_enterprise",
    "/institutions": "association_membership category demand institution institution_category"
    " institution_score park_enterprise review transaction",
    "/institutions?q=law": "association_membership category demand institution"
    " institution_category institution_score park_enterprise review search_entry transaction",
    "/institutions/1": "activity activity_part affiliation association_membership attachment"
    " catalogue_item category consultant consultant_category demand enterprise featured_product"
    " institution institution_category institution_score park_enterprise regular_offer review"
    " transaction",
    "/consultants": "affiliation attachment category consultant consultant_category"
    " consultant_score institution review",
    "/consultants/1": "affiliation attachment category consultant consultant_category"
    " consultant_score enterprise institution qualification review transaction",
    "/products": "attachment catalogue_item category featured_product institution regular_offer"
    " review",
    "/products?kind=regular": "catalogue_item category featured_product institution regular_offer",
    "/products/1": "affiliation attachment category consultant featured_product institution"
    " parameter_schema product_affiliation",
    "/products/regular/1": "catalogue_item category institution regular_offer",
    "/ranking": "category institution institution_category institution_score score_mark score_rule",
    "/announcements": "announcement",
    "/pages/about": "page",
    "/compare": "",
}


@pytest.fixture
def shelves(cast: Cast) -> Cast:
    """The cast, with a product on each shelf."""
    featured_product(cast.bridge)
    regular_offer(cast.bridge, catalogue_item(cast.law), 1200)
    return cast


def tags(client: FlaskClient, paths: Iterable[str] = tuple(SHOWS)) -> dict[str, str]:
    """Return the tag of each page, as a visitor gets it."""
    found = {}
    for path in paths:
        forget()
        found[path] = client.get(path).headers["ETag"]
    return found


def made_anew(client: FlaskClient, before: dict[str, str]) -> set[str]:
    """Return the pages that are sent again to a visitor who has them."""
    found = set()
    for path, tag in before.items():
        forget()
        answer = client.get(path, headers={"If-None-Match": tag})
        found |= {path} if answer.status_code == 200 else set()
    return found


def test_a_write_to_a_table_makes_the_pages_new_that_show_it(client, shelves) -> None:
    before, found = tags(client), {}
    for table in marked_tables():
        columns = db.metadata.tables[table].c
        db.session.execute(sa.update(db.metadata.tables[table]).values({columns[0]: columns[0]}))
        db.session.commit()
        found[table] = made_anew(client, before)
        before |= tags(client, found[table])
    expected = {
        table: {path for path, tables in SHOWS.items() if table in tables.split()}
        for table in marked_tables()
    }
    assert found == expected | {"site_setting": set(SHOWS)}


def test_drafts_keep_every_page(app: Flask, client, shelves) -> None:
    before = tags(client)
    bella, ann = english(app.test_client(), shelves.bella), sign_in(app.test_client(), shelves.ann)
    assert post(bella, NEW, **sent(shelves)).status_code == 302  # with a cover
    row = db.session.scalars(sa.select(FeaturedProduct).order_by(FeaturedProduct.id.desc())).first()
    assert row is not None
    assert row.status is ProductStatus.DRAFT
    again = sent(shelves, name="Another name", version=row.version)
    assert post(bella, f"/workbench/product/edit/?id={row.id}", **again).status_code == 302
    forget()
    assert save(ann, shelves).status_code == 302
    db.session.expire_all()
    assert row.name == "Another name"
    assert db.session.scalar(sa.select(sa.func.count(DemandDraft.id))) == 1
    forget()
    assert made_anew(client, before) == set()


def test_a_draft_that_is_listed_is_seen(client, shelves) -> None:
    row = product(shelves, ProductStatus.APPROVED, name="Was a draft")
    before = tags(client)
    take(row, "list", shelves.bella)
    assert "/products" in made_anew(client, before)
    forget()
    assert "Was a draft" in client.get("/products").text


def test_a_row_that_is_public_is_seen_whoever_writes_beside_it(client, shelves) -> None:
    """One flush with a draft and a product on the shelf; one product, written by its page."""
    draft = product(shelves, name="Draft")
    shown = db.session.scalars(sa.select(FeaturedProduct).filter_by(name="Patent watch")).one()
    before = tags(client)
    draft.summary, shown.summary = "Still a draft", "Seen by all"
    db.session.commit()
    assert "/products/1" in made_anew(client, before)


def test_a_draft_that_somebody_else_publishes_meanwhile_is_seen(client, shelves) -> None:
    """Our session believes that it is a draft; the database knows better once it is locked."""
    row = product(shelves, name="Draft")
    before = tags(client)
    row.summary = "Written late"

    @sa.event.listens_for(db.session, "after_flush", once=True)
    def publish(session, _context) -> None:
        now = sa.func.current_timestamp()
        table = FeaturedProduct.__table__
        session.connection().execute(
            sa.update(table).where(table.c.id == row.id).values(status="listed", approved_at=now)
        )

    db.session.commit()
    assert "/products" in made_anew(client, before)


def test_a_flush_that_fails_holds_no_marks_back(client, shelves) -> None:
    draft = product(shelves, name="Draft")
    before = tags(client)
    savepoint = db.session.begin_nested()
    draft.institution_id = 999_999
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()
    savepoint.rollback()
    db.session.execute(sa.update(Institution.__table__).values(name="Renamed"))
    db.session.commit()
    assert "/institutions" in made_anew(client, before)


@pytest.mark.connections
def test_what_the_database_removes_with_a_row_is_marked(app, shelves) -> None:
    db.session.execute(sa.delete(Institution.__table__).where(Institution.id == 999_999))
    changed = marks_left()
    assert {"institution", "regular_offer", "attachment", "product_affiliation"} <= changed
    assert not {"demand", "category", "user", "page"} & changed


def marks() -> dict[str, str]:
    """Return the marks that are committed; asked beside an open unit of work, without its lock."""
    token = reading.set(True)
    try:
        with db.engine.connect() as line:
            return dict(line.execute(sa.select(CacheMark.name, CacheMark.value)).all())
    finally:
        reading.reset(token)


def marks_left() -> set[str]:
    """Commit, and return the tables that it marked."""
    before = marks()
    db.session.commit()
    after = marks()
    return {name for name in after if after[name] != before.get(name)}


def test_an_answer_changes_the_page_that_tells_how_fast_answers_come(client, shelves) -> None:
    """It reads the journal, which has no mark: the demand's stands for both."""
    post_demand(shelves)
    db.session.commit()
    before = tags(client)
    db.session.remove()  # and with it who asked last
    assert engine.perform(Demand, "read", [1], Cast().bella).done
    db.session.commit()
    assert {"/", "/institutions", "/institutions/1"} <= made_anew(client, before)


# --- armed, whoever writes ----------------------------------------------------------------------


@pytest.fixture
def bare_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application in a process that serves no page: without the storefront."""
    monkeypatch.setattr(application.storefront, "init_app", lambda _app: None)
    app = application.create_app(settings_of(tmp_path))
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


def test_a_plain_command_leaves_marks(bare_app: Flask) -> None:
    before = marks()
    assert bare_app.test_cli_runner().invoke(args=["categories", "load"]).exit_code == 0
    assert marks().keys() - before.keys() == {"category"}


def test_a_job_of_the_worker_leaves_marks(bare_app: Flask) -> None:
    def job(_at: object) -> int:
        db.session.execute(sa.update(Institution.__table__).values(name="Renamed"))
        return 1

    assert worker.run_due([Job(name="rename", run=job, every=timedelta(hours=1))]) == ["rename"]
    assert marks().keys() == {"institution"}


# --- told from the text -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "words", "written"),
    [
        ('SELECT a.id FROM "user" AS a JOIN page ON a.x = page.y', {"user", "page"}, set()),
        ('SELECT x."page", y AS event FROM demand', {"demand"}, set()),
        ("SELECT 1 WHERE EXISTS (SELECT 1 FROM review, page)", {"review", "page"}, set()),
        ("UPDATE review SET a=1 WHERE id IN (SELECT id FROM page)", {"review", "page"}, {"review"}),
        ("WITH x AS (INSERT INTO page (a) VALUES (1) RETURNING a) SELECT a FROM x", {"page"},
         {"page"}),
        ("SELECT id FROM review FOR UPDATE OF review", {"review"}, set()),
        ("INSERT INTO page (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2", {"page"}, {"page"}),
    ],
)  # fmt: skip
def test_the_tables_of_a_statement(statement: str, words: set[str], written: set[str]) -> None:
    known = {"user", "page", "event", "demand", "review"}
    assert tables_of(statement).words & known == words
    assert tables_of(statement).written & known == written


def test_a_migration_is_told_from_other_statements() -> None:
    assert tables_of("CREATE TABLE x (id INTEGER)").schema
    assert tables_of("UPDATE alembic_version SET version_num='0018'").schema
    assert not tables_of("SELECT 1").schema
    assert tables_of('DELETE FROM "user" WHERE id = 1').emptied == {"user"}


# --- on PostgreSQL ------------------------------------------------------------------------------


@pytest.mark.postgres
def test_writers_in_opposite_orders_do_not_stop_each_other(pg_app: Flask) -> None:
    """Marks are taken in the order of their names, whatever the order of the writes."""
    broken: list[BaseException] = []

    def work(*tables: str) -> None:
        with pg_app.app_context():
            for _ in range(40):
                try:
                    for name in tables:
                        key = db.metadata.tables[name].c[0]
                        nobody = sa.update(db.metadata.tables[name]).where(sa.false())
                        db.session.execute(nobody.values({key: key}))
                    db.session.commit()
                except sa.exc.DBAPIError as error:
                    db.session.rollback()
                    broken.append(error)

    names = ("demand", "institution", "page", "review")
    threads = [
        threading.Thread(target=work, args=order)
        for order in (names, names[::-1])
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    assert set(names) <= marks().keys()


@pytest.mark.postgres
def test_an_open_write_to_one_table_keeps_no_writer_of_another_waiting(pg_app: Flask) -> None:
    """Even at its commit: the row of the mark is held, and others mark their own."""
    with db.engine.connect() as holder, holder.begin():
        holder.execute(sa.update(CacheMark.__table__).where(CacheMark.name == "institution")
                       .values(value=uuid.uuid4().hex))  # fmt: skip
        db.session.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
        db.session.execute(sa.update(db.metadata.tables["page"]).values(slug=sa.column("slug")))
        db.session.commit()
