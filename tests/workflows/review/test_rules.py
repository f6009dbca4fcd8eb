"""A review's life, written out: who may do what when, what is sealed, and what counts."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError

import access
import ranking
from core.clock import frozen
from core.database import db
from models import Event, Mail, Notification, Review, ReviewSide, ReviewStatus, User
from ranking import ratings
from tests.support.application import sign_in
from tests.support.cast import Cast
from tests.support.reviews import (
    THEY_RATE,
    WE_RATE,
    approved,
    opened,
    pair,
    published,
    they_rate,
    we_rate,
)
from workflows import engine
from workflows.review import effects as review_effects
from workflows.review import timing

S = ReviewStatus
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PEOPLE = ["root", "vera", "audrey", "ann", "bob", "otto", "bella", "stan", "rita"]
QUEUE, INSTITUTION, ENTERPRISE = {"root", "vera"}, {"bella", "stan"}, {"ann"}


def days(count: float) -> datetime:
    return START + timedelta(days=count)


def buttons(row: Review) -> set[tuple[str, str]]:
    db.session.expire_all()
    return {
        (step.name, person)
        for person in PEOPLE
        for step in engine.allowed(row, getattr(Cast(), person))
        if step.name not in ("void",)
    }


def told(template: str) -> set[str]:
    return set(db.session.scalars(sa.select(Mail.recipient).where(Mail.template == template)))


# --- opening ---


def test_an_approval_opens_one_review_on_each_side(cast: Cast) -> None:
    with frozen(START):
        ours, theirs = opened(cast)
    for row in (ours, theirs):
        assert (row.status, row.due_at) == (S.OPEN, days(14))
        assert row.affiliation_id == cast.lins_link.id
    assert told("review_open") == {"reserved-bridge@example.com", "ann@example.com"}
    bells = db.session.execute(sa.select(Notification.user_id, Notification.link)).all()
    assert set(bells) == {
        (cast.bella.id, f"/workbench/review/details/?id={ours.id}"),
        (cast.stan.id, f"/workbench/review/details/?id={ours.id}"),
        (cast.ann.id, f"/account/reviews/{theirs.id}"),
    }


def test_an_enterprise_that_is_not_registered_opens_none(cast: Cast) -> None:
    deal = approved(cast, enterprise_id=None, enterprise_name="Far Away Ltd")
    review_effects.open_for([deal], cast.root)
    assert db.session.scalar(sa.select(sa.func.count(Review.id))) == 0


def test_opening_twice_opens_once_and_the_constraint_holds(cast: Cast) -> None:
    deal = approved(cast)
    review_effects.open_for([deal], cast.root)
    review_effects.open_for([deal], cast.root)
    ours, _theirs = pair(deal.id)
    assert db.session.scalar(sa.select(sa.func.count(Review.id))) == 2
    twin = Review(status=S.OPEN, side=ours.side, transaction_id=deal.id, scores={},
                  institution_id=ours.institution_id, enterprise_id=ours.enterprise_id,
                  due_at=ours.due_at)  # fmt: skip
    db.session.add(twin)
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_nobody_opens_a_review_but_who_decides_on_the_deal(cast: Cast) -> None:
    deal = approved(cast)
    for person in ("bella", "ann", "audrey"):
        with pytest.raises(PermissionError):
            review_effects.open_for([deal], getattr(cast, person))


# --- who may do what ---


def test_buttons_of_open_reviews(cast: Cast) -> None:
    ours, theirs = opened(cast)
    assert buttons(ours) == {("rate_enterprise", person) for person in INSTITUTION}
    assert buttons(theirs) == {("rate_institution", person) for person in ENTERPRISE}


def test_buttons_of_published_reviews(cast: Cast) -> None:
    ours, theirs = published(cast)
    hide = {("hide", person) for person in QUEUE}
    assert buttons(ours) == hide | {("reply", "ann"), ("appeal", "ann")}
    assert buttons(theirs) == hide | {
        (verb, person) for verb in ("reply", "appeal") for person in INSTITUTION
    }
    engine.perform(Review, "appeal", [theirs.id], cast.bella, reason="Not our deal.")
    assert ("appeal", "bella") not in buttons(theirs)
    assert {("dismiss", "root"), ("dismiss", "vera")} <= buttons(theirs)


@pytest.mark.parametrize("person", ["root", "ann", "rita", "lin", "otto"])
def test_others_do_not_write_for_the_institution(cast: Cast, person: str) -> None:
    ours, _theirs = opened(cast)
    outcome = engine.perform(Review, "rate_enterprise", [ours.id], getattr(cast, person), **WE_RATE)
    assert outcome.done == []
    assert pair(ours.transaction_id)[0].status is S.OPEN


# --- sealed until both, or fourteen days ---


def test_the_first_is_sealed_and_the_second_publishes_both(cast: Cast) -> None:
    ours, theirs = opened(cast)
    assert we_rate(cast, ours).done == [ours.id]
    ours, theirs = pair(ours.transaction_id)
    assert (ours.status, ours.stars, ours.author_id) == (S.SEALED, 4.0, cast.bella.id)
    assert theirs.status is S.OPEN
    they_rate(cast, theirs)
    ours, theirs = pair(ours.transaction_id)
    assert (ours.status, theirs.status) == (S.PUBLISHED, S.PUBLISHED)
    assert (theirs.stars, theirs.consultant_stars) == (4.5, 3)
    assert theirs.scores == {"quality": 5, "speed": 4, "price": 4, "attitude": 5}
    assert told("review_published") == {"reserved-bridge@example.com", "ann@example.com"}
    names = [event.name for event in engine.history(theirs)]
    assert names == ["open", "rate_institution", "publish"]
    assert engine.history(theirs)[-1].actor_id is None


def test_a_sealed_review_is_read_by_its_own_side_alone(cast: Cast) -> None:
    ours, theirs = opened(cast)
    they_rate(cast, theirs)

    def readers(row: Review) -> set[str]:
        return {
            person
            for person in [*PEOPLE, "lin"]
            if db.session.scalar(access.visible(getattr(cast, person), Review).where(
                Review.id == row.id)) is not None
        }  # fmt: skip

    staff = {"root", "vera", "audrey"}
    assert readers(theirs) == {"ann"} | staff
    assert readers(ours) == {"bella", "stan", "lin"} | staff
    we_rate(cast, ours)
    assert readers(theirs) == readers(ours) == {"ann", "bella", "stan", "lin"} | staff


@pytest.mark.parametrize(("minutes", "status"), [(-1, S.SEALED), (0, S.PUBLISHED)])
def test_after_fourteen_days_what_was_written_is_published(
    cast: Cast, minutes: int, status: ReviewStatus
) -> None:
    with frozen(START):
        ours, theirs = opened(cast)
        they_rate(cast, theirs)
    at = days(14) + timedelta(minutes=minutes)
    with frozen(at):
        assert timing.settle(at) == (2 if status is S.PUBLISHED else 0)
        assert timing.settle(at) == 0
    ours, theirs = pair(ours.transaction_id)
    assert theirs.status is status
    assert ours.status is (S.LAPSED if status is S.PUBLISHED else S.OPEN)


@pytest.mark.parametrize(("minutes", "done"), [(-1, True), (0, False)])
def test_a_review_is_written_within_fourteen_days(cast: Cast, minutes: int, done: bool) -> None:
    with frozen(START):
        ours, _theirs = opened(cast)
    with frozen(days(14) + timedelta(minutes=minutes)):
        assert bool(we_rate(cast, ours).done) is done


def test_what_is_sealed_is_not_written_again(cast: Cast) -> None:
    ours, theirs = opened(cast)
    we_rate(cast, ours)
    again = we_rate(cast, ours, comment="Better.")
    assert again.done == []
    assert again.refused == {ours.id: engine.HANDLED}
    they_rate(cast, theirs)
    assert we_rate(cast, ours, payment=5).done == []
    assert pair(ours.transaction_id)[0].comment == "Paid late."


@pytest.mark.parametrize("stars", [0, 6, None, "5; DROP"])
def test_stars_are_one_to_five(cast: Cast, stars: object) -> None:
    ours, _theirs = opened(cast)
    with pytest.raises(ValueError, match="payment"):
        we_rate(cast, ours, payment=stars)


def both_at_once(app: Flask, cast: Cast) -> None:
    ours, theirs = opened(cast)
    deal = ours.transaction_id
    steps = [("rate_enterprise", ours.id, cast.bella.id, WE_RATE),
             ("rate_institution", theirs.id, cast.ann.id, THEY_RATE)]  # fmt: skip
    db.session.commit()
    db.session.remove()
    gate = threading.Barrier(2)

    def write(verb: str, id: int, person: int, answers: dict[str, object]) -> None:
        with app.app_context():
            gate.wait()
            engine.perform(Review, verb, [id], db.session.get(User, person), **answers)
            db.session.commit()
            db.session.remove()

    threads = [threading.Thread(target=write, args=step) for step in steps]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert [row.status for row in pair(deal)] == [S.PUBLISHED, S.PUBLISHED]
    query = sa.select(sa.func.count(Event.id)).where(Event.name == "publish")
    assert db.session.scalar(query) == 2


@pytest.mark.connections
def test_both_sides_seal_at_the_same_moment(app: Flask, cast: Cast) -> None:
    both_at_once(app, cast)


@pytest.mark.postgres
def test_both_sides_seal_at_the_same_moment_on_postgresql(pg_app: Flask) -> None:
    both_at_once(pg_app, Cast())


def posted_twice(app: Flask, cast: Cast) -> None:
    _ours, theirs = opened(cast)
    id, person = theirs.id, cast.ann.id
    db.session.commit()
    db.session.remove()
    gate, done = threading.Barrier(2), []

    def write() -> None:
        with app.app_context():
            gate.wait()
            ann = db.session.get(User, person)
            done.append(engine.perform(Review, "rate_institution", [id], ann, **THEY_RATE).done)
            db.session.commit()
            db.session.remove()

    threads = [threading.Thread(target=write) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(done) == [[], [id]]


@pytest.mark.connections
def test_a_review_posted_twice_is_written_once(app: Flask, cast: Cast) -> None:
    posted_twice(app, cast)


@pytest.mark.postgres
def test_a_review_posted_twice_is_written_once_on_postgresql(pg_app: Flask) -> None:
    posted_twice(pg_app, Cast())


# --- reminders ---


def test_reminders_on_day_seven_and_twelve_once_each(cast: Cast) -> None:
    with frozen(START):
        ours, theirs = opened(cast)
        they_rate(cast, theirs)
    sent = []
    for moment in (6.9, 7, 7.5, 11.9, 12, 13, 13.9, 14):
        with frozen(days(moment)):
            sent.append(timing.remind(days(moment)))
    assert sent == [0, 1, 0, 0, 1, 0, 0, 0]
    assert told("review_reminder") == {"reserved-bridge@example.com"}  # not who has written
    assert pair(ours.transaction_id)[0].reminders == 2


def test_after_a_long_night_one_reminder_is_enough(cast: Cast) -> None:
    with frozen(START):
        opened(cast)
    with frozen(days(12.5)):
        assert timing.remind(days(12.5)) == 2  # one a side
        assert timing.remind(days(12.5)) == 0


# --- replies, appeals, hiding ---


def test_one_reply_each_after_publication(cast: Cast) -> None:
    ours, theirs = opened(cast)
    they_rate(cast, theirs)
    reply = {"reply": "Thank you."}
    assert engine.perform(Review, "reply", [theirs.id], cast.bella, **reply).done == []
    we_rate(cast, ours)
    assert engine.perform(Review, "reply", [theirs.id], cast.ann, **reply).done == []
    assert engine.perform(Review, "reply", [theirs.id], cast.bella, **reply).done == [theirs.id]
    again = engine.perform(Review, "reply", [theirs.id], cast.stan, reply="And again.")
    assert again.done == []
    assert (pair(ours.transaction_id)[1].reply, told("review_replied")) == (
        "Thank you.",
        {"ann@example.com"},
    )
    assert engine.perform(Review, "reply", [ours.id], cast.ann, reply="Sorry.").done == [ours.id]


def test_an_appeal_is_heard_and_the_review_hidden(cast: Cast) -> None:
    _ours, theirs = published(cast)
    engine.perform(Review, "appeal", [theirs.id], cast.bella, reason="It names a person.")
    assert told("review_appealed") == {"root@example.com", "vera@example.com"}
    engine.perform(Review, "hide", [theirs.id], cast.root, reason="Names a person.")
    _ours, theirs = pair(theirs.transaction_id)
    assert (theirs.status, theirs.reason) == (S.HIDDEN, "Names a person.")
    assert theirs.comment == "Very thorough."  # hidden is not deleted
    assert told("review_hidden") == {"reserved-bridge@example.com", "ann@example.com"}
    assert ratings.rating_of([cast.bridge.id]) == {}
    engine.perform(Review, "restore", [theirs.id], cast.vera)
    assert ratings.rating_of([cast.bridge.id])[cast.bridge.id].count == 1
    assert told("review_restored") == {"reserved-bridge@example.com", "ann@example.com"}
    assert engine.perform(Review, "appeal", [theirs.id], cast.bella, reason="Again.").done == []


def test_an_appeal_is_dismissed_once(cast: Cast) -> None:
    _ours, theirs = published(cast)
    assert engine.perform(Review, "dismiss", [theirs.id], cast.root, reason="No.").done == []
    engine.perform(Review, "appeal", [theirs.id], cast.stan, reason="Too harsh.")
    first = engine.perform(Review, "dismiss", [theirs.id], cast.root, reason="It may be.")
    second = engine.perform(Review, "dismiss", [theirs.id], cast.vera, reason="It may be.")
    assert (first.done, second.done) == ([theirs.id], [])
    assert pair(theirs.transaction_id)[1].status is S.PUBLISHED
    both = {"reserved-bridge@example.com", "ann@example.com"}
    assert told("review_appeal_dismissed") == both


def test_hiding_before_an_appeal_does_not_decide_a_later_one(cast: Cast) -> None:
    with frozen(START):
        _ours, theirs = published(cast)
    for at, verb, person, answers in (
        (1, "hide", cast.root, {"reason": "To be looked at."}),
        (2, "restore", cast.root, {}),
        (3, "appeal", cast.bella, {"reason": "Please look again."}),
    ):
        with frozen(days(at)):
            assert engine.perform(Review, verb, [theirs.id], person, **answers).done
    with frozen(days(4)):
        assert engine.perform(Review, "dismiss", [theirs.id], cast.root, reason="Fair.").done


# --- the deal is revoked ---


@pytest.mark.parametrize("state", ["open", "sealed", "published", "hidden"])
def test_a_revoked_deal_takes_its_reviews_along(cast: Cast, state: str) -> None:
    ours, theirs = opened(cast)
    if state != "open":
        they_rate(cast, theirs)
    if state in ("published", "hidden"):
        we_rate(cast, ours)
    if state == "hidden":
        engine.perform(Review, "hide", [theirs.id], cast.root, reason="x")
    assert pair(ours.transaction_id)[1].status == state
    review_effects.close_for([ours.transaction], cast.root)
    ours, theirs = pair(ours.transaction_id)
    assert (ours.status, theirs.status) == (S.LAPSED, S.LAPSED)
    assert ratings.rating_of([cast.bridge.id]) == {}
    assert timing.settle(days(400)) == 0


# --- what counts ---


def test_the_rating_counts_each_star_in_one_query(cast: Cast) -> None:
    published(cast)  # 4.5 stars: 5 in the spread
    _ours, theirs = opened(cast)
    they_rate(cast, theirs)  # sealed: does not count
    _ours, bad = published(cast, affiliation_id=None)
    engine.perform(Review, "hide", [bad.id], cast.root, reason="x")  # hidden: does not count
    ours, theirs = opened(cast)
    we_rate(cast, ours, clear_demand=1, cooperation=1, payment=2)
    they_rate(cast, theirs, quality=2, speed=2, price=2, attitude=3, consultant_stars=None)
    found = ratings.rating_of([cast.bridge.id, cast.rival.id, 999])
    assert set(found) == {cast.bridge.id}
    rating = found[cast.bridge.id]
    assert rating.stars == {1: 0, 2: 1, 3: 0, 4: 0, 5: 1}
    assert (rating.count, rating.mean) == (2, (4.5 + 2.25) / 2)
    assert rating.spread[0] == (5, 1, 50)
    lin = cast.lins_link.consultant_id
    assert ratings.rating_of(consultants=[lin])[lin].stars == {1: 0, 2: 0, 3: 1, 4: 0, 5: 0}
    acme = ratings.rating_of(enterprises=[cast.acme.id])[cast.acme.id]
    assert acme.stars == {1: 1, 2: 0, 3: 0, 4: 2, 5: 0}
    assert ratings.rating_of([]) == {}


@pytest.mark.parametrize(
    ("stars", "whole"), [(1.0, 1), (1.49, 1), (1.5, 2), (4.25, 4), (4.5, 5), (5.0, 5)]
)
def test_half_a_star_counts_up(cast: Cast, stars: float, whole: int) -> None:
    assert db.session.scalar(sa.select(ratings.whole_stars(sa.literal(stars)))) == whole


def test_quarters_begin_at_midnight_in_the_park(cast: Cast) -> None:
    for at in (
        datetime(2026, 3, 31, 15, 59, tzinfo=UTC),  # a minute before April in Suzhou
        datetime(2026, 3, 31, 16, 0, tzinfo=UTC),
    ):
        with frozen(at):
            published(cast)
    with frozen(datetime(2026, 8, 1, tzinfo=UTC)):
        found = ratings.over_time(Review.side == ReviewSide.ENTERPRISE)
    assert [(one.year, one.number, one.count, one.mean) for one in found] == [
        (2026, 1, 1, 4.5),
        (2026, 2, 1, 4.5),
        (2026, 3, 0, 0.0),
    ]


def test_the_ranking_hears_of_what_changes_a_rating(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = []
    monkeypatch.setattr(
        ranking,
        "mark",
        lambda institutions=(), consultants=(): heard.append((set(institutions), set(consultants))),
    )
    _ours, theirs = published(cast)
    engine.perform(Review, "reply", [theirs.id], cast.bella, reply="Thank you.")
    engine.perform(Review, "hide", [theirs.id], cast.root, reason="x")
    engine.perform(Review, "restore", [theirs.id], cast.root)
    review_effects.close_for([theirs.transaction], cast.root)
    both = ({cast.bridge.id}, {cast.lins_link.consultant_id})
    assert heard == [both, both, both, both]  # published, hidden, restored, revoked


@pytest.mark.postgres
def test_ratings_on_postgresql(pg_app: Flask) -> None:
    cast = Cast()
    published(cast)
    db.session.commit()
    bridge, lin = cast.bridge.id, cast.lins_link.consultant_id
    assert ratings.rating_of([bridge])[bridge].stars == {1: 0, 2: 0, 3: 0, 4: 0, 5: 1}
    assert ratings.rating_of(consultants=[lin])[lin].mean == 3.0
    assert ratings.rating_of(enterprises=[cast.acme.id])[cast.acme.id].count == 1
    assert [one.count for one in ratings.over_time()] == [2]
    stars = Review.stars.is_not(None) & (ratings.whole_stars(Review.stars) == 5)
    assert db.session.scalar(sa.select(sa.func.count(Review.id)).where(stars)) == 1
    page = pg_app.test_client().get(f"/institutions/{bridge}")
    assert "Very thorough." in page.text
    ann = pg_app.test_client()
    sign_in(ann, cast.ann)
    query = f"stars=5&category={cast.law.id}&since=2020-01-01&until=2099-01-01&status=published"
    assert "A share agreement" in ann.get(f"/account/reviews/given?{query}").text
    bella = pg_app.test_client()
    sign_in(bella, cast.bella)
    query = f"stars=5&category={cast.law.id}&affiliation={cast.lins_link.id}&q=share"
    assert "A share agreement" in bella.get(f"/workbench/review/received/?{query}").text
    assert bella.get("/workbench/activity/").status_code == 200
    root = pg_app.test_client()
    sign_in(root, cast.root)
    for path in ("", "appeal/?waits=yes", "review/?stars=5", "activity/"):
        assert root.get(f"/admin/{path}").status_code == 200
