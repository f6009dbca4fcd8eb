"""The holiday table fills itself, and administrators are warned in time where a year is missing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from core.clock import frozen
from core.database import db
from models import DayKind, Holiday, Mail, Notification
from tests.support.application import forget, sign_in
from tests.support.applying import english
from tests.support.cast import Cast
from workdays import holidays
from workflows.calendar import upkeep

LAST_OF_NOVEMBER = datetime(2026, 11, 30, 15, 59, tzinfo=UTC)  # 23:59 in the park
FIRST_OF_DECEMBER = LAST_OF_NOVEMBER + timedelta(minutes=1)
NEW_YEAR = datetime(2027, 1, 1, 3, tzinfo=UTC)
WORDS = "The public holidays of 2027 are missing"


@pytest.fixture(autouse=True)
def until_2026(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library as it was before the State Council published the days of 2027."""
    known = [day for day in holidays.published() if day[0].year <= 2026]
    monkeypatch.setattr(holidays, "published", lambda: known)


def enter(year: int) -> None:
    """As an administrator enters the year by hand."""
    db.session.add(Holiday(day=date(year, 10, 1), kind=DayKind.OFF, name="国庆节"))
    db.session.commit()


def warned() -> list[tuple[str, str]]:
    """Return (recipient, year) of the mails that warn."""
    mails = db.session.scalars(sa.select(Mail).filter_by(template="holidays_missing"))
    return sorted((mail.recipient, mail.context["year"]) for mail in mails)


def test_the_job_fills_the_table_once(app: Flask, cast: Cast) -> None:
    assert upkeep.keep_filled(LAST_OF_NOVEMBER) == 557
    assert upkeep.keep_filled(LAST_OF_NOVEMBER) == 0
    assert warned() == []


def test_the_administrators_are_warned_once_from_the_first_of_december(app, cast) -> None:
    upkeep.keep_filled(LAST_OF_NOVEMBER)
    assert upkeep.keep_filled(FIRST_OF_DECEMBER) == 1
    assert upkeep.keep_filled(FIRST_OF_DECEMBER + timedelta(days=1)) == 0
    assert upkeep.keep_filled(NEW_YEAR) == 0  # the same year is missing still
    assert warned() == [(cast.root.email, "2027")]
    bells = db.session.scalars(sa.select(Notification).filter_by(template="holidays_missing"))
    assert [(one.user_id, one.link) for one in bells] == [(cast.root.id, "/admin/holiday/paste/")]


def test_who_entered_the_year_is_not_warned(app, cast) -> None:
    upkeep.keep_filled(LAST_OF_NOVEMBER)
    enter(2027)
    assert upkeep.keep_filled(FIRST_OF_DECEMBER) == 0
    assert upkeep.missing_years(NEW_YEAR) == []
    assert upkeep.missing_years(NEW_YEAR + timedelta(days=340)) == [2028]


def test_a_new_year_by_itself_is_no_calendar_of_the_year(app, cast) -> None:
    upkeep.keep_filled(LAST_OF_NOVEMBER)
    db.session.add(Holiday(day=date(2027, 1, 1), kind=DayKind.OFF, name="元旦"))
    db.session.commit()
    assert upkeep.missing_years(FIRST_OF_DECEMBER) == [2027]


def test_what_administrators_entered_changed_or_removed_wins(app, cast, client) -> None:
    upkeep.keep_filled(LAST_OF_NOVEMBER)
    row = db.session.query(Holiday).filter_by(day=date(2026, 10, 10)).one()
    row.name = "By hand"
    gone = db.session.query(Holiday).filter_by(day=date(2026, 10, 7)).one()
    db.session.commit()
    sign_in(client, cast.root)
    assert client.post(f"/admin/holiday/remove/?id={gone.id}").status_code == 302
    db.session.rollback()
    assert upkeep.keep_filled(LAST_OF_NOVEMBER) == 0
    assert db.session.query(Holiday).filter_by(day=date(2026, 10, 10)).one().name == "By hand"
    assert db.session.query(Holiday).filter_by(day=date(2026, 10, 7)).count() == 0


@pytest.mark.parametrize(
    ("moment", "who", "said"),
    [
        (LAST_OF_NOVEMBER, "root", False),
        (FIRST_OF_DECEMBER, "root", True),
        (NEW_YEAR, "root", True),
        (FIRST_OF_DECEMBER, "vera", False),  # a reviewer cannot enter them
    ],
)
def test_the_front_page_says_so_to_who_can_enter_them(app, cast, client, moment, who, said) -> None:
    upkeep.keep_filled(LAST_OF_NOVEMBER)
    english(client, getattr(cast, who))
    with frozen(moment):
        page = client.get("/admin/").text
    assert (WORDS in page) is said
    assert ('href="/admin/holiday/paste/"' in page) is said
    enter(2027)
    forget()
    with frozen(moment):
        assert WORDS not in client.get("/admin/").text
