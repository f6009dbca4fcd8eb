"""Nobody uses his account before he agreed: at his first sign-in, and to each new edition again."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from content import pages
from core.clock import frozen, now
from core.database import db
from models import Consent, Demand, Page, User
from tests.support.application import forget, rows, sign_in
from workflows.person import consents


def never_agreed(user: User) -> User:
    db.session.execute(sa.delete(Consent).where(Consent.user_id == user.id))
    db.session.commit()
    return user


def new_terms() -> None:
    pages.load()
    db.session.execute(sa.update(Page).where(Page.slug == "terms").values(edition=2))
    db.session.commit()


def held(user: User) -> set[tuple[str, int]]:
    query = sa.select(Consent.slug, Consent.edition).where(Consent.user_id == user.id)
    return {(slug, edition) for slug, edition in db.session.execute(query)}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("ann", "/"),
        ("ann", "/account/"),
        ("ann", "/demands/new?undirected=1"),
        ("otto", "/certification/"),
        ("bella", "/workbench/"),
        ("lin", "/account/consultant"),
    ],
)
def test_who_never_agreed_is_asked_first_and_then_comes_where_he_was_going(
    app, cast, client, name: str, path: str
) -> None:
    user = never_agreed(getattr(cast, name))
    sign_in(client, user)
    asked = client.get(path)
    assert asked.status_code == 302
    assert asked.location.startswith("/account/consents?next=/")
    page = client.get(asked.location).text
    assert "我已阅读并同意" in page
    assert "/pages/terms" in page
    assert "/pages/privacy" in page
    forget()
    at = now()
    with frozen(at):
        done = client.post("/account/consents", data={"next": path})
    assert done.location == path
    forget()
    assert client.get(path).status_code == 200
    assert held(user) == {("terms", 1), ("privacy", 1)}
    assert set(rows(sa.select(Consent.at).where(Consent.user_id == user.id))) == {at}


def test_who_never_agreed_posts_nothing_but_may_read_the_texts_and_leave(app, cast, client) -> None:
    ann = never_agreed(cast.ann)
    sign_in(client, ann)
    typed = {"institution": cast.bridge.id, "title": "T"}
    assert "/account/consents" in client.post("/demands/new", data=typed).location
    assert rows(sa.select(Demand)) == []
    for path in ("/pages/terms", "/pages/privacy", "/account/data", "/account/close"):
        assert client.get(path).status_code == 200
    assert client.post("/language", data={"locale": "en"}).location == "/"
    assert client.post("/logout").status_code == 302
    forget()
    assert client.get("/institutions").status_code == 200


def test_a_new_edition_asks_again_but_lets_a_form_arrive(app, cast, client) -> None:
    ann = cast.ann
    new_terms()
    sign_in(client, ann)
    asked = client.get("/account/demands?state=read")
    assert asked.location == "/account/consents?next=/account/demands?state%3Dread"
    page = client.get(asked.location).text
    assert "第 2 版" in page
    # typed while the old edition held: what is wrong with it is said, nothing is lost
    answer = client.post("/demands/new", data={"institution": cast.bridge.id, "title": "Kept"})
    assert answer.status_code == 200
    assert "Kept" in answer.text
    client.post("/account/consents")
    assert held(ann) == {("terms", 1), ("terms", 2), ("privacy", 1)}
    assert client.get("/account/demands").status_code == 200


def test_the_way_on_stays_on_this_site(app, cast, client) -> None:
    sign_in(client, never_agreed(cast.ann))
    page = client.get("/account/consents?next=https://evil.example/").text
    main = page.partition("<main")[2].partition("</main>")[0]
    assert "evil.example" not in main
    assert 'name="next"' not in main
    answer = client.post("/account/consents", data={"next": "//evil.example/"})
    assert answer.location == "/account/consents"


@pytest.mark.parametrize("name", ["root", "vera", "audrey"])
def test_the_platforms_own_staff_are_not_asked(app, cast, client, name: str) -> None:
    sign_in(client, never_agreed(getattr(cast, name)))
    assert client.get("/admin/").status_code == 200


def test_a_stranger_is_not_asked(app, cast, client) -> None:
    assert client.get("/").status_code == 200
    assert "/login" in client.get("/account/consents").location
    assert consents.missing(cast.otto) == []
