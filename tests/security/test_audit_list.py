"""Seen: the audit list could be searched by kind and day alone, showed numbers for names and raw
column names (`contact_mobile`), and could not be taken out."""

from __future__ import annotations

import csv
import io
import re

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core import audit_context
from core.database import db
from models import Event, EventName
from tests.support.application import rows, sign_in
from tests.support.cast import Cast
from workflows import engine
from workflows.audit import erasing


@pytest.fixture
def past(cast: Cast) -> Cast:
    """Two events of two people, about two things, from two networks."""
    with audit_context.acting_from("203.0.113.77", 7):
        engine.note(
            cast.bridge, EventName.EDITED, cast.bella,
            changes={"contact_mobile": ["13900001111", "13900002222"]},
        )  # fmt: skip
        db.session.flush()
    with audit_context.acting_from("2001:db8::1", 8):
        engine.note(cast.ann, EventName.SIGN_IN_FAILED, None, changes={"failed": "password"})
        db.session.commit()
    return cast


def main_of(page: str) -> str:
    body = page[page.index("<tbody") : page.index("</tbody")] if "<tbody" in page else ""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


BELLA, ANN = "手机", "登录失败"


@pytest.mark.parametrize(
    ("query", "edit", "failed"),
    [
        ("", True, True),
        ("person=Bella", True, False),
        ("person=bella@example.com", True, False),
        ("person=Nobody", False, False),
        ("kind=user", False, True),
        ("thing=Bridge", True, False),
        ("thing=ann@example.com", False, True),
        ("step=sign_in_failed", False, True),
        ("network=203.0.113.", True, False),
        ("network=2001:DB8:", False, True),
        ("network=%25", False, False),
        ("at_from=2999-01-01", False, False),
        ("person=%23999999", False, False),
        ("person=Bella&kind=user", False, False),
    ],
)
def test_the_list_is_narrowed(
    client: FlaskClient, past: Cast, query: str, edit: bool, failed: bool
) -> None:
    page = sign_in(client, past.audrey).get(f"/admin/event/?{query}").text
    table = main_of(page)
    assert ("Bridge Law" in table and "203.0.113.77" in table) is edit
    assert (ANN in table and "2001:db8::1" in table) is failed


def test_by_the_number_of_a_person(client: FlaskClient, past: Cast) -> None:
    page = sign_in(client, past.audrey).get(f"/admin/event/?person=%23{past.bella.id}").text
    assert "Bridge Law" in main_of(page)


def test_things_and_columns_have_their_names(client: FlaskClient, past: Cast) -> None:
    event = rows(sa.select(Event).filter_by(name="edit"))[-1]
    page = sign_in(client, past.audrey).get(f"/admin/event/details/?id={event.id}").text
    page = page[page.index("<main") :]
    for words in ("Bridge Law", "Bella", BELLA, "203.0.113.77", "#7", "139****1111"):
        assert words in page, words
    for raw in ("contact_mobile", "13900001111", "institution</"):
        assert raw not in page, raw
    failed = rows(sa.select(Event).filter_by(name="sign_in_failed"))[-1]
    page = client.get(f"/admin/event/details/?id={failed.id}").text
    assert "密码错误" in page
    assert "failed:" not in page


def test_who_is_gone_keeps_their_number(client: FlaskClient, past: Cast) -> None:
    engine.note(past.bridge, EventName.EDITED, past.otto, changes={"name": ["a", "b"]})
    db.session.commit()
    id = past.otto.id
    db.session.execute(sa.text('DELETE FROM "user" WHERE id = :id'), {"id": id})
    db.session.commit()
    page = sign_in(client, past.audrey).get("/admin/event/?kind=institution").text
    assert f"#{id}" in main_of(page)


def test_what_was_erased_says_so(client: FlaskClient, past: Cast) -> None:
    event = rows(sa.select(Event).filter_by(name="edit"))[-1]
    erasing.erase(Event.__table__.c.id == event.id)
    db.session.commit()
    page = sign_in(client, past.audrey).get(f"/admin/event/details/?id={event.id}").text
    assert "账号注销，内容已清除" in page


def test_the_export_is_what_the_list_shows_and_is_on_record(
    client: FlaskClient, past: Cast
) -> None:
    sign_in(client, past.audrey)
    address = "/admin/event/export/?kind=institution&person=Bella"
    answer = client.post(address, data={"format": "csv"})
    assert answer.status_code == 200
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(lines) == 2
    assert {"Bella", "机构", "Bridge Law", "203.0.113.77", "7"} <= set(lines[1])
    assert lines[1][9].endswith("139****1111 → 139****2222")  # masked as in the list
    (exported,) = rows(sa.select(Event).filter_by(name="export"))
    assert (exported.actor_id, exported.subject_type, exported.subject_id) == (
        past.audrey.id, "event", 0,
    )  # fmt: skip
    assert exported.changes["rows"] == 1
    assert "kind=institution" in exported.changes["filters"]
    book = client.post("/admin/event/export/", data={"format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(book.data)).worksheets[0]
    assert sheet.max_row >= 4  # the heading, the two, and the export before


def test_an_export_by_get_or_without_the_duty_is_refused(client: FlaskClient, past: Cast) -> None:
    assert sign_in(client, past.audrey).get("/admin/event/export/").status_code == 405
    assert sign_in(client, past.vera).post("/admin/event/export/").status_code == 403
    assert rows(sa.select(Event).filter_by(name="export")) == []


def test_more_than_a_file_holds_is_refused(client: FlaskClient, past: Cast, monkeypatch) -> None:
    monkeypatch.setattr("admin_views.platform.event.export.MOST", 1)
    answer = sign_in(client, past.audrey).post("/admin/event/export/", follow_redirects=True)
    assert "请先缩小范围" in answer.text
    assert rows(sa.select(Event).filter_by(name="export")) == []


def test_a_long_list_is_not_counted_whole(client: FlaskClient, past: Cast, monkeypatch) -> None:
    monkeypatch.setattr("admin_views.platform.event.views.EventView.most_counted", 1)
    assert "超过 1 条" in sign_in(client, past.audrey).get("/admin/event/").text


def test_the_catalogue_in_a_file_is_on_record(client: FlaskClient, cast: Cast) -> None:
    assert sign_in(client, cast.root).get("/admin/catalogue_item/export/").status_code == 200
    (exported,) = rows(sa.select(Event).filter_by(name="export"))
    assert (exported.actor_id, exported.subject_type) == (cast.root.id, "catalogue_item")
