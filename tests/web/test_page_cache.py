"""What is kept for everybody: never stale, and never anybody's."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.clock import frozen, now
from core.database import db
from core.shared_cache import SharedCache
from models import Announcement, Category, Institution, Mail, Notification
from tables import cache_mark
from tests.support.application import forget, sign_in
from tests.support.products import featured_product, take
from web import cache_marks, fragment_cache, page_cache

PAGES = ("/", "/institutions", "/products", "/products?kind=regular", "/consultants", "/ranking",
         "/announcements", "/pages/about", "/compare")  # fmt: skip


@pytest.fixture(autouse=True)
def english(client) -> None:
    client.set_cookie("language", "en")


def again(client, path: str, tag: str):
    forget()
    return client.get(path, headers={"If-None-Match": tag})


@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_may_keep_a_page_and_asks_whether_it_stands(client, cast, path) -> None:
    first = client.get(path)
    rules = set(first.headers["Cache-Control"].split(", "))
    assert rules == {"public", "max-age=15", "must-revalidate"}
    assert "Cookie" in first.headers["Vary"]
    assert "Set-Cookie" not in first.headers
    assert "csrf_token" not in first.text
    second = again(client, path, first.headers["ETag"])
    assert second.status_code == 304
    assert second.data == b""
    assert "Content-Security-Policy" in second.headers


def test_languages_are_told_apart(client, cast) -> None:
    english = client.get("/institutions")
    client.set_cookie("language", "zh_Hans_CN")
    forget()
    chinese = again(client, "/institutions", english.headers["ETag"])
    assert chinese.status_code == 200
    assert "服务机构" in chinese.text


def rename(cast) -> None:
    cast.bridge.name = "Bridge & Sons"


def bulk(cast) -> None:
    db.session.execute(sa.update(Institution).values(name="Bridge & Sons"))


def core(cast) -> None:
    db.session.execute(sa.update(Institution.__table__).values(name="Bridge & Sons"))


@pytest.mark.parametrize("write", [rename, bulk, core])
def test_a_change_is_seen_by_the_next_request(client, cast, write) -> None:
    tag = client.get("/institutions").headers["ETag"]
    write(cast)
    db.session.commit()
    answer = again(client, "/institutions", tag)
    assert answer.status_code == 200
    assert "Bridge &amp; Sons" in answer.text


@pytest.mark.connections
def test_a_change_of_another_process_is_seen(app, client, cast) -> None:
    """Its commit goes through an engine of its own."""
    tag = client.get("/").headers["ETag"]
    other = sa.create_engine(db.engine.url)
    cache_mark.watch(other)
    with other.begin() as line:
        line.execute(sa.update(Category.__table__).values(name_en="Renamed"))
    other.dispose()
    db.session.remove()  # the requests of a test share a unit of work
    answer = again(client, "/", tag)
    assert answer.status_code == 200
    assert "Renamed" in answer.text


def test_what_is_taken_back_leaves_no_mark(client, cast) -> None:
    tag = client.get("/institutions").headers["ETag"]
    cast.bridge.name = "Never"
    db.session.flush()
    db.session.rollback()
    db.session.add(Notification(user_id=cast.ann.id, key="k", template="demand_posted", link="/"))
    db.session.commit()
    assert again(client, "/institutions", tag).status_code == 304


def test_a_mail_or_a_sign_in_changes_no_public_page(client, cast) -> None:
    tag = client.get("/institutions").headers["ETag"]
    cast.ann.name = "Anna"
    db.session.commit()
    db.session.execute(sa.delete(Mail))
    db.session.commit()
    assert again(client, "/institutions", tag).status_code == 304


def test_a_product_that_is_delisted_goes_at_once(client, cast) -> None:
    row = featured_product(cast.bridge)
    assert "Patent watch" in client.get("/products").text
    take(row, "delist", cast.bella)
    forget()
    page = client.get("/products").text
    assert "Patent watch" not in page
    assert ">0<" in page  # the counts go with it


def test_time_brings_an_announcement_and_takes_it(client, cast) -> None:
    soon = now() + timedelta(hours=1)
    db.session.add(
        Announcement(
            title="Later", body="x", publish_at=soon, ends_at=soon + timedelta(hours=1),
            author=cast.root,
        )
    )  # fmt: skip
    db.session.commit()
    assert "Later" not in client.get("/").text
    for hours, shown in ((1.5, True), (2.5, False)):
        with frozen(now() + timedelta(hours=hours)):
            forget()
            assert ("Later" in client.get("/").text) is shown


def test_nothing_of_a_person_is_kept(client, cast) -> None:
    plain = client.get("/institutions")
    sign_in(client, cast.ann)
    answer = again(client, "/institutions", plain.headers["ETag"])
    assert answer.status_code == 200
    assert "Ann" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert "csrf_token" in answer.text
    other = client.application.test_client()
    other.set_cookie("language", "en")
    forget()
    assert ">Ann<" not in other.get("/institutions").text


def test_a_message_is_shown_once_and_to_nobody_else(client, cast) -> None:
    client.get("/institutions")
    with client.session_transaction() as session:
        session["_flashes"] = [("success", "Just for you")]
    forget()
    answer = client.get("/institutions")
    assert "Just for you" in answer.text
    assert "ETag" not in answer.headers
    forget()
    assert "Just for you" not in client.get("/institutions").text


def test_errors_are_not_kept(client, cast) -> None:
    answer = client.get("/institutions/999999")
    assert answer.status_code == 404
    assert "ETag" not in answer.headers


def test_an_open_unit_of_work_is_not_kept(app, cast) -> None:
    with app.test_request_context("/", method="POST"):
        assert fragment_cache.cached("test", lambda: 1) == 1
        assert fragment_cache.cached("test", lambda: 2) == 2


def test_the_pages_held_are_not_without_end(client, cast, monkeypatch) -> None:
    monkeypatch.setattr(page_cache, "_pages", SharedCache(3))
    for number in range(6):
        forget()
        client.get(f"/institutions?q={number}")
    assert 0 < len(page_cache._pages) <= 3


@pytest.mark.postgres
def test_two_writers_on_postgresql_leave_two_marks(pg_app) -> None:
    def read() -> tuple[str, ...]:
        with pg_app.test_request_context("/"):
            return cache_marks.marks().stamp(frozenset({"institution"}))

    seen = {read()}
    for name in ("One", "Two"):
        db.session.execute(sa.update(Institution).values(introduction=name))
        db.session.commit()
        seen.add(read())
    assert len(seen) == 3
