"""Narrowing the lists down: association, park and rating, for every kind of thing."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from core.clock import now
from core.database import db
from models import (
    AssociationMembership,
    AssociationStatus,
    Consultant,
    ConsultantScore,
    ParkEnterprise,
    Review,
    ReviewSide,
    ReviewStatus,
)
from tests.storefront.institution.test_directory import certified, deal, review, score
from tests.support.cast import Cast
from tests.support.products import catalogue_item, featured_product, regular_offer

NAME = re.compile(r'class="(?:inst|prod)-name"><a href="[^"]*">([^<]*)</a>')


@pytest.fixture(autouse=True)
def english(client: FlaskClient) -> None:
    with client.session_transaction() as session:
        session["locale"] = "en"


def names(client: FlaskClient, path: str) -> list[str]:
    return NAME.findall(client.get(path).text)


def in_park(institution) -> None:
    db.session.add(ParkEnterprise(credit_code=institution.credit_code, name=institution.name))
    db.session.commit()


def member(institution) -> None:
    row = AssociationMembership(institution=institution, status=AssociationStatus.MEMBER)
    db.session.add(row)
    db.session.commit()


def offers(cast: Cast) -> None:
    featured_product(cast.bridge, "Bridge's watch")
    featured_product(cast.rival, "Rival's watch")
    for firm in (cast.bridge, cast.rival):
        regular_offer(firm, catalogue_item(cast.law, f"Item of {firm.name}"), 100)


LISTS = [
    ("/institutions?", ["Bridge Law"]),
    ("/products?", ["Bridge&#39;s watch"]),
    ("/products?kind=regular&", ["Item of Bridge Law"]),
    ("/consultants?", ["Lin"]),
]


@pytest.mark.parametrize(("path", "found"), LISTS)
def test_settled_in_the_park(client: FlaskClient, cast: Cast, path: str, found) -> None:
    offers(cast)
    assert names(client, f"{path}park=yes") == []
    in_park(cast.bridge)  # the register is imported: the kept page goes
    assert names(client, f"{path}park=yes") == found
    page = client.get(f"{path}park=yes&sort=rating").text
    assert 'name="park" value="yes" checked' in page
    assert 'value="rating" selected' in page


@pytest.mark.parametrize(("path", "found"), LISTS)
def test_members_of_the_association(client: FlaskClient, cast: Cast, path: str, found) -> None:
    offers(cast)
    member(cast.bridge)
    assert names(client, f"{path}member=yes") == found


@pytest.mark.parametrize(("path", "found"), LISTS)
def test_at_least_so_many_stars(client: FlaskClient, cast: Cast, path: str, found) -> None:
    offers(cast)
    link = cast.lins_link
    for stars in (5, 4):
        rated(cast, cast.bridge, stars, link)
    review(cast, cast.rival, 3)
    assert names(client, f"{path}stars=4") == found
    rated(cast, cast.bridge, 1, link)
    assert names(client, f"{path}stars=4") == []


def rated(cast: Cast, institution, stars: int, link) -> None:
    """A published review of a deal in which Lin advised."""
    row = deal(cast, institution, months_ago=40)
    row.affiliation = link
    db.session.add(
        Review(
            status=ReviewStatus.PUBLISHED,
            side=ReviewSide.ENTERPRISE,
            transaction=row,
            institution=institution,
            affiliation=link,
            enterprise=cast.acme,
            stars=stars,
            consultant_stars=stars,
            scores={},
            due_at=now(),
            published_at=now(),
        )
    )
    db.session.commit()


def test_a_card_says_what_a_mark_means_and_a_page_too(client: FlaskClient, cast: Cast) -> None:
    in_park(cast.bridge)
    assert client.get("/institutions").text.count("Settled in the park</span>") == 1
    assert "Settled in the park" in client.get(f"/institutions/{cast.bridge.id}").text
    assert "Settled in the park" not in client.get(f"/institutions/{cast.rival.id}").text
    assert cast.bridge.credit_code not in client.get(f"/institutions/{cast.bridge.id}").text


def test_products_go_by_the_standing_of_their_institutions(client, cast) -> None:
    offers(cast)
    score(cast.bridge, 10)
    score(cast.rival, 60)
    both = ["Rival&#39;s watch", "Bridge&#39;s watch"]
    assert names(client, "/products?sort=activity") == both
    review(cast, cast.bridge, 5)
    assert names(client, "/products?sort=rating") == both[::-1]
    assert "5.0 · 1 review<" in client.get("/products").text
    third = certified(cast, "Praised Once")
    featured_product(third, "Third's watch")
    review(cast, third, 5)
    for _ in range(8):
        review(cast, cast.bridge, 5)
    review(cast, cast.rival, 1)
    order = ["Bridge&#39;s watch", "Third&#39;s watch", "Rival&#39;s watch"]
    assert names(client, "/products?sort=rating") == order


def test_consultants_go_by_their_own_score(client: FlaskClient, cast: Cast) -> None:
    lin = db.session.query(Consultant).one()
    other = Consultant(
        name="Mo", status=lin.status, email="mo@example.com", certified_at=now(), mobile=""
    )
    db.session.add(other)
    db.session.flush()
    link = cast.lins_link
    fields = {
        "institution_id": cast.rival.id,
        "status": link.status,
        "linked_at": now(),
        "adder": cast.otto,
    }
    db.session.add(type(link)(consultant=other, **fields))
    db.session.add(ConsultantScore(consultant=lin, score=40, parts={}))
    db.session.commit()
    assert names(client, "/consultants") == ["Lin", "Mo"]
    assert names(client, "/consultants?sort=newest") == ["Mo", "Lin"]
    assert names(client, "/consultants?park=yes") == []
    in_park(cast.rival)
    assert names(client, "/consultants?park=yes") == ["Mo"]


def test_another_category_asks_other_things(client: FlaskClient, cast: Cast) -> None:
    offers(cast)
    page = client.get("/products?category=law&price_from=5&park=yes&stars=2&sort=price").text
    kept = "kind=featured&amp;category=tax&amp;stars=2&amp;park=yes&amp;sort=price&amp;price_from=5"
    assert f"/products?{kept}" in page
