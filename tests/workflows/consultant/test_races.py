"""A consultant's clicks that meet those of others: a link in two tabs, an unlink in between.

The same on both databases. Where one has to come first, it holds its unit of work open until the
other waits for it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from access import row_guard
from core.database import db
from models import Affiliation, Consultant, Demand, DemandStatus, Event, User
from tests.admin_views.workbench.test_consultants import his, lins
from tests.support.application import rows, sign_in
from tests.support.applying import forget
from tests.support.cast import Cast
from tests.support.consulting import add, invitation_of, link_to, state, step
from tests.support.demands import at_state
from tests.support.versions import ids_of
from workflows import engine

NEWCOMER = {
    "name": "Mo Wen", "password": "a long enough one",
    "password_confirm": "a long enough one", "consent": "y",
}  # fmt: skip
DONE = "/account/consultant"


def at_once(*acts: Callable[[], str]) -> list[str]:
    """Let all act in the same moment; return what each was told, sorted."""
    gate, told = threading.Barrier(len(acts)), []

    def act(one: Callable[[], str]) -> None:
        gate.wait()
        told.append(one())

    threads = [threading.Thread(target=act, args=(one,)) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


def invited(cast: Cast, email: str) -> tuple[int, str]:
    row_id = add(cast.bridge, cast.bella, email)
    step("invite", row_id, cast.bella)
    return row_id, link_to(email)


def two_tabs_register(app: Flask, cast: Cast) -> None:
    row_id, link = invited(cast, "mo@example.com")
    db.session.remove()

    def tab() -> str:
        return str(app.test_client().post(f"{link}/register", data=NEWCOMER).location)

    assert at_once(tab, tab) == [DONE, link]  # the loser reads on the page that it was used
    forget()
    assert db.session.query(User).filter_by(email="mo@example.com").count() == 1
    assert state(row_id) == "accepted"
    names = [event.name for event in engine.history(db.session.get_one(Affiliation, row_id))]
    assert names == ["add", "invite", "accept"]


def two_tabs_accept(app: Flask, cast: Cast) -> None:
    row_id, link = invited(cast, "otto@example.com")
    tabs = [sign_in(app.test_client(), cast.otto) for _ in range(2)]
    db.session.remove()
    acts = [lambda one=one: str(one.post(link).location) for one in tabs]
    assert at_once(*acts) == [DONE, link]
    assert state(row_id) == "accepted"
    assert db.session.query(Consultant).filter_by(user_id=cast.otto.id).count() == 1
    assert invitation_of(link).status == "accepted"


def accept_and_revoke(app: Flask, cast: Cast) -> None:
    """He says yes while the owner takes the invitation back: one of them is first."""
    row_id, link = invited(cast, "otto@example.com")
    his_tab, owners = (
        sign_in(app.test_client(), cast.otto), sign_in(app.test_client(), cast.bella),
    )  # fmt: skip
    asks = {"verb": "revoke", "ids": ids_of(Affiliation, row_id), "answered": "1"}
    db.session.remove()
    at_once(
        lambda: str(his_tab.post(link).status_code),
        lambda: str(owners.post("/workbench/consultant/ask/", data=asks).status_code),
    )
    forget()
    ended = (state(row_id), str(invitation_of(link).status))
    assert ended in {("accepted", "accepted"), ("added", "revoked")}


def unlink_while_his_post_waits(app: Flask, cast: Cast) -> None:
    """The unlink holds its locks; his POST arrives; the unlink commits: his POST is refused."""
    demand = at_state(his(cast), cast, DemandStatus.READ)
    demand_id, link_id = demand.id, lins(cast).id
    db.session.commit()
    sent = {"verb": "accept", "ids": ids_of(Demand, demand_id), "answered": "1"}
    tab = sign_in(app.test_client(), cast.lin)
    answers: list[tuple[int, str]] = []
    db.session.remove()

    def click() -> None:
        answer = tab.post("/workbench/demand/ask/", data=sent)
        answers.append((answer.status_code, answer.text))

    row_guard.hold(db.session(), cast.bella)
    engine.perform(Affiliation, "unlink", [link_id], cast.bella, hand_over_to=0)
    db.session.flush()
    thread = threading.Thread(target=click)
    thread.start()
    time.sleep(0.7)
    assert not answers  # it waits
    db.session.commit()
    thread.join()
    row_guard.release()
    forget()
    (row,) = rows(db.select(Demand).where(Demand.id == demand_id))
    assert (row.status, row.affiliation_id) == ("read", None)
    assert not rows(db.select(Event).where(Event.name == "accept"))
    assert answers[0][0] in (302, 403, 404)


def his_click_and_the_unlink(app: Flask, cast: Cast) -> None:
    """At once: whatever he did was done before the unlink, and is told to whoever takes over."""
    demand_id, link_id = his(cast).id, lins(cast).id
    tab, owner = sign_in(app.test_client(), cast.lin), sign_in(app.test_client(), cast.bella)
    ends = {"verb": "unlink", "ids": ids_of(Affiliation, link_id), "answered": "1",
            "hand_over_to": "0"}  # fmt: skip
    takes = {"verb": "accept", "ids": ids_of(Demand, demand_id), "answered": "1"}
    db.session.remove()

    def click(client: FlaskClient, page: str, sent: dict[str, str]) -> str:
        return str(client.post(f"/workbench/{page}/ask/", data=sent).status_code)

    at_once(
        lambda: click(tab, "demand", takes),
        lambda: click(owner, "consultant", ends),
    )
    forget()
    assert state(link_id) == "unlinked"
    (row,) = rows(db.select(Demand).where(Demand.id == demand_id))
    assert row.affiliation_id is None
    accepted = rows(db.select(Event).where(Event.name == "accept"))
    assert (str(row.status), len(accepted)) in {("submitted", 0), ("accepted", 1)}
    assert tab.get("/workbench/demand/").status_code == 403


RACES = [
    two_tabs_register,
    two_tabs_accept,
    accept_and_revoke,
    unlink_while_his_post_waits,
    his_click_and_the_unlink,
]


@pytest.mark.connections
@pytest.mark.parametrize("race", RACES)
def test_races_on_sqlite(app: Flask, cast: Cast, race: Callable[[Flask, Cast], None]) -> None:
    race(app, cast)


@pytest.mark.postgres
@pytest.mark.parametrize("race", RACES)
def test_races_on_postgresql(pg_app: Flask, race: Callable[[Flask, Cast], None]) -> None:
    race(pg_app, Cast())


def test_a_form_that_is_open_is_refused_in_clear_words(
    client: FlaskClient, app: Flask, cast: Cast
) -> None:
    demand_id, link_id = his(cast).id, lins(cast).id
    tab = sign_in(app.test_client(), cast.lin)
    assert tab.get(f"/workbench/demand/details/?id={demand_id}").status_code == 200
    sent = {"verb": "accept", "ids": ids_of(Demand, demand_id)}
    step("unlink", link_id, cast.bella, hand_over_to=0)
    page = tab.post("/workbench/demand/ask/", data=sent)
    assert page.status_code == 403
    assert "您已不再代表该机构，您填写的内容未保存。" in page.text
    page = tab.get(f"/workbench/demand/details/?id={demand_id}")
    assert "您已不再代表该机构，无法进入其机构后台。" in page.text
    stranger = sign_in(app.test_client(), cast.otto).get("/workbench/demand/")
    assert "您已不再代表该机构" not in stranger.text
