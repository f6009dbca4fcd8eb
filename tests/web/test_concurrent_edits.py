"""Two sessions that edit one row at once: the later one reads words, and keeps what was typed."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, flash, request
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from core.database import db
from forms import base
from models import Category, Demand, Event, Institution, User, touch
from tests.support.application import rows, sign_in
from tests.support.cast import Cast
from tests.support.demands import post_demand
from web import rerun
from workflows import engine

CHANGED = "Changed meanwhile. Look at the new version first."
Race = Callable[..., None]


@pytest.fixture(params=["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
def both(request: pytest.FixtureRequest) -> Iterator[Flask]:
    found: Flask = request.getfixturevalue(request.param)
    yield found
    db.session().expire_on_commit = True


def let_go() -> None:
    """End the unit of work as it stands, its rows remembered and its locks dropped."""
    db.session().expire_on_commit = False
    db.session.commit()
    db.session().expire_on_commit = True


def in_another_session(model: type[Any], key: int, **values: Any) -> None:
    with Session(db.engine) as other:
        row = other.get_one(model, key)
        for name, value in values.items():
            setattr(row, name, value)
        other.commit()


@pytest.fixture
def race(monkeypatch: pytest.MonkeyPatch) -> Race:
    """Let another session write a row once, after the request's next call of owner.method."""

    def arrange(owner: Any, method: str, model: type[Any], key: int, **values: Any) -> None:
        real, waiting = getattr(owner, method), [values]

        def then_the_other(*args: Any, **kwargs: Any) -> Any:
            result = real(*args, **kwargs)
            if waiting:
                let_go()
                in_another_session(model, key, **waiting.pop())
                rerun.attempt().commits = 0  # nothing of the request is written yet
            return result

        monkeypatch.setattr(owner, method, then_the_other)

    return arrange


def english(app: Flask, user: User) -> FlaskClient:
    client = sign_in(app.test_client(), user)
    with client.session_transaction() as session:
        session["locale"] = "en"
    return client


def stored(model: type[Any], key: int) -> Any:
    return rows(sa.select(model).where(model.id == key))[0]


# before the row is locked, and past a lock that was lost
MOMENTS = [(base.Form, "validate"), (Session, "refresh")]


@pytest.mark.parametrize("moment", MOMENTS, ids=["unlocked", "lock lost"])
def test_platform_edit_keeps_both_what_was_saved_and_what_was_typed(both, race, moment):
    law = Cast().law
    key, version = law.id, law.version
    client = english(both, Cast().root)
    race(*moment, Category, key, name_en="Written by the other")
    page = client.post(
        f"/admin/category/edit/?id={key}",
        data={"name": law.name, "name_en": "Typed by root", "slug": "law", "position": "1",
              "icon": law.icon or "", "version": version},
    )  # fmt: skip
    assert page.status_code == 200
    assert "Typed by root" in page.text
    assert "Somebody saved this meanwhile." in page.text
    assert "Saved meanwhile: Written by the other" in page.text
    assert stored(Category, key).name_en == "Written by the other"
    assert stored(Category, key).version == version + 1


@pytest.mark.parametrize("moment", MOMENTS, ids=["unlocked", "lock lost"])
def test_workbench_edit_keeps_both_what_was_saved_and_what_was_typed(both, race, moment):
    bridge = Cast().bridge
    key, version = bridge.id, bridge.version
    client = english(both, Cast().bella)
    race(*moment, Institution, key, address="1 Other Street")
    page = client.post(
        "/workbench/profile/",
        data={"address": "2 Typed Street", "categories": [one.id for one in bridge.categories],
              "version": version},
    )  # fmt: skip
    assert page.status_code == 200
    assert "2 Typed Street" in page.text
    assert CHANGED in page.text
    assert stored(Institution, key).address == "1 Other Street"
    assert stored(Institution, key).version == version + 1


def test_account_edit_keeps_both_what_was_saved_and_what_was_typed(both, race):
    """The form names no version: the mapper alone sees that the row is another."""
    ann = Cast().ann
    key, version = ann.id, ann.version
    client = english(both, ann)
    race(base.Form, "validate", User, key, name="The other")
    typed = {"name": "Typed by Ann", "phone": "", "locale": "en"}
    page = client.post("/account/profile", data=typed)
    assert page.status_code == 200
    assert page.text.count(CHANGED) == 1
    assert 'value="Typed by Ann"' in page.text
    assert stored(User, key).name == "The other"
    assert stored(User, key).version == version + 1

    again = client.post("/account/profile", data=typed)
    assert again.status_code == 302
    assert stored(User, key).name == "Typed by Ann"


def test_account_edit_that_meets_others_twice_is_a_page_and_no_failure(both, monkeypatch):
    client = english(both, Cast().ann)

    def stale(*_args: Any, **_kwargs: Any) -> None:
        raise StaleDataError

    monkeypatch.setattr(base.Form, "validate", stale)
    page = client.post("/account/profile", data={"name": "A", "phone": "", "locale": "en"})
    assert page.status_code == 409
    assert CHANGED in page.text


def test_what_is_committed_is_not_done_twice(both, monkeypatch):
    client = english(both, Cast().ann)
    calls: list[str] = []

    def half_done(*_args: Any, **_kwargs: Any) -> None:
        calls.append("validate")
        db.session.execute(sa.update(User).where(User.email == "bob@example.com").values(name="B"))
        db.session.commit()
        raise StaleDataError

    monkeypatch.setattr(base.Form, "validate", half_done)
    page = client.post("/account/profile", data={"name": "A", "phone": "", "locale": "en"})
    assert page.status_code == 409
    assert CHANGED in page.text
    assert calls == ["validate"]


def test_files_and_session_are_as_they_came(app, client, cast, monkeypatch):
    """The second attempt reads the same file, and says nothing that the first one said."""
    sign_in(client, cast.ann)
    with client.session_transaction() as session:
        session["_flashes"] = [("message", "from the page before")]
    seen: list[bytes] = []

    def once(*_args: Any, **_kwargs: Any) -> bool:
        flash(f"attempt {len(seen)}")
        seen.append(request.files["file"].read())
        if len(seen) == 1:
            raise StaleDataError
        return False

    monkeypatch.setattr(base.Form, "validate", once)
    data = {"name": "A", "phone": "", "locale": "en", "file": (io.BytesIO(b"whole"), "a.txt")}
    page = client.post("/account/profile", data=data)
    assert seen == [b"whole", b"whole"]
    assert "attempt 1" in page.text
    assert "attempt 0" not in page.text
    assert page.text.count("from the page before") == 1


def test_words_are_chinese_in_the_chinese_interface(app, chinese, race):
    client = sign_in(app.test_client(), Cast().ann)
    race(base.Form, "validate", User, Cast().ann.id, name="The other")
    with client.session_transaction() as session:
        session["locale"] = "zh_Hans_CN"
    page = client.post("/account/profile", data={"name": "安", "phone": "", "locale": "zh_Hans_CN"})
    assert CHANGED not in page.text
    assert "请先查看最新版本" in page.text


def test_two_sessions_that_edit_one_row_have_one_winner(both):
    bridge = Cast().bridge
    key, root = bridge.id, Cast().root
    let_go()
    in_another_session(Institution, key, address="1 Other Street")
    engine.edit(bridge, root, {"address": "2 Late Street"})
    with pytest.raises(StaleDataError):
        db.session.commit()
    db.session.rollback()
    assert stored(Institution, key).address == "1 Other Street"
    assert not rows(sa.select(Event).where(Event.name == "edit", Event.subject_id == key))


def test_a_version_counts_each_change_once(app, cast):
    bridge = cast.bridge
    before = bridge.version
    engine.edit(bridge, cast.root, {"address": "3 New Street", "website": "https://bridge.example"})
    db.session.commit()
    assert bridge.version == before + 1
    engine.edit(bridge, cast.root, {"address": "3 New Street"})
    db.session.commit()
    assert bridge.version == before + 1
    touch(bridge)
    db.session.commit()
    assert bridge.version == before + 2


def test_a_row_is_created_in_its_first_version(app, cast):
    """Its number is made of its id, which is no change of it."""
    demand = post_demand(cast)
    db.session.commit()
    assert demand.number.startswith("XQ")
    assert stored(Demand, demand.id).version == 1
    assert stored(Demand, demand.id).number == demand.number


def test_a_transition_leaves_the_row_in_memory_as_it_is_in_the_database(both):
    """The engine writes past the mapper: the next edit in the same unit of work is no conflict."""
    bridge, root = Cast().bridge, Cast().root
    before = bridge.version
    done = engine.perform(Institution, "suspend", [bridge.id], root, reason="Late papers.")
    assert done.done == [bridge.id]
    in_memory = bridge.version
    engine.edit(bridge, root, {"address": "4 New Street"})
    db.session.commit()
    assert in_memory == before + 1
    assert stored(Institution, bridge.id).version == before + 2


def test_a_transition_that_is_undone_is_forgotten_in_memory_too(both):
    bridge, root = Cast().bridge, Cast().root
    key, before = bridge.id, bridge.version
    with db.session.begin_nested() as savepoint:
        engine.perform(Institution, "suspend", [key], root, reason="Late papers.")
        savepoint.rollback()
    assert bridge.status == "certified"
    assert bridge.version == before
    engine.edit(bridge, root, {"address": "5 New Street"})
    db.session.commit()
    assert stored(Institution, key).version == before + 1
