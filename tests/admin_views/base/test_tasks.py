"""The pages of a task: who sees which, how far it is, what was not done and why, ending it."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core.clock import now
from core.database import db
from models import Institution, InstitutionStatus, Mail, Task, TaskRow
from tests.support.application import rows, sign_in
from tests.support.back_office import handed_in
from tests.support.cast import Cast
from tests.support.products import catalogue_item, regular_offer
from tests.support.tasks import counts, order, seen, work_later
from worker import tasks
from workflows import engine

ASK = "/admin/application/ask/"
REJECT = {"verb": "reject", "answered": "1", "reason": "No licence."}
S = InstitutionStatus


@pytest.fixture(autouse=True)
def no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "REST", 0)


def page_of(number: int, office: str = "admin") -> str:
    return f"/{office}/task/details/?id={number}"


@pytest.fixture
def vera(client: FlaskClient, cast: Cast, chinese: None) -> FlaskClient:
    return sign_in(client, cast.vera)


def test_more_than_1000_rows_become_a_task(vera: FlaskClient, cast: Cast) -> None:
    ids = handed_in(cast, 1001)
    reply = vera.post(ASK, data={**REJECT, "ids": seen(ids)}, content_type="multipart/form-data")
    [number] = rows(sa.select(Task.id))
    assert (reply.status_code, reply.location) == (302, page_of(number))
    assert rows(sa.select(Institution.status).where(Institution.id.in_(ids[:1]))) == [S.SUBMITTED]
    page = vera.get(reply.location).text
    assert "排队中" in page
    assert "已处理 0 / 1,001 条" in page
    work_later()
    page = vera.get(reply.location).text
    assert "已办结" in page
    assert "已处理 1,001 / 1,001 条" in page
    assert counts(number) == ("finished", 1001, 0)


def test_1000_rows_are_dealt_with_at_once(vera: FlaskClient, cast: Cast) -> None:
    ids = handed_in(cast, 1000)
    reply = vera.post(ASK, data={**REJECT, "ids": seen(ids)}, content_type="multipart/form-data")
    assert reply.location == "/admin/application/"
    assert rows(sa.select(Task)) == []
    done = sa.select(sa.func.count(Institution.id)).where(Institution.status == S.REJECTED)
    assert rows(done) == [1000]


def test_the_page_that_asks_says_that_it_becomes_a_task(vera: FlaskClient, cast: Cast) -> None:
    words = "将转为后台批量任务办理"
    ids = handed_in(cast, 1001)
    assert words in vera.post(ASK, data={"verb": "reject", "ids": seen(ids)}).text
    assert words not in vera.post(ASK, data={"verb": "reject", "ids": seen(ids[:1000])}).text


def test_what_is_typed_wrong_orders_nothing(vera: FlaskClient, cast: Cast) -> None:
    ids = handed_in(cast, 1001)
    page = vera.post(ASK, data={**REJECT, "reason": "", "ids": seen(ids)})
    assert page.status_code == 200
    assert rows(sa.select(Task)) == []


def test_a_double_click_orders_once(vera: FlaskClient, cast: Cast) -> None:
    sent = {**REJECT, "ids": seen(handed_in(cast, 1001))}
    assert vera.post(ASK, data=sent).location == vera.post(ASK, data=sent).location
    assert len(rows(sa.select(Task))) == 1


def test_ids_that_are_no_rows_are_counted(vera: FlaskClient, cast: Cast) -> None:
    ids = handed_in(cast, 1001)
    vera.post(ASK, data={**REJECT, "ids": f"{seen(ids)},999999:1,nonsense"})
    [number] = rows(sa.select(Task.id))
    assert re.search(r"<dt>未找到</dt><dd>2</dd>", vera.get(page_of(number)).text)


def test_the_bar_and_the_numbers(vera: FlaskClient, cast: Cast) -> None:
    number = order(cast.vera, handed_in(cast, 400))
    asked: list[int] = []
    work_later(stop=lambda: bool(asked.append(1)) or len(asked) > 2)  # one portion
    assert counts(number) == ("running", 100, 0)
    page = vera.get(page_of(number)).text
    assert '<progress class="task-bar" max="400" value="100" aria-label="处理进度">' in page
    assert "办理中" in page
    assert "<h1>入驻申请 · 驳回</h1>" in page
    assert '<noscript><meta http-equiv="refresh" content="4"></noscript>' in page
    assert 'data-live="2"' in page
    assert re.search(r'<script src="/static/js/live\.[0-9a-f]{12}\.js" defer>', page)
    work_later()
    page = vera.get(page_of(number)).text
    assert "refresh" not in page
    assert "js/live.js" not in page
    assert "/cancel/" not in page


def test_nothing_of_the_page_stands_inline(vera: FlaskClient, cast: Cast) -> None:
    number = order(cast.vera, handed_in(cast, 5))
    reply = vera.get(page_of(number))
    assert "default-src 'self'" in reply.headers["Content-Security-Policy"]
    assert " style=" not in reply.text
    assert not re.search(r"<script(?![^>]*src=)", reply.text)
    assert not re.search(r"\son\w+=", reply.text)


def test_what_was_not_done_is_named_with_its_reason_and_its_page(
    vera: FlaskClient, cast: Cast
) -> None:
    ids = handed_in(cast, 160, "苏州某某公司")
    number = order(cast.vera, [*ids, 999_999], locale="zh_Hans_CN")
    engine.perform(Institution, "return", ids[:120], cast.root, reason="Was quicker.")
    db.session.commit()
    work_later()
    assert counts(number) == ("finished", 40, 121)
    page = vera.get(page_of(number)).text
    assert page.count("该记录已被处理") + page.count("已处理过") + page.count("已处理") > 50
    assert "苏州某某公司 0" in page
    assert "第 1 / 3 页" in page or "共 3 页" in page
    last = vera.get(f"{page_of(number)}&page=3").text
    assert "编号 999999" in last
    assert last.count('data-label="原因"') == 21
    assert vera.get(f"{page_of(number)}&page=99").text.count('data-label="原因"') == 21
    assert vera.get(f"{page_of(number)}&page=x").text.count('data-label="原因"') == 50


def test_rows_that_the_reader_may_open_are_linked(client, cast: Cast) -> None:
    offers = [regular_offer(cast.bridge, catalogue_item(cast.law, f"No. {n}")) for n in range(2)]
    ids = [row.id for row in offers]
    number = order(cast.bella, ids, office="workbench", view="offer", transition="relist",
                   subject_type="regular_offer", answers={})  # fmt: skip
    work_later()
    assert counts(number) == ("finished", 0, 2)
    page = sign_in(client, cast.bella).get(page_of(number, "workbench")).text
    assert f'href="/workbench/offer/details/?id={ids[0]}"' in page
    assert "No. 0" in page
    page = sign_in(client, cast.root).get(page_of(number)).text
    assert "No. 0" in page
    assert "/workbench/offer/details/" not in page  # no door of theirs


def test_who_sees_whose_task(app: Flask, cast: Cast) -> None:
    """Another person's is not there, but for administrators."""
    ids = handed_in(cast, 4)
    office = order(cast.vera, ids[:2])
    bench = {"office": "workbench", "view": "offer", "subject_type": "regular_offer"}
    bridge = order(cast.bella, [1], **bench)
    rival = order(cast.rita, [2], **bench)
    asks = {
        ("vera", "admin", office): 200, ("root", "admin", office): 200,
        ("audrey", "admin", office): 403, ("bella", "admin", office): 403,
        ("vera", "admin", bridge): 404, ("root", "admin", bridge): 200,
        ("bella", "workbench", bridge): 200, ("stan", "workbench", bridge): 404,
        ("lin", "workbench", bridge): 404, ("rita", "workbench", bridge): 404,
        ("rita", "workbench", rival): 200, ("bella", "workbench", rival): 404,
        ("bella", "workbench", office): 404, ("root", "workbench", bridge): 403,
    }  # fmt: skip
    for (name, place, number), expected in asks.items():
        client = sign_in(app.test_client(), getattr(cast, name))
        assert client.get(page_of(number, place)).status_code == expected, (name, place, number)
        if expected != 200:
            sent = client.post(f"/{place}/task/cancel/", data={"id": number})
            assert sent.status_code == expected, (name, place, number)
    assert [one.cancel_at for one in rows(sa.select(Task))] == [None, None, None]


def test_the_list_shows_one_s_own(app: Flask, cast: Cast, chinese: None) -> None:
    ids = handed_in(cast, 4)
    mine, theirs = order(cast.vera, ids[:2]), order(cast.root, ids[2:])
    page = sign_in(app.test_client(), cast.vera).get("/admin/task/").text
    assert f"id={mine}" in page
    assert f"id={theirs}" not in page
    assert "0 / 2" in page
    page = sign_in(app.test_client(), cast.root).get("/admin/task/?status=queued").text
    assert f"id={mine}" in page
    assert f"id={theirs}" in page
    assert f"id={mine}" not in sign_in(app.test_client(), cast.bella).get("/workbench/task/").text


def test_it_is_ended_by_its_button(vera: FlaskClient, cast: Cast) -> None:
    number = order(cast.vera, handed_in(cast, 300))
    page = vera.get(page_of(number)).text
    assert 'action="/admin/task/cancel/"' in page
    reply = vera.post("/admin/task/cancel/", data={"id": number})
    assert reply.location == page_of(number)
    page = vera.get(reply.location).text
    assert "任务即将终止，已处理的记录不会撤回。" in page
    assert "已终止" in page
    assert counts(number) == ("cancelled", 0, 0)
    vera.post("/admin/task/cancel/", data={"id": number})
    assert "任务此前已经结束。" in vera.get(page_of(number)).text


def test_a_wish_to_end_waits_for_the_portion_under_way(vera: FlaskClient, cast: Cast) -> None:
    number = order(cast.vera, handed_in(cast, 300))
    tasks.LEASES.take(now(), now() + timedelta(minutes=2))
    vera.post("/admin/task/cancel/", data={"id": number})
    assert counts(number) == ("queued", 0, 0)
    page = vera.get(page_of(number)).text
    assert "已申请终止" in page
    assert 'action="/admin/task/cancel/"' not in page
    work_later(minutes=3)
    assert counts(number) == ("cancelled", 0, 0)


def test_an_administrator_ends_the_task_of_another(client, cast: Cast) -> None:
    number = order(cast.vera, handed_in(cast, 3))
    sign_in(client, cast.root).post("/admin/task/cancel/", data={"id": number})
    assert counts(number) == ("cancelled", 0, 0)


def test_looking_changes_nothing(vera: FlaskClient, cast: Cast) -> None:
    number = order(cast.vera, handed_in(cast, 3))
    before = everything()
    for path in (
        page_of(number),
        "/admin/task/",
        "/admin/task/cancel/",
        f"{page_of(number)}&page=2",
    ):
        vera.get(path)
        vera.head(path)
    assert vera.get(f"/admin/task/cancel/?id={number}").status_code == 405
    assert everything() == before


def everything() -> list[list[Any]]:
    db.session.rollback()
    with db.engine.connect() as line:
        return [
            sorted(map(repr, line.execute(sa.select(model.__table__))))
            for model in (Task, TaskRow, Institution, Mail)
        ]


def test_ending_asks_for_the_token(app: Flask, cast: Cast) -> None:
    number = order(cast.vera, handed_in(cast, 3))
    client = sign_in(app.test_client(), cast.vera)
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert client.post("/admin/task/cancel/", data={"id": number}).status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert counts(number) == ("queued", 0, 0)


def test_it_says_why_it_stopped(vera: FlaskClient, cast: Cast, client: FlaskClient) -> None:
    number = order(cast.vera, handed_in(cast, 3))
    cast.vera.role = None
    db.session.commit()
    work_later()
    assert counts(number) == ("stopped", 0, 0)
    page = sign_in(client, cast.root).get(page_of(number)).text
    assert "提交人已无权进行此项操作" in page


def test_an_error_is_shown_to_administrators_alone(vera, cast: Cast, monkeypatch) -> None:
    number = order(cast.vera, handed_in(cast, 3), answers={"reason": ""})
    work_later()
    page = vera.get(page_of(number)).text
    assert "因系统出错" in page
    assert "ValueError" not in page
    assert "ValueError" in sign_in(vera, cast.root).get(page_of(number)).text


def test_mails_are_sent_again_in_the_background(client, cast: Cast) -> None:
    dead = {"template": "welcome", "link": "/", "status": "dead", "locale": "en"}
    db.session.execute(
        sa.insert(Mail),
        [dead | {"key": f"k{n}", "recipient": f"{n}@example.com"} for n in range(1001)],
    )
    db.session.commit()
    ids = rows(sa.select(Mail.id))
    sign_in(client, cast.root)
    reply = client.post("/admin/mail/ask/", data={"verb": "resend", "ids": ",".join(map(str, ids))})
    [number] = rows(sa.select(Task.id))
    assert reply.location == page_of(number)
    work_later()
    assert counts(number) == ("finished", 1001, 0)


def test_every_step_for_many_rows_can_be_a_task(app: Flask) -> None:
    """What it asks can be kept as JSON, and the worker knows how to take it."""
    from tests.house.test_role_matrix import views
    from worker.answers import pack
    from workflows.engine import PROCESSES

    kinds = {process.kind for process in PROCESSES.values()} | {"mail"}
    found = 0
    with app.test_request_context():
        for view in views(app).values():
            for verb in getattr(view, "bulk", ()):
                step = view.transition(verb)
                assert view.model.__tablename__ in kinds
                form = step.asks() if step.asks else None
                pack(view.answers(step, form) if form else {})
                found += 1
    assert found > 20
