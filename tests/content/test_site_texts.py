"""Announcements, standing pages, and the record of who agreed to what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from content import pages
from core.clock import frozen, now
from core.database import db
from models import Announcement, Consent, Event, Page, User
from tests.support.application import forget, rows, sign_in
from workflows.person import consents


def announce(author: User, title: str, days: float = 0, **more) -> Announcement:
    row = Announcement(
        title=title, body="Text", author=author, publish_at=now() + timedelta(days=days), **more
    )
    db.session.add(row)
    db.session.commit()
    return row


def test_an_announcement_stands_from_its_beginning_to_its_end(app, cast, client) -> None:
    old = announce(cast.root, "Old news", -3)
    later = announce(cast.root, "Later news", 2)
    over = announce(cast.root, "Over", -5, ends_at=now() - timedelta(days=1))
    pinned = announce(cast.root, "Pinned news", -9, pinned=True)
    page = client.get("/announcements").text
    assert page.index("Pinned news") < page.index("Old news")
    assert "Later news" not in page
    assert "Over" not in page
    for row, status in ((old, 200), (pinned, 200), (later, 404), (over, 404)):
        assert client.get(f"/announcements/{row.id}").status_code == status
    with frozen(now() + timedelta(days=3)):
        assert client.get(f"/announcements/{later.id}").status_code == 200
    assert "Old news" in client.get("/").text


def test_an_administrator_writes_schedules_and_pins(app, cast, client) -> None:
    sign_in(client, cast.root)
    posted = {
        "title": "Salon",
        "body": "**Come** <script>alert(1)</script> [here](javascript:alert(1))",
        "publish_at": "2026-09-01T09:00",
        "ends_at": "2026-09-02 09:00",
        "pinned": "y",
    }
    assert client.post("/admin/announcement/new/", data=posted).status_code == 302
    row = rows(sa.select(Announcement))[0]
    assert row.publish_at == datetime(2026, 9, 1, 1, tzinfo=UTC)  # nine o'clock in the park
    assert row.ends_at == datetime(2026, 9, 2, 1, tzinfo=UTC)
    assert row.pinned
    assert row.author_id == cast.root.id
    assert "<script>" not in row.body
    with frozen(datetime(2026, 9, 1, 2, tzinfo=UTC)):
        shown = client.get(f"/announcements/{row.id}").text
    assert "<strong>Come</strong>" in shown
    assert 'href="javascript' not in shown


def test_from_the_back_office_to_the_storefront_and_off_it_again(app, cast, client) -> None:
    sign_in(client, cast.root)
    monday = datetime(2026, 11, 23, 1, tzinfo=UTC)
    path = "/admin/announcement/new/"
    with frozen(monday):
        client.post(path, data={"title": "Stands", "body": "Now."})
        client.post(path, data={"title": "Pinned one", "body": "Top.", "pinned": "y"})
        client.post(
            path,
            data={"title": "Waits", "body": "Later.", "publish_at": "2026-11-24T09:00",
                  "ends_at": "2026-11-25T09:00"},
        )  # fmt: skip
    ids = {row.title: row.id for row in rows(sa.select(Announcement))}
    details, public = (
        f"/admin/announcement/details/?id={ids['Waits']}",
        f"/announcements/{ids['Waits']}",
    )
    for day, state, seen in ((23, "待发布", False), (24, "展示中", True), (25, "已结束", False)):
        with frozen(datetime(2026, 11, day, 1, tzinfo=UTC)):
            visitor = app.test_client()
            for place in ("/", "/announcements"):
                page = visitor.get(place).text
                assert (f'href="{public}"' in page) is seen, (day, place)
                assert page.index("Pinned one") < page.index("Stands")
            assert visitor.get(public).status_code == (200 if seen else 404)
            forget()
            page = sign_in(client, cast.root).get(details).text
            assert state in page
            assert (f'href="{public}"' in page) is seen  # no link that leads nowhere
            forget()


def test_what_is_wrong_is_said_and_kept(app, cast, client) -> None:
    sign_in(client, cast.root)
    posted = {"title": "Kept words", "body": "b", "publish_at": "2026-09-02T09:00"}
    late = client.post("/admin/announcement/new/", data=posted | {"ends_at": "2026-09-01T09:00"})
    assert late.status_code == 200
    assert "结束时间必须晚于开始时间。" in late.text
    assert "Kept words" in late.text
    odd = client.post("/admin/announcement/new/", data=posted | {"ends_at": "tomorrow"})
    assert "请填写日期和时间" in odd.text
    assert not rows(sa.select(Announcement))


@pytest.mark.parametrize("name", ["vera", "audrey"])
def test_only_administrators_write(app, cast, client: FlaskClient, name: str) -> None:
    row = announce(cast.root, "Mine")
    pages.load()
    db.session.commit()
    sign_in(client, getattr(cast, name))
    about = rows(sa.select(Page).where(Page.slug == "about"))[0]
    for path in ("/admin/announcement/new/", f"/admin/announcement/edit/?id={row.id}",
                 f"/admin/page/edit/?id={about.id}"):  # fmt: skip
        assert client.post(path, data={"title": "Theirs", "body": "b"}).status_code == 403, path
    assert rows(sa.select(Announcement.title)) == ["Mine"]


@pytest.mark.parametrize("slug", pages.SLUGS)
def test_every_standing_page_speaks_both_languages(app, client: FlaskClient, slug: str) -> None:
    chinese = client.get(f"/pages/{slug}")
    assert chinese.status_code == 200
    client.post("/language", data={"locale": "en"})
    forget()
    english = client.get(f"/pages/{slug}").text
    assert english != chinese.text
    assert pages.bundled(slug).title_en in english
    assert client.get("/pages/unknown").status_code == 404


def test_loading_adds_what_is_missing_and_leaves_what_was_edited(app) -> None:
    runner = app.test_cli_runner()
    assert "6 pages added" in runner.invoke(args=["pages", "load"]).output
    about = db.session.scalars(sa.select(Page).where(Page.slug == "about")).one()
    about.title = "Edited"
    db.session.commit()
    assert "0 pages added" in runner.invoke(args=["pages", "load"]).output
    assert pages.find("about").title == "Edited"


def test_a_new_edition_asks_everybody_again(app, cast, client) -> None:
    pages.load()
    consents.give(cast.ann)
    db.session.commit()
    assert consents.missing(cast.ann) == []
    terms = rows(sa.select(Page).where(Page.slug == "terms"))[0]
    sign_in(client, cast.root)
    text = {"title": "T", "body": "Changed", "title_en": "T", "body_en": "Changed"}
    path = f"/admin/page/edit/?id={terms.id}"
    client.post(path, data=text | {"version": "1"})
    assert consents.missing(cast.ann) == []  # a typing error mended
    client.post(path, data=text | {"version": "2", "new_edition": "y", "body": "Changed again"})
    assert consents.missing(cast.ann) == ["terms"]
    sign_in(client, cast.ann)
    assert "我已阅读并同意" in client.get("/account/consents").text
    client.post("/account/consents")
    client.post("/account/consents")  # twice is once
    held = sa.select(Consent.slug, Consent.edition).where(Consent.user_id == cast.ann.id)
    assert {tuple(row) for row in db.session.execute(held)} == {
        ("terms", 1), ("privacy", 1), ("terms", 2),
    }  # fmt: skip
    assert consents.missing(cast.ann) == []
    changed = sa.select(Event).where(Event.subject_type == "page", Event.name == "edit")
    assert len(rows(changed)) == 2


def test_whoever_registers_agrees_on_record(app, client: FlaskClient) -> None:
    posted = {
        "email": "new@example.com",
        "password": "a long enough one",
        "password_confirm": "a long enough one",
        "name": "New",
        "kind": "ordinary",
        "consent": "y",
    }
    client.post("/register", data={name: one for name, one in posted.items() if name != "consent"})
    assert not rows(sa.select(User).where(User.email == "new@example.com"))
    client.post("/register", data=posted)
    user = rows(sa.select(User).where(User.email == "new@example.com"))[0]
    held = rows(sa.select(Consent).where(Consent.user_id == user.id))
    assert {(one.slug, one.edition) for one in held} == {("terms", 1), ("privacy", 1)}


def test_a_language_is_remembered_by_browser_and_person(app, cast, client) -> None:
    client.post("/language", data={"locale": "en"})
    assert client.get_cookie("language").value == "en"
    with client.session_transaction() as session:
        session.clear()
    assert '<html lang="en">' in client.get("/").text
    sign_in(client, cast.ann)
    client.post("/language", data={"locale": "en"})
    assert rows(sa.select(User.locale).where(User.id == cast.ann.id)) == ["en"]
    client.post("/language", data={"locale": "fr"})
    assert rows(sa.select(User.locale).where(User.id == cast.ann.id)) == ["en"]
    client.set_cookie("language", "xx'")
    with client.session_transaction() as session:
        session.pop("locale")
    assert '<html lang="zh-Hans">' in client.get("/").text
