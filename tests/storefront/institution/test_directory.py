"""The list of institutions: its filters, its orders, what its cards tell, and counts that stop."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from decimal import Decimal

import pytest

from core.clock import now
from core.database import db
from models import (
    AssociationMembership,
    AssociationStatus,
    Category,
    Demand,
    DemandStatus,
    Event,
    Institution,
    InstitutionScore,
    InstitutionStatus,
    Review,
    ReviewSide,
    ReviewStatus,
    Transaction,
    TransactionStatus,
)
from storefront.listing import paging, statistics
from tests.support.products import featured_product


@pytest.fixture(autouse=True)
def english(client) -> None:
    with client.session_transaction() as session:
        session["locale"] = "en"


def deal(cast, institution, *, months_ago: float = 1, status=TransactionStatus.APPROVED):
    """A deal of `institution` with Acme, as it stands in the database."""
    row = Transaction(
        status=status,
        form_key=uuid.uuid4().hex,
        institution=institution,
        filer=institution.applicant,
        enterprise=cast.acme,
        enterprise_name="Acme",
        category=institution.categories[0],
        title="Adviser",
        amount=Decimal(100),
        signed_on=(now() - timedelta(days=30.5 * months_ago)).date(),
        approved_at=now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def review(cast, institution, stars: float, status=ReviewStatus.PUBLISHED) -> None:
    db.session.add(
        Review(
            status=status,
            side=ReviewSide.ENTERPRISE,
            transaction=deal(cast, institution, months_ago=40),
            institution=institution,
            enterprise=cast.acme,
            stars=stars,
            scores={},
            due_at=now(),
            published_at=now(),
        )
    )
    db.session.commit()


def answered(cast, institution, hours: float) -> None:
    """A demand that `institution` accepted after so many hours, and read before that."""
    posted = now() - timedelta(days=30)
    row = Demand(
        status=DemandStatus.ACCEPTED,
        form_key=uuid.uuid4().hex,
        poster=cast.ann,
        institution=institution,
        category=institution.categories[0],
        title="Help",
        description="Help.",
        contact_name="Ann",
        contact_phone="13812345678",
        contact_email="ann@example.com",
        consented_at=posted,
        created_at=posted,
    )
    db.session.add(row)
    db.session.flush()
    for name, later in (("open", 0.1), ("accept", hours), ("record_outcome", hours + 50)):
        db.session.add(
            Event(
                at=posted + timedelta(hours=later),
                subject_type="demand",
                subject_id=row.id,
                name=name,
            )
        )
    db.session.commit()


def score(institution, value: float) -> None:
    db.session.add(InstitutionScore(institution=institution, score=value, parts={}))
    db.session.commit()


def names(page: str) -> list[str]:
    return re.findall(r'class="inst-name"><a href="[^"]*">([^<]*)</a>', page)


def test_the_most_active_come_first_and_unscored_last(client, cast) -> None:
    score(cast.bridge, 12.5)
    assert names(client.get("/institutions").text) == ["Bridge Law", "Rival Tax"]
    score(cast.rival, 80)
    assert names(client.get("/institutions").text) == ["Rival Tax", "Bridge Law"]


def test_the_newest_first(client, cast) -> None:
    score(cast.bridge, 90)
    cast.bridge.certified_at = now() - timedelta(days=3)
    db.session.commit()
    assert names(client.get("/institutions?sort=newest").text) == ["Rival Tax", "Bridge Law"]


def test_one_praise_does_not_beat_many_good_reviews(client, cast) -> None:
    review(cast, cast.rival, 5)
    for _ in range(8):
        review(cast, cast.bridge, 4.5)
    review(cast, cast.bridge, 4.75)
    third = certified(cast, "Sad Office")
    for _ in range(6):
        review(cast, third, 2)
    found = names(client.get("/institutions?sort=rating").text)
    assert found == ["Bridge Law", "Rival Tax", "Sad Office"]


def certified(cast, name: str, number: int = 9) -> Institution:
    row = Institution(
        name=name,
        credit_code=f"9132059400000000{number}X",
        status=InstitutionStatus.CERTIFIED,
        applicant=cast.otto,
        certified_at=now(),
        categories=[cast.law],
    )
    db.session.add(row)
    db.session.commit()
    return row


@pytest.mark.parametrize(
    ("stars", "found"),
    [("4", ["Bridge Law"]), ("3", ["Rival Tax", "Bridge Law"]), ("9", ["Rival Tax", "Bridge Law"])],
)
def test_at_least_so_many_stars(client, cast, stars, found) -> None:
    review(cast, cast.bridge, 5)
    review(cast, cast.bridge, 4)
    review(cast, cast.rival, 3.5)
    review(cast, cast.rival, 5, ReviewStatus.HIDDEN)
    assert sorted(names(client.get(f"/institutions?stars={stars}").text)) == sorted(found)


def test_members_only(client, cast) -> None:
    db.session.add(AssociationMembership(institution=cast.rival, status=AssociationStatus.MEMBER))
    db.session.add(AssociationMembership(institution=cast.bridge, status=AssociationStatus.APPLIED))
    db.session.commit()
    page = client.get("/institutions?member=yes").text
    assert names(page) == ["Rival Tax"]
    assert 'name="member" value="yes" checked' in page


def test_the_state_stays_in_the_links(client, cast) -> None:
    page = client.get("/institutions?q=law&stars=3&member=yes&sort=newest").text
    assert "/institutions?q=law&amp;category=tax&amp;stars=3&amp;member=yes&amp;sort=newest" in page


def test_nonsense_in_the_address_filters_nothing(client, cast) -> None:
    page = client.get("/institutions?stars=²&member=x&sort=--&category=%00")
    assert page.status_code == 200
    assert len(names(page.text)) == 2


def test_a_card_tells_rating_activity_deals_and_time(client, cast) -> None:
    score(cast.bridge, 61.25)
    review(cast, cast.bridge, 4)
    deal(cast, cast.bridge)
    deal(cast, cast.bridge, months_ago=23)
    deal(cast, cast.bridge, months_ago=25)
    deal(cast, cast.bridge, status=TransactionStatus.FILED)
    for hours in (2, 6, 30):
        answered(cast, cast.bridge, hours)
    page = client.get("/institutions?q=bridge").text
    assert "4.0 · 1 review<" in page
    assert "Activity score <strong>61.2</strong>" in page
    assert "2 deals in 24 months" in page
    assert "Answers in about 6 h" in page


def test_two_answers_are_too_few_to_tell_a_time(client, cast) -> None:
    answered(cast, cast.bridge, 2)
    answered(cast, cast.bridge, 3)
    assert "Answers in about" not in client.get("/institutions?q=bridge").text
    assert statistics.platform_hours() is None
    answered(cast, cast.rival, 10)
    assert statistics.platform_hours() == 3
    assert statistics.hours_of([cast.bridge.id]) == {}


@pytest.mark.parametrize(
    ("hours", "words"), [(0.2, "less than 1 h"), (5.4, "5 h"), (60, "2 days"), (None, "—")]
)
def test_time_in_words(app, client, hours, words) -> None:
    with app.test_request_context(headers={"Cookie": "language=en"}):
        assert statistics.time_taken(hours) == words


def test_counts_stop_at_ten_thousand(client, cast, monkeypatch) -> None:
    assert paging.counted(9_999) == "9,999"
    assert paging.counted(10_000) == "10,000"
    assert paging.counted(10_001) == "10,000+"
    for number in range(4):
        certified(cast, f"Office {number}", number)
    monkeypatch.setattr(paging, "MOST_COUNTED", 3)
    assert paging.capped_count(db.select(Category.id)) == 2
    assert "3+ institutions" in client.get("/institutions").text


def test_home_tells_answered_demands_and_the_median(client, cast) -> None:
    for hours in (2, 6, 30):
        answered(cast, cast.bridge, hours)
    featured_product(cast.bridge, "Older")
    featured_product(cast.bridge, "Newer")
    page = client.get("/").text
    assert "<dt>demands answered</dt><dd>3</dd>" in page
    assert "<dt>median first answer</dt><dd>6 h</dd>" in page
    assert "Newer" in page
    assert "Older" not in page
