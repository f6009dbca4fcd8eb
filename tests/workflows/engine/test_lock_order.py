"""Rows are locked in one order, parents first and ids ascending: nobody waits in a circle."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from access import SYSTEM
from core.clock import now
from core.database import db
from models import (
    Affiliation,
    CandidateStatus,
    Category,
    Consultant,
    Enquiry,
    EnquiryCandidate,
    FeaturedProduct,
    Institution,
    PlatformRole,
    ProductStatus,
    ProfileChange,
    RegularOffer,
    Review,
    ReviewStatus,
    Transaction,
    TransactionStatus,
)
from tests.support.application import sign_in
from tests.support.cast import Cast, link_consultant
from tests.support.consulting import add, agree, fill_in, link_to, step
from tests.support.demands import post_demand
from tests.support.locks import until, waits_for_a_lock, watching
from tests.support.products import catalogue_item, change, product, regular_offer, take
from tests.support.reviews import opened, pair, they_rate, we_rate
from tests.support.transactions import apart, asked, filed, taken
from tests.support.versions import ids_of
from web.lost_races import is_lost_race
from workflows import engine
from workflows.catalogue.retiring import set_retired
from workflows.category.retiring import retire
from workflows.confirmation import answering
from workflows.engine import perform, performing
from workflows.enquiry.pick import pick
from workflows.person.roles import set_role
from workflows.profile_change import writing
from workflows.review import timing

pytestmark = pytest.mark.postgres


# --- what deadlocked ---------------------------------------------------------------------------


def meet(app: Flask, first: Callable[[], None], second: Callable[[], None]) -> list[Exception]:
    """Run both at once, each in a session of its own; return what went wrong."""
    failed: list[Exception] = []

    def each(work: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            with app.app_context():
                try:
                    work()
                    db.session.commit()
                except Exception as error:
                    failed.append(error)
                finally:
                    db.session.remove()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    for thread in [each(first), each(second)]:
        thread.join(30)
    return failed


def two_deals(cast: Cast) -> tuple[list[int], int]:
    """Two approved deals, the first with a review that was not written, the second with a sealed
    one; the time of both is over."""
    apart(cast)
    ours = [opened(cast)[0], opened(cast, contract_number="HT-2")[0]]
    we_rate(cast, ours[1])
    db.session.execute(sa.update(Review).values(due_at=now()))
    db.session.commit()
    return [row.transaction_id for row in ours], cast.root.id


def settle_in_the_old_order(_at: Any) -> None:
    """Publish, and let lapse in the same unit of work: deals, reviews, and deals again."""
    for status, verb in ((ReviewStatus.SEALED, "publish"), (ReviewStatus.OPEN, "lapse")):
        due = sa.select(Review.id).where(Review.status == status).order_by(Review.id.desc())
        one = db.session.scalars(due.limit(1) if verb == "publish" else due).all()
        timing.perform(Review, verb, one, SYSTEM)


@pytest.mark.parametrize(
    ("settle", "deadlocks"),
    [(settle_in_the_old_order, True), (timing.settle, False)],
    ids=["old", "now"],
)
def test_the_timer_and_an_administrator(
    pg_app: Flask, monkeypatch: pytest.MonkeyPatch, settle: Any, deadlocks: bool
) -> None:
    """The timer holds the second deal and wants the first; the administrator revokes both."""
    deals, root = two_deals(Cast())
    assert deals == sorted(deals)
    db.session.remove()
    published = threading.Event()
    begun = threading.Event()

    def pausing(model: Any, verb: str, ids: Any, actor: Any, **answers: Any) -> Any:
        if verb == "lapse":
            published.set()
            begun.wait(10)
            if deadlocks:
                until(waits_for_a_lock)
        return perform(model, verb, ids, actor, **answers)

    monkeypatch.setattr(timing, "perform", pausing)

    def administrator() -> None:
        from models import User

        published.wait(10)
        user = db.session.get_one(User, root)
        begun.set()
        outcome = perform(Transaction, "revoke", deals, user, reason="A sham.")
        assert outcome.done == deals

    failed = meet(pg_app, lambda: settle(now()), administrator)
    if deadlocks:
        assert [is_lost_race(error) for error in failed] == [True]
        assert isinstance(failed[0], OperationalError)
        assert failed[0].orig.sqlstate == "40P01"  # type: ignore[union-attr]
    else:
        assert failed == []
        statuses = set(db.session.scalars(sa.select(Transaction.status)))
        assert statuses == {TransactionStatus.REVOKED}


def test_all_rows_of_a_great_many_are_locked_before_their_cascades(
    pg_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above the size of a chunk: the reviews of the first deals wait until the last is locked."""
    cast = Cast()
    apart(cast)
    deals = [opened(cast, contract_number=f"HT-{n}")[0].transaction_id for n in range(5)]
    db.session.commit()
    monkeypatch.setattr(performing, "CHUNK", 2)
    with watching() as watch:
        assert perform(Transaction, "revoke", deals, cast.root, reason="No.").done == deals
        db.session.commit()
    assert watch.wrong == []
    first_review = watch.tables.index("review")
    assert watch.tables[:first_review].count("transaction") >= 3


# --- the journeys ------------------------------------------------------------------------------


def a_deal(cast: Cast, _client: FlaskClient) -> None:
    apart(cast)
    row = filed(cast, affiliation_id=cast.lins_link.id)
    db.session.commit()
    assert answering.answer(asked(row), "confirm", cast.ann) is None
    db.session.commit()
    taken(row, "approve", cast.root)
    db.session.commit()
    ours, theirs = pair(row.id)
    we_rate(cast, ours)
    db.session.commit()
    they_rate(cast, theirs)
    db.session.commit()
    taken(row, "revoke", cast.root, reason="A sham.")
    db.session.commit()


def reviews_that_settle(cast: Cast, _client: FlaskClient) -> None:
    two_deals(cast)
    timing.settle(now())


def a_product(cast: Cast, _client: FlaskClient) -> None:
    row = product(cast, ProductStatus.LISTED)
    changed = change(row, cast, name="Another name")
    take(changed, "submit", cast.bella)
    take(changed, "approve", cast.vera)


def an_offer(cast: Cast, _client: FlaskClient) -> None:
    item = catalogue_item(cast.law)
    row = regular_offer(cast.bridge, item)
    db.session.add_all([item, row])
    db.session.commit()
    take(row, "delist", cast.bella)
    take(row, "relist", cast.bella)
    set_retired([item], True, cast.root)
    db.session.commit()
    assert isinstance(row, RegularOffer)


def a_field_of_service(cast: Cast, _client: FlaskClient) -> None:
    product(cast, ProductStatus.LISTED)
    tax = cast.rival.categories[0]
    retire(db.session.get_one(Category, cast.law.id), tax.id, cast.root)
    db.session.commit()


def a_consultant(cast: Cast, _client: FlaskClient) -> None:
    key = add(cast.bridge, cast.bella, "otto@example.com", "Otto")
    assert step("invite", key, cast.bella) == ""
    assert agree(link_to("otto@example.com"), cast.otto) == ""
    fill_in(cast.otto, cast.law)
    assert step("submit", key, cast.otto) == ""
    assert step("approve", key, cast.vera) == ""
    consultant = db.session.get_one(Affiliation, key).consultant_id
    assert step("withdraw", consultant, cast.root, Consultant, reason="No.") == ""


def an_unlinking(cast: Cast, client: FlaskClient) -> None:
    """Lin goes and hands his demand over; the successor has the higher id, or the lower one."""
    link_consultant(cast.bob, cast.bridge, cast.bella)
    db.session.commit()
    theirs = Affiliation.institution_id == cast.bridge.id
    ids = list(db.session.scalars(sa.select(Affiliation.id).where(theirs).order_by(Affiliation.id)))
    post_demand(cast, affiliation_id=ids[-1])
    db.session.commit()
    sign_in(client, cast.bella)
    sent = {"verb": "unlink", "ids": ids_of(Affiliation, ids[-1]), "answered": "1",
            "hand_over_to": str(ids[0])}  # fmt: skip
    assert client.post("/workbench/consultant/ask/", data=sent).status_code == 302


def a_profile(cast: Cast, _client: FlaskClient) -> None:
    row = writing.propose(
        cast.bridge, cast.bella, name="Bridge & Partners", credit_code=cast.bridge.credit_code
    )
    db.session.commit()
    assert perform(ProfileChange, "approve", [row.id], cast.vera).done
    db.session.commit()


def an_enquiry(cast: Cast, _client: FlaskClient) -> None:
    row = Enquiry(
        form_key="one", poster_id=cast.ann.id, category_id=cast.law.id, title="Patents abroad",
        enterprise_id=cast.acme.id, description="Four.", contact_name="Ann",
        contact_phone="13844445555", contact_email="ann@example.com", consented_at=now(),
    )  # fmt: skip
    engine.create(row, "post", cast.ann)
    db.session.commit()
    taken(row, "shortlist", cast.root, institution_ids=[cast.bridge.id, cast.rival.id])
    db.session.commit()
    query = sa.select(EnquiryCandidate).order_by(EnquiryCandidate.id)
    candidate = db.session.scalars(query).first()
    assert candidate is not None
    pick(candidate, cast.ann, row.version)
    db.session.commit()
    assert db.session.get_one(EnquiryCandidate, candidate.id).status is CandidateStatus.PICKED


def a_revoked_institution(cast: Cast, _client: FlaskClient) -> None:
    """With everything that ends with it: products, changes, invitations, demands, links."""
    lin = cast.lins_link.id
    row = product(cast, ProductStatus.LISTED)
    take(change(row, cast, name="Another name"), "submit", cast.bella)
    product(cast, ProductStatus.SUBMITTED, name="A second one")
    assert step("invite", add(cast.bridge, cast.bella, "mo@example.com"), cast.bella) == ""
    post_demand(cast, affiliation_id=lin)
    writing.propose(
        cast.bridge, cast.bella, name="Bridge & Partners", credit_code=cast.bridge.credit_code
    )
    db.session.commit()
    assert perform(Institution, "revoke", [cast.bridge.id], cast.root, reason="No.").done
    db.session.commit()
    assert db.session.scalars(sa.select(FeaturedProduct)).all()


def roles(cast: Cast, _client: FlaskClient) -> None:
    set_role(cast.otto, PlatformRole.ADMINISTRATOR, cast.root)
    db.session.commit()
    set_role(cast.vera, None, cast.root)
    db.session.commit()


@pytest.mark.parametrize(
    "journey",
    [
        a_deal, reviews_that_settle, a_product, an_offer, a_field_of_service, a_consultant,
        an_unlinking, a_profile, an_enquiry, a_revoked_institution, roles,
    ],
)  # fmt: skip
def test_locks_are_taken_in_the_one_order(pg_app: Flask, journey: Any) -> None:
    cast = Cast()
    with watching() as watch:
        journey(cast, pg_app.test_client())
    assert watch.tables
    assert watch.wrong == []


def test_the_order_names_tables(pg_app: Flask) -> None:
    assert set(engine.ORDER) <= set(db.metadata.tables)
    assert len(set(engine.ORDER)) == len(engine.ORDER)
