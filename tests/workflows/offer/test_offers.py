"""The life of an offer of a regular product: who takes which step, and what stands against it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from core.database import db
from models import (
    CatalogueItem,
    Event,
    Institution,
    InstitutionStatus,
    Mail,
    Notification,
    OfferStatus,
    RegularOffer,
)
from tests.support.application import rows
from tests.support.cast import Cast
from tests.support.products import catalogue_item, regular_offer
from workflows import engine
from workflows.catalogue.retiring import set_retired
from workflows.engine import HANDLED, NOT_YOURS

LISTED, DELISTED, TAKEN_DOWN = OfferStatus.LISTED, OfferStatus.DELISTED, OfferStatus.TAKEN_DOWN


@pytest.fixture
def offer(cast) -> RegularOffer:
    return regular_offer(cast.bridge, catalogue_item(cast.law), 900)


def step(verb: str, offer: RegularOffer, actor: Any, **answers: Any) -> Any:
    outcome = engine.perform(RegularOffer, verb, [offer.id], actor, **answers)
    db.session.commit()
    return outcome


def fresh(cast: Cast, **more: Any) -> RegularOffer:
    values = {"institution_id": cast.bridge.id, "item_id": catalogue_item(cast.law).id} | more
    return RegularOffer(**values)


@pytest.mark.parametrize("name", ["bella", "stan"])
def test_everybody_in_the_workbench_lists(app, cast, name):
    offer = engine.create(fresh(cast), "list", getattr(cast, name))
    db.session.commit()
    assert offer.status is LISTED
    told = rows(sa.select(Event).where(Event.subject_type == "regular_offer"))
    assert [(one.name, one.source, one.target) for one in told] == [("list", None, "listed")]


@pytest.mark.parametrize("name", ["rita", "root", "ann", "lin", "otto"])
def test_nobody_else_lists(app, cast, name):
    with pytest.raises(PermissionError):
        engine.create(fresh(cast), "list", getattr(cast, name))


def test_a_suspended_institution_lists_nothing(app, cast):
    engine.perform(Institution, "suspend", [cast.bridge.id], cast.root, reason="x")
    with pytest.raises(ValueError, match=r"."):
        engine.create(fresh(cast), "list", cast.bella)


def test_what_left_the_catalogue_is_not_listed(app, cast):
    gone = catalogue_item(cast.law, "Gone", retired=True)
    with pytest.raises(ValueError, match=r"."):
        engine.create(fresh(cast, item_id=gone.id), "list", cast.bella)
    offer = regular_offer(cast.bridge, gone, status=DELISTED)
    assert step("relist", offer, cast.bella).refused


def test_an_item_is_offered_once(app, cast, offer):
    again = RegularOffer(institution_id=cast.bridge.id, item_id=offer.item_id)
    with pytest.raises(sa.exc.IntegrityError):
        engine.create(again, "list", cast.bella)
    rivals = RegularOffer(institution_id=cast.rival.id, item_id=offer.item_id)
    assert engine.create(rivals, "list", cast.rita).status is LISTED


@pytest.mark.parametrize(
    ("state", "verb", "name", "target"),
    [
        (LISTED, "delist", "bella", DELISTED),
        (LISTED, "delist", "stan", DELISTED),
        (DELISTED, "relist", "bella", LISTED),
        (LISTED, "take_down", "root", TAKEN_DOWN),
        (DELISTED, "take_down", "root", TAKEN_DOWN),
        (TAKEN_DOWN, "lift", "root", DELISTED),  # the institution lists it again itself
    ],
)
def test_steps_that_are_taken(app, cast, offer, state, verb, name, target):
    db.session.execute(sa.update(RegularOffer).values(status=state))
    db.session.commit()
    answers = {"reason": "A picture."} if verb == "take_down" else {}
    assert step(verb, offer, getattr(cast, name), **answers).done == [offer.id]
    assert offer.status is target


@pytest.mark.parametrize(
    ("state", "verb", "name", "words"),
    [
        (DELISTED, "delist", "bella", HANDLED),
        (LISTED, "relist", "bella", HANDLED),
        (TAKEN_DOWN, "relist", "bella", HANDLED),
        (TAKEN_DOWN, "delist", "bella", HANDLED),
        (LISTED, "delist", "root", NOT_YOURS),
        (DELISTED, "relist", "root", NOT_YOURS),
        (LISTED, "take_down", "vera", NOT_YOURS),
        (LISTED, "take_down", "bella", NOT_YOURS),
        (TAKEN_DOWN, "lift", "bella", NOT_YOURS),
        (LISTED, "lift", "root", HANDLED),
        (TAKEN_DOWN, "take_down", "root", HANDLED),
    ],
)
def test_steps_that_are_refused(app, cast, offer, state, verb, name, words):
    db.session.execute(sa.update(RegularOffer).values(status=state))
    db.session.commit()
    answers = {"reason": "x"} if verb == "take_down" else {}
    outcome = step(verb, offer, getattr(cast, name), **answers)
    assert outcome.refused == {offer.id: words}
    assert offer.status is state


@pytest.mark.parametrize("name", ["rita", "ann", "otto"])
def test_an_offer_of_another_institution_is_not_there(app, cast, offer, name):
    assert step("delist", offer, getattr(cast, name)).missing == [offer.id]


def test_a_take_down_needs_a_reason_and_is_told(app, cast, offer):
    with pytest.raises(ValueError, match="reason"):
        step("take_down", offer, cast.root, reason="  ")
    step("take_down", offer, cast.root, reason="The picture is another's.")
    mails = rows(sa.select(Mail))
    assert [(one.template, one.recipient) for one in mails] == [
        ("offer_taken_down", "reserved-bridge@example.com")
    ]
    assert mails[0].context["reason"] == "The picture is another's."
    assert mails[0].link == f"/workbench/offer/details/?id={offer.id}"
    bells = {one.user_id for one in rows(sa.select(Notification))}
    assert bells == {cast.bella.id, cast.stan.id}
    assert offer.reason == "The picture is another's."
    step("lift", offer, cast.root)
    assert offer.reason is None
    assert {one.template for one in rows(sa.select(Mail))} == {"offer_taken_down", "offer_lifted"}


def test_many_at_once_one_stale_does_not_sink_the_others(app, cast, offer):
    other = regular_offer(cast.bridge, catalogue_item(cast.law, "Other"), status=DELISTED)
    foreign = regular_offer(cast.rival, catalogue_item(cast.law, "Third"))
    outcome = engine.perform(
        RegularOffer, "delist", [offer.id, other.id, foreign.id], cast.bella
    )  # fmt: skip
    assert outcome.done == [offer.id]
    assert outcome.refused == {other.id: HANDLED}
    assert outcome.missing == [foreign.id]


def test_a_take_down_of_a_changed_offer_is_looked_at_again(app, cast, offer):
    seen = offer.version
    engine.edit(offer, cast.bella, {"remark": "Now without."})
    db.session.commit()
    outcome = engine.perform(
        RegularOffer, "take_down", [offer.id], cast.root, seen={offer.id: seen}, reason="x"
    )
    assert outcome.refused == {offer.id: engine.CHANGED}


@pytest.mark.postgres
def test_two_clicks_list_one_offer(pg_app: Flask):
    cast = Cast()
    item_id = catalogue_item(cast.law).id
    institution_id, bella_id = cast.bridge.id, cast.bella.id
    outcomes = race(pg_app, lambda: _list(institution_id, item_id, bella_id), 4)
    assert sorted(outcomes) == ["conflict", "conflict", "conflict", "listed"]
    assert len(rows(sa.select(RegularOffer))) == 1


def _list(institution_id: int, item_id: int, user_id: int) -> str:
    from models import User

    user = db.session.get_one(User, user_id)
    try:
        row = RegularOffer(institution_id=institution_id, item_id=item_id)
        engine.create(row, "list", user)
        db.session.commit()
    except sa.exc.IntegrityError:
        db.session.rollback()
        return "conflict"
    return "listed"


def race(app: Flask, work: Any, count: int) -> list[str]:
    """Run `work` in `count` threads that start together; return what each came to."""
    barrier, found = threading.Barrier(count), []

    def run() -> None:
        with app.app_context():
            barrier.wait()
            found.append(work())
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_a_retired_item_hides_its_offers_and_gives_them_back(app, cast, offer):
    from access import published

    public = sa.select(RegularOffer.id).where(published(RegularOffer))
    item = db.session.get_one(CatalogueItem, offer.item_id)
    set_retired([item], True, cast.root)
    db.session.commit()
    assert db.session.scalars(public).all() == []
    assert offer.status is LISTED
    set_retired([item], False, cast.root)
    db.session.commit()
    assert db.session.scalars(public).all() == [offer.id]


def told(template: str) -> list[str]:
    return sorted(m.recipient for m in db.session.query(Mail).filter_by(template=template))


def retired_and_back(cast: Cast) -> None:
    item = catalogue_item(cast.law)
    ours, theirs = regular_offer(cast.bridge, item, 900), regular_offer(cast.rival, item)
    step("delist", theirs, cast.rita)
    assert set_retired([item], True, cast.root, reason="Replaced by two others.") == 1
    db.session.commit()
    # whoever lists it is told by mail and bell; who delisted it before offers nothing
    assert told("offer_item_retired") == ["reserved-bridge@example.com"]
    mail = db.session.query(Mail).filter_by(template="offer_item_retired").one()
    assert mail.link == f"/workbench/offer/details/?id={ours.id}"
    assert mail.context == {
        "product": "A trademark", "institution": "Bridge Law", "reason": "Replaced by two others.",
    }  # fmt: skip
    bells = db.session.query(Notification).filter_by(template="offer_item_retired")
    assert {one.user_id for one in bells} == {cast.bella.id, cast.stan.id}
    assert [event.name for event in engine.history(ours)] == ["item_retired"]
    assert engine.history(item)[-1].reason == "Replaced by two others."
    assert (ours.status, theirs.status) == (LISTED, DELISTED)
    why = engine.perform(RegularOffer, "relist", [theirs.id], cast.rita).refused[theirs.id]
    assert str(why) == "平台目录中已无此产品。"
    assert set_retired([item], True, cast.root) == 0  # it is: nobody is told twice
    assert set_retired([item], False, cast.root) == 1
    db.session.commit()
    assert told("offer_item_restored") == ["reserved-bridge@example.com"]
    assert set_retired([item], True, cast.root) == 1  # retired anew is told anew
    db.session.commit()
    assert len(told("offer_item_retired")) == 2
    with pytest.raises(ValueError, match=str(engine.CHANGED)):
        set_retired([item], False, cast.root, seen=item.version - 1)


def test_whoever_lists_a_retired_item_is_told(app, cast):
    retired_and_back(cast)


@pytest.mark.postgres
def test_whoever_lists_a_retired_item_is_told_on_postgresql(pg_app: Flask):
    retired_and_back(Cast())


@pytest.mark.parametrize("name", ["bella", "vera"])
def test_nobody_else_says_that_an_item_is_retired(app, cast, offer, name):
    assert step("item_retired", offer, getattr(cast, name)).refused
    assert told("offer_item_retired") == []


def test_a_suspension_hides_and_gives_back_exactly_what_stood_there(app, cast, offer):
    from access import published

    down = regular_offer(cast.bridge, catalogue_item(cast.law, "Down"), status=DELISTED)
    public = sa.select(RegularOffer.id).where(published(RegularOffer))
    engine.perform(Institution, "suspend", [cast.bridge.id], cast.root, reason="x")
    db.session.commit()
    assert db.session.scalars(public).all() == []
    engine.perform(Institution, "lift", [cast.bridge.id], cast.root)
    db.session.commit()
    assert db.session.scalars(public).all() == [offer.id]
    assert (offer.status, down.status) == (LISTED, DELISTED)
    assert cast.bridge.status is InstitutionStatus.CERTIFIED
