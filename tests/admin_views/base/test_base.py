"""The base of both back offices: lists, details, steps on one and many rows, forms."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa

from core.clock import now
from core.database import db
from models import (
    Category,
    Demand,
    DemandStatus,
    Event,
    Institution,
    InstitutionStatus,
    Task,
    TaskRow,
)
from tests.support.application import rows, sign_in
from tests.support.back_office import app, demand, office_app, waiting  # noqa: F401  # fixtures
from workflows import engine

LIST = "/admin/try-application/"
ASK = "/admin/try-application/ask/"
S = InstitutionStatus


def names(page: str) -> list[str]:
    """The rows of a list, by the text of their link."""
    return re.findall(r'class="row-link"[^>]*>(.*?)</a>', page)


def state_of(key: int) -> InstitutionStatus:
    return rows(sa.select(Institution).where(Institution.id == key))[0].status


@pytest.fixture
def vera(client, cast):
    return sign_in(client, cast.vera)


# --- the list ---------------------------------------------------------------------------------


def test_cells_are_printed_for_the_reader(client, cast):
    sign_in(client, cast.bella)
    demand(
        cast.ann, cast.bridge, "<b>Deal</b>", budget=Decimal("12000.50"), wanted_by=date(2026, 3, 1)
    )
    page = client.get("/workbench/try-demand/").text
    assert "&lt;b&gt;Deal&lt;/b&gt;" in page
    assert "¥12,000.50" in page
    assert "2026-03-01" in page
    assert "138****5678" in page
    assert "13812345678" not in page
    assert '<span class="mark mark-' in page


def test_times_are_local(vera, cast):
    row = cast.waiting
    row.created_at = now().replace(year=2026, month=1, day=1, hour=20, minute=5)
    db.session.commit()
    assert "2026-01-02 04:05" in vera.get(LIST).text


def test_the_newest_come_first_and_the_order_is_in_the_address(vera):
    assert names(vera.get(LIST).text) == ["Sue Waiting", "Rival Tax", "Bridge Law"]
    page = vera.get(f"{LIST}?sort=name").text
    assert names(page) == ["Bridge Law", "Rival Tax", "Sue Waiting"]
    assert 'aria-sort="ascending"><a href="?sort=-name">' in page
    assert names(vera.get(f"{LIST}?sort=-applicant").text) == [
        "Sue Waiting",
        "Rival Tax",
        "Bridge Law",
    ]


def test_filters_and_search_narrow_the_list(vera, cast):
    assert names(vera.get(f"{LIST}?status=submitted").text) == ["Sue Waiting"]
    assert names(vera.get(f"{LIST}?categories={cast.rival.categories[0].id}").text) == ["Rival Tax"]
    assert names(vera.get(f"{LIST}?q=RIVAL").text) == ["Rival Tax"]
    assert names(vera.get(f"{LIST}?q=bella%40").text) == ["Bridge Law"]
    assert names(vera.get(f"{LIST}?wish=no&status=certified&sort=name").text) == [
        "Bridge Law",
        "Rival Tax",
    ]


def test_percent_and_underscore_are_letters(vera):
    assert names(vera.get(f"{LIST}?q=%25").text) == []
    assert names(vera.get(f"{LIST}?q=e_e").text) == []


def test_days_are_days_of_the_reader(vera, cast):
    row = cast.waiting
    row.created_at = now().replace(year=2026, month=1, day=1, hour=20)  # the 2nd in Shanghai
    db.session.commit()
    day = "created_at_from=2026-01-02&created_at_to=2026-01-02"
    assert names(vera.get(f"{LIST}?{day}").text) == ["Sue Waiting"]
    assert names(vera.get(f"{LIST}?created_at_to=2026-01-01").text) == []


def test_pages(vera, cast):
    waiting(cast, 45)
    assert len(names(vera.get(LIST).text)) == 20
    assert len(names(vera.get(f"{LIST}?size=50").text)) == 48
    assert len(names(vera.get(f"{LIST}?page=3").text)) == 8
    page = vera.get(f"{LIST}?size=20&page=2&status=submitted").text
    assert "page=3" in page
    assert "status=submitted" in page
    assert "size=" not in re.findall(r'rel="next" href="([^"]*)"', page)[0].replace("size=20", "")


def test_an_empty_list_says_what_to_do(client, cast):
    sign_in(client, cast.bella)
    assert 'class="empty"' in client.get("/workbench/try-demand/").text
    sign_in(client, cast.vera)
    page = client.get(f"{LIST}?q=nobody").text
    assert 'class="empty"' in page
    assert f'href="{LIST}"' in page


def test_fifty_rows_cost_a_fixed_number_of_queries(app, vera, cast):  # noqa: F811  # a fixture
    waiting(cast, 60)
    seen: list[str] = []

    def listener(_connection, _cursor, statement, *_rest) -> None:
        seen.append(statement)

    def queries(size: int) -> int:
        seen.clear()
        assert vera.get(f"{LIST}?size={size}").status_code == 200
        return len(seen)

    queries(20)
    sa.event.listen(db.engine, "before_cursor_execute", listener)
    assert queries(50) == queries(20) > 0
    sa.event.remove(db.engine, "before_cursor_execute", listener)


# --- details ----------------------------------------------------------------------------------


def test_details_show_the_record_and_its_past(vera, cast):
    row = cast.waiting
    engine.perform(Institution, "return", [row.id], cast.vera, reason="The scan is blurred.")
    engine.edit(row, cast.sue, {"contact_mobile": "13711112222", "address": "Road 2"})
    db.session.commit()
    page = vera.get(f"{LIST}details/?id={row.id}").text
    assert "The scan is blurred." in page
    assert "<del>Park Road 1</del> → <ins>Road 2</ins>" in page
    assert "<del>139****1111</del> → <ins>137****2222</ins>" in page
    assert page.index("Road 2</ins>") < page.index("The scan is blurred.")  # the newest first


def test_buttons_are_what_the_engine_allows(client, cast):
    key = cast.waiting.id
    sign_in(client, cast.vera)
    page = client.get(f"{LIST}details/?id={key}").text
    assert set(re.findall(r"verb=(\w+)", page)) == {"approve", "return", "reject"}
    sign_in(client, cast.audrey)
    assert "verb=" not in client.get(f"{LIST}details/?id={key}").text


# --- steps ------------------------------------------------------------------------------------


def test_a_step_that_asks_shows_its_page_first(vera, cast):
    key = cast.waiting.id
    page = vera.get(f"{ASK}?verb=reject&ids={key}:1").text
    assert "Sue Waiting" in page
    assert 'name="reason"' in page
    assert state_of(key) is S.SUBMITTED
    page = vera.post(ASK, data={"verb": "reject", "ids": f"{key}:1", "answered": "1"})
    assert page.status_code == 200  # a reason is asked for
    assert state_of(key) is S.SUBMITTED
    answer = {"verb": "reject", "ids": f"{key}:1", "answered": "1", "reason": "No licence."}
    reply = vera.post(ASK, data=answer)
    assert reply.location == f"{LIST}details/?id={key}"
    assert state_of(key) is S.REJECTED


def test_a_plain_step_is_taken_at_once(client, cast):
    sign_in(client, cast.stan)
    row = demand(cast.ann, cast.bridge)
    url = "/workbench/try-demand/ask/"
    reply = client.post(url, data={"verb": "accept", "ids": f"{row.id}:1"})
    assert reply.status_code == 302
    assert rows(sa.select(Demand))[0].status is DemandStatus.ACCEPTED


def test_a_second_thought_is_asked_for_on_a_page(client, cast):
    sign_in(client, cast.root)
    engine.perform(Institution, "suspend", [cast.bridge.id], cast.root, reason="A complaint.")
    db.session.commit()
    key = cast.bridge.id
    sent = {"verb": "lift", "ids": f"{key}:2"}
    assert client.post(ASK, data=sent).status_code == 200
    assert state_of(key) is S.SUSPENDED
    assert client.post(ASK, data=sent | {"answered": "1"}).status_code == 302
    assert state_of(key) is S.CERTIFIED


def test_a_newer_version_is_not_decided_on(vera, cast):
    row = cast.waiting
    engine.edit(row, cast.sue, {"address": "Road 2"})
    db.session.commit()
    answer = {"verb": "approve", "ids": f"{row.id}:1", "answered": "1", "association": "later"}
    page = vera.post(ASK, data=answer, follow_redirects=True).text
    assert str(engine.CHANGED) in page
    assert state_of(row.id) is S.SUBMITTED


# --- many rows --------------------------------------------------------------------------------


def test_bulk_buttons_are_for_those_who_may(client, cast):
    sign_in(client, cast.vera)
    page = client.get(LIST).text
    assert re.findall(r'name="verb" value="(\w+)"', page) == ["approve", "return", "reject"]
    assert 'type="checkbox" name="pick"' in page
    sign_in(client, cast.audrey)
    page = client.get(LIST).text
    assert 'name="verb"' not in page
    assert 'name="pick"' not in page


def test_picked_rows_without_script(vera, cast):
    ids = waiting(cast, 3)
    sent = {"verb": "reject", "choice": "picked", "ids": "", "from_list": "1",
            "pick": [f"{key}:1" for key in ids[:2]]}  # fmt: skip
    page = vera.post(f"{ASK}?status=submitted", data=sent).text
    assert f'name="ids" value="{ids[0]}:1,{ids[1]}:1"' in page
    assert "Applicant 0" in page
    assert "Applicant 2" not in page
    sent = {"verb": "reject", "ids": f"{ids[0]}:1,{ids[1]}:1", "from_list": "1",
            "answered": "1", "reason": "No."}  # fmt: skip
    reply = vera.post(f"{ASK}?status=submitted", data=sent)
    assert reply.location == f"{LIST}?status=submitted"
    assert [state_of(key) for key in ids] == [S.REJECTED, S.REJECTED, S.SUBMITTED]


def test_all_that_match_the_filter(vera, cast):
    ids = waiting(cast, 30)
    sent = {"verb": "reject", "choice": "all"}
    page = vera.post(f"{ASK}?q=applicant", data=sent).text
    assert page.count("<li>Applicant ") == 20
    field = re.search(r'name="ids" value="([^"]*)"', page)[1]
    assert sorted(int(one.split(":")[0]) for one in field.split(",")) == ids
    sent = {"verb": "reject", "ids": field, "answered": "1", "reason": "No."}
    vera.post(f"{ASK}?q=applicant", data=sent)
    assert {state_of(key) for key in ids} == {S.REJECTED}
    assert cast.waiting.status is S.SUBMITTED


def test_the_answer_says_what_became_of_each_row(vera, cast):
    ids = waiting(cast, 30, "某某科技咨询服务有限公司苏州工业园区分公司第")
    engine.perform(Institution, "reject", ids[:25], cast.vera, reason="No.")
    db.session.commit()
    sent = {"verb": "approve", "answered": "1", "association": "later",
            "ids": ",".join(f"{key}:1" for key in [*ids, 999_999])}  # fmt: skip
    vera.post("/language", data={"locale": "en"})
    reply = vera.post(ASK, data=sent)
    assert len(reply.headers["Set-Cookie"]) < 4000  # a browser drops a larger one
    page = vera.get(reply.location).text
    assert "5 done." in page
    assert "25 not done." in page
    assert page.count(": Already handled.") == 20
    assert "and 5 more" in page
    assert "1 not found." in page
    assert {state_of(key) for key in ids[25:]} == {S.CERTIFIED}


def test_five_thousand_ids_in_one_request(vera, cast):
    """They are a task: tests/worker/test_tasks.py shows how it is worked off."""
    ids = waiting(cast, 5000)
    sent = {"verb": "reject", "answered": "1", "reason": "No.",
            "ids": ",".join(f"{key}:1" for key in ids)}  # fmt: skip
    reply = vera.post(ASK, data=sent, content_type="multipart/form-data")
    assert reply.status_code == 302
    assert rows(sa.select(Task.total)) == [5000]
    assert rows(sa.select(TaskRow.row_id).order_by(TaskRow.row_id)) == sorted(ids)


def test_nothing_selected(vera):
    reply = vera.post(ASK, data={"verb": "approve", "choice": "picked", "ids": ""})
    assert reply.location == LIST


# --- forms ------------------------------------------------------------------------------------


def category(**changes) -> dict[str, str]:
    return {"name": "人力资源", "name_en": "Staff", "slug": "staff", "position": "3"} | changes


def test_a_row_is_added_and_journaled(client, cast):
    sign_in(client, cast.root)
    reply = client.post("/admin/try-category/new/", data=category(parent=str(cast.law.id)))
    row = rows(sa.select(Category).where(Category.slug == "staff"))[0]
    assert reply.location == f"/admin/try-category/details/?id={row.id}"
    assert row.parent_id == cast.law.id
    event = rows(sa.select(Event))[0]
    assert (event.name, event.subject_type, event.actor_id) == ("create", "category", cast.root.id)


def test_an_edit_is_journaled(client, cast):
    sign_in(client, cast.root)
    key = cast.law.id
    sent = category(name="法务", name_en="Law", slug="law", position="1", version="1")
    assert client.post(f"/admin/try-category/edit/?id={key}", data=sent).status_code == 302
    event = rows(sa.select(Event))[0]
    assert event.changes == {"name": ["法律服务", "法务"]}
    assert cast.law.version == 2


def test_a_stale_form_keeps_what_was_typed(client, cast):
    sign_in(client, cast.root)
    law = cast.law
    engine.edit(law, cast.root, {"name": "律所"})
    db.session.commit()
    sent = category(name="法务", name_en="Law", slug="law", position="1", version="1")
    page = client.post(f"/admin/try-category/edit/?id={law.id}", data=sent)
    assert page.status_code == 200
    assert 'value="法务"' in page.text
    assert "律所" in page.text
    assert 'name="version" value="2"' in page.text
    assert rows(sa.select(Category.name).where(Category.id == law.id)) == ["律所"]
    sent["version"] = "2"
    assert client.post(f"/admin/try-category/edit/?id={law.id}", data=sent).status_code == 302
    assert rows(sa.select(Category.name).where(Category.id == law.id)) == ["法务"]


def test_an_owner_edits_relations_and_staff_do_not(client, cast):
    sign_in(client, cast.bella)
    key = cast.bridge.id
    url = f"/workbench/try-profile/edit/?id={key}"
    both = [str(one.id) for one in db.session.scalars(sa.select(Category))]
    sent = {"address": "Road 9", "website": "", "categories": both, "version": "1"}
    assert client.post(url, data=sent).status_code == 302
    assert [str(one.id) for one in cast.bridge.categories] == both
    event = rows(sa.select(Event))[0]
    assert event.changes["categories"] == [["法律服务"], ["法律服务", "财税服务"]]
    sign_in(client, cast.stan)
    assert client.get(url).status_code == 403
    assert client.post(url, data=sent).status_code == 403
