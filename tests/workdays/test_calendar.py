"""Working days: weekends, public holidays, worked weekends, and where a day begins and ends."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from core.clock import park_day
from core.database import db
from models import DayKind, Event, Holiday
from spreadsheets import cells
from tests.support.application import sign_in
from tests.support.applying import english
from workdays import holidays
from workdays.calendar import (
    add_working_days,
    calendar,
    end_of,
    is_working_day,
    working_days_between,
)

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def year(app):
    """The public holidays as published, those of 2026 among them."""
    report = holidays.load_published()
    db.session.commit()
    return report


def test_without_a_table_a_week_has_five_days(app) -> None:
    friday = date(2026, 11, 20)
    assert add_working_days(friday, 1) == date(2026, 11, 23)
    assert add_working_days(friday, 5) == date(2026, 11, 27)
    assert add_working_days(friday, 10) == date(2026, 12, 4)
    assert add_working_days(date(2026, 11, 21), 1) == date(2026, 11, 23)  # from a Saturday
    assert working_days_between(friday, date(2026, 11, 22)) == 0
    assert working_days_between(friday, date(2026, 12, 4)) == 10
    assert working_days_between(friday, friday) == 0
    assert working_days_between(friday, date(2026, 11, 19)) == 0


def test_the_national_day_of_2026_is_skipped_and_its_saturday_worked(year) -> None:
    # Wed 30 September; 1 to 7 October are off; Thu 8, Fri 9, Sat 10 worked instead, Sun off, Mon
    wednesday = date(2026, 9, 30)
    assert add_working_days(wednesday, 1) == date(2026, 10, 8)
    assert add_working_days(wednesday, 3) == date(2026, 10, 10)
    assert add_working_days(wednesday, 4) == date(2026, 10, 12)
    assert working_days_between(wednesday, date(2026, 10, 11)) == 3
    assert is_working_day(date(2026, 10, 10))
    assert not is_working_day(date(2026, 10, 7))


def test_the_spring_festival_of_2026(year) -> None:
    # Fri 13 February, Sat 14 worked, 15 to 23 off, Tue 24 to Fri 27, Sat 28 worked
    assert add_working_days(date(2026, 2, 13), 1) == date(2026, 2, 14)
    assert add_working_days(date(2026, 2, 13), 2) == date(2026, 2, 24)
    assert add_working_days(date(2026, 2, 13), 6) == date(2026, 2, 28)
    assert add_working_days(date(2026, 2, 13), 7) == date(2026, 3, 2)


def test_the_year_has_the_published_days(year) -> None:
    assert year.added >= 557  # of 2004 to 2026; more with every release of the library
    assert set(range(2004, 2027)) <= year.years
    rows = db.session.query(Holiday).filter(Holiday.day.between(*YEAR)).all()
    assert (rows[0].day, rows[0].name, rows[-1].day) == (YEAR[0], "元旦", date(2026, 10, 10))
    kinds = [row.kind for row in rows]
    assert kinds.count(DayKind.OFF) == 19
    assert kinds.count(DayKind.WORK) == 6
    # 365 days, 104 of them weekend days; 19 weekdays are off, 6 weekend days are worked
    assert working_days_between(date(2025, 12, 31), date(2026, 12, 31)) == 365 - 104 - 19 + 6


def test_a_moment_s_period_ends_at_midnight_in_the_park(app) -> None:
    # Friday 23:59 in the park, and half a minute later on Saturday
    friday = datetime(2026, 11, 20, 15, 59, tzinfo=UTC)
    saturday = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    assert (park_day(friday), park_day(saturday)) == (date(2026, 11, 20), date(2026, 11, 21))
    assert add_working_days(friday, 1) == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert add_working_days(saturday, 1) == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    # Sunday 23:59 and Monday 0:00 differ by a day
    sunday, monday = (
        datetime(2026, 11, 22, 15, 59, tzinfo=UTC),
        datetime(2026, 11, 22, 16, 0, tzinfo=UTC),
    )
    assert add_working_days(sunday, 1) == end_of(date(2026, 11, 23))
    assert add_working_days(monday, 1) == end_of(date(2026, 11, 24))
    assert working_days_between(friday, datetime(2026, 11, 23, 1, 0, tzinfo=UTC)) == 1


def test_a_period_has_a_day(app) -> None:
    with pytest.raises(ValueError, match="one working day"):
        add_working_days(date(2026, 11, 20), 0)


def test_adding_and_counting_agree(year) -> None:
    known = calendar()
    for start in (date(2026, 1, 1), date(2026, 2, 14), date(2026, 9, 20), date(2026, 12, 30)):
        for days in (1, 2, 5, 10, 30):
            assert known.between(start, known.add(start, days)) == days


def test_loading_again_keeps_what_an_administrator_wrote(year) -> None:
    row = db.session.query(Holiday).filter_by(day=date(2026, 10, 10)).one()
    row.kind = DayKind.OFF
    db.session.commit()
    again = holidays.load_published()
    assert (again.added, again.changed) == (0, 0)
    assert row.kind is DayKind.OFF


def test_the_command_loads_them(app) -> None:
    said = app.test_cli_runner().invoke(args=["holidays", "load"])
    assert re.fullmatch(r"2004-20\d\d: \d{3,4} days added, 0 known\.\n", said.output)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-01-01,off,元旦", [(date(2027, 1, 1), DayKind.OFF, "元旦")]),
        ("日期\t类型\t名称\n2027/1/1\t休\t元旦", [(date(2027, 1, 1), DayKind.OFF, "元旦")]),
        ("2027年2月14日 上班 春节", [(date(2027, 2, 14), DayKind.WORK, "春节")]),
        ("20270101;Work;", [(date(2027, 1, 1), DayKind.WORK, "")]),
    ],
)
def test_days_are_read_as_people_write_them(app, text, expected) -> None:
    with app.test_request_context():
        assert holidays.read_text(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "nothing\nat all", "2027-01-01", "2027-01-01,maybe,x", "2027-02-30,off,x",
     "2027-01-01,off,x\nsoon,off,y"],
)  # fmt: skip
def test_a_line_that_says_nothing_is_named(app, text) -> None:
    with app.test_request_context(), pytest.raises(cells.Unreadable):
        holidays.read_text(text)


def days() -> dict[date, DayKind]:
    db.session.rollback()
    return {row.day: row.kind for row in db.session.query(Holiday)}


def test_an_administrator_keeps_the_table(app, cast, client) -> None:
    sign_in(client, cast.root)
    friday = {"day": "2027-01-01", "kind": "off", "name": "New Year"}
    assert client.post("/admin/holiday/new/", data=friday).status_code == 302
    assert days() == {date(2027, 1, 1): DayKind.OFF}
    assert client.post("/admin/holiday/new/", data=friday).status_code == 200  # stands already
    row = db.session.query(Holiday).one()
    changed = friday | {"day": "2027-01-04", "version": str(row.version)}
    assert client.post(f"/admin/holiday/edit/?id={row.id}", data=changed).status_code == 302
    assert days() == {date(2027, 1, 4): DayKind.OFF}
    assert client.post(f"/admin/holiday/remove/?id={row.id}").status_code == 302
    assert days() == {}
    names = {one.name for one in db.session.query(Event).filter_by(subject_type="holiday")}
    assert names == {"create", "edit", "remove"}


def test_what_the_weekday_says_already_is_refused_in_words(app, cast, client) -> None:
    english(client, cast.root)
    saturday = {"day": "2027-01-02", "kind": "off", "name": ""}
    weekday = {"day": "2027-01-01", "kind": "work", "name": ""}
    assert "it is off already" in client.post("/admin/holiday/new/", data=saturday).text
    assert "it is worked already" in client.post("/admin/holiday/new/", data=weekday).text
    assert days() == {}


def test_a_year_is_pasted(app, cast, client) -> None:
    sign_in(client, cast.root)
    text = "2027-01-01,off,元旦\n2027-01-02,off,元旦\n2027-01-03,work,元旦"
    assert client.post("/admin/holiday/paste/", data={"days": text}).status_code == 302
    assert days() == {date(2027, 1, 1): DayKind.OFF, date(2027, 1, 3): DayKind.WORK}
    reply = client.post("/admin/holiday/paste/", data={"days": "2027-01-04,perhaps,<b>"})
    assert reply.status_code == 422
    assert "2027-01-04,perhaps,&lt;b&gt;" in reply.text  # what was typed stays
    assert len(days()) == 2


@pytest.mark.parametrize("name", ["vera", "audrey"])
def test_the_others_of_the_staff_read_it(app, cast, client, name) -> None:
    db.session.add(Holiday(day=date(2027, 1, 1)))
    db.session.commit()
    sign_in(client, getattr(cast, name))
    assert client.get("/admin/holiday/").status_code == 200
    assert client.get("/admin/holiday/paste/").status_code == 403
    assert client.post("/admin/holiday/remove/?id=1").status_code == 403
    assert len(days()) == 1
