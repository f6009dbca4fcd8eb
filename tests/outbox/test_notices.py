"""The bell: one's own notices, read once, leading only to pages of this site."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from core.database import db
from models import Notification, User
from tests.support.application import sign_in
from tests.support.cast import Cast
from tests.support.demands import post_demand


@pytest.fixture
def mine(cast: Cast) -> int:
    """The id of Ann's notice that her demand is posted."""
    demand = post_demand(cast)
    db.session.commit()
    notice = Notification.query.filter_by(user_id=demand.poster_id).one()
    return notice.id


def unread(user: User) -> int:
    db.session.info.clear()
    db.session.expire_all()
    return Notification.query.filter_by(user_id=user.id, read_at=None).count()


def test_the_list_is_in_words(client: FlaskClient, cast: Cast, mine: int) -> None:
    text = sign_in(client, cast.ann).get("/account/notices").text
    assert f"/account/notices/{mine}" in text
    assert "XQ" in text
    assert "demand_posted" not in text


def test_opening_marks_as_read_and_leads_to_the_page(
    client: FlaskClient, cast: Cast, mine: int
) -> None:
    answer = sign_in(client, cast.ann).get(f"/account/notices/{mine}")
    assert answer.location.startswith("/account/demands/")
    assert unread(cast.ann) == 0


@pytest.mark.parametrize("person", ["bob", "bella", "root"])
def test_anothers_notice_stays_his(client: FlaskClient, cast: Cast, mine: int, person: str) -> None:
    sign_in(client, getattr(cast, person))
    assert client.get(f"/account/notices/{mine}").status_code == 404
    client.post(f"/account/notices/{mine}/read")
    client.post("/account/notices/read")
    assert unread(cast.ann) == 1


def test_one_or_all_are_marked_as_read(client: FlaskClient, cast: Cast, mine: int) -> None:
    post_demand(cast)
    db.session.commit()
    sign_in(client, cast.ann)
    client.post(f"/account/notices/{mine}/read")
    assert unread(cast.ann) == 1
    client.post("/account/notices/read")
    assert unread(cast.ann) == 0
    assert unread(cast.bella) == 2


@pytest.mark.parametrize("link", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_a_link_elsewhere_is_not_followed(
    client: FlaskClient, cast: Cast, mine: int, link: str
) -> None:
    db.session.get(Notification, mine).link = link
    db.session.commit()
    answer = sign_in(client, cast.ann).get(f"/account/notices/{mine}")
    assert answer.location == "/account/notices"


def test_an_empty_list_says_what_comes_here(client: FlaskClient, cast: Cast) -> None:
    assert 'class="empty"' in sign_in(client, cast.otto).get("/account/notices").text


def test_the_newest_stand_first_whatever_their_number(client: FlaskClient, cast: Cast) -> None:
    noon = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    days = [3, 1, 2, *range(4, 24), 1]  # as they were written; two of the same day
    for number, day in enumerate(days):
        db.session.add(
            Notification(
                user_id=cast.ann.id,
                key=f"n{number}",
                template="demand_posted",
                context={"number": f"XQ{number:02}", "title": "t", "institution": "i"},
                link="/account/",
                created_at=noon - timedelta(days=day),
            )
        )
    db.session.commit()
    sign_in(client, cast.ann)
    pages = [client.get(f"/account/notices?page={page}").text for page in (1, 2)]
    found = [re.findall(r"XQ(\d\d)", page.split("<main")[1]) for page in pages]
    numbers = [list(dict.fromkeys(one)) for one in found]
    newest = ["23", "01", "02", "00", *(f"{number:02}" for number in range(3, 23))]
    assert numbers[0] + numbers[1] == newest
    assert len(numbers[0]) == 20
