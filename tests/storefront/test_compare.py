"""Institutions and products side by side."""

from __future__ import annotations

import re

import pytest

from core.database import db
from models import InstitutionScore, InstitutionStatus, ProductStatus
from tests.support.application import sign_in
from tests.support.products import featured_product, law_asks, product


@pytest.fixture(autouse=True)
def english(client) -> None:
    with client.session_transaction() as session:
        session["locale"] = "en"


def heads(page: str) -> list[str]:
    return re.findall(r'<th scope="col"><a href="([^"]*)">', page)


def row(page: str, label: str) -> list[str]:
    """Return the texts of the cells behind `label`."""
    line = re.search(rf'<th scope="row">{label}</th>(.*?)</tr>', page, re.S)
    assert line, label
    cells = re.findall(r"<td[^>]*>(.*?)</td>", line[1], re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]


def test_two_institutions_in_the_order_of_the_address(client, cast) -> None:
    cast.bridge.founded, cast.bridge.staff_count = 2009, 23
    db.session.add(InstitutionScore(institution=cast.bridge, score=61.25, parts={}))
    featured_product(cast.bridge)
    a, b = cast.rival.id, cast.bridge.id
    page = client.get(f"/compare?kind=institution&id={a}&id={b}&id={a}").text
    assert heads(page) == [f"/institutions/{a}", f"/institutions/{b}"]
    assert row(page, "Categories") == ["Tax", "Law"]
    assert row(page, "Rating") == ["No review yet", "No review yet"]
    assert row(page, "Activity score") == ["—", "61.2"]
    assert row(page, "Deals in 24 months") == ["0", "0"]
    assert row(page, "Consultants") == ["0", "1"]
    assert row(page, "Products") == ["0", "1"]
    assert row(page, "Association member") == ["No", "No"]
    assert row(page, "Founded") == ["—", "2009"]
    assert row(page, "Number of staff") == ["—", "23"]
    assert f"/demands/new?institution={b}" in page
    assert f"/compare?kind=institution&amp;id={a}" in page


def test_products_with_the_parameters_that_any_of_them_tells(client, cast) -> None:
    law_asks(cast)
    first = product(cast, ProductStatus.LISTED, parameters={"hours": "8", "kind": "发明"})
    other = featured_product(cast.rival, "Tax watch", 500)
    page = client.get(f"/compare?kind=product&id={first.id}&id={other.id}").text
    assert heads(page) == [f"/products/{first.id}", f"/products/{other.id}"]
    assert "500" in row(page, "Price")[1]
    assert row(page, "Hours") == ["8 h", "—"]
    assert row(page, "Kind") == ["Invention", "—"]
    assert row(page, "Category") == ["Law", "Tax"]
    assert row(page, "Institution") == ["Bridge Law", "Rival Tax"]


def test_more_than_four_are_said_to_be_too_many(client, cast) -> None:
    ids = [featured_product(cast.bridge, f"P{number}").id for number in range(5)]
    page = client.get("/compare", query_string={"kind": "product", "id": ids}).text
    assert "At most 4 can be compared." in page
    assert heads(page) == [f"/products/{id}" for id in ids[:4]]


def test_what_is_not_public_is_left_out_and_that_is_said(client, cast) -> None:
    gone, hidden = cast.bridge, cast.draft
    gone.status = InstitutionStatus.SUSPENDED
    db.session.commit()
    page = client.get(f"/compare?id={gone.id}&id={hidden.id}&id={cast.rival.id}").text
    assert heads(page) == [f"/institutions/{cast.rival.id}"]
    assert "2 of those you chose are not on the platform any more." in page
    assert "Bridge Law" not in page
    assert "Dora Draft" not in page


@pytest.mark.parametrize(
    "query",
    ["", "kind=x", "id=", "id=x&id=-1&id=0", "id=9999999999", "id=²", "id=" + "9" * 400, "id=1e3"],
)
def test_nonsense_is_answered(client, cast, query) -> None:
    page = client.get(f"/compare?{query}")
    assert page.status_code == 200
    assert "Nothing is chosen yet." in page.text


def test_the_lists_offer_boxes_that_need_no_script(client, cast) -> None:
    page = client.get("/institutions").text
    assert '<form id="compare" class="compare-form" action="/compare">' in page
    assert f'name="id" value="{cast.bridge.id}"' in page
    featured_product(cast.bridge)
    featured_product(cast.bridge, "Another")
    page = client.get("/products").text
    assert '<input type="hidden" name="kind" value="product">' in page
    assert page.count('form="compare"') == 2


def test_an_institutions_own_people_post_no_demand_for_what_is_theirs(client, cast) -> None:
    ours, theirs = featured_product(cast.bridge), featured_product(cast.rival)
    products = f"/compare?kind=product&id={ours.id}&id={theirs.id}"
    firms = f"/compare?kind=institution&id={cast.bridge.id}&id={cast.rival.id}"
    sign_in(client, cast.bella)
    page = client.get(products).text
    assert f"/demands/new?product={ours.id}" not in page
    assert f"/demands/new?product={theirs.id}" in page
    page = client.get(firms).text
    assert f"/demands/new?institution={cast.bridge.id}" not in page
    assert f"/demands/new?institution={cast.rival.id}" in page
    sign_in(client, cast.ann)
    assert f"/demands/new?product={ours.id}" in client.get(products).text


def test_their_own_product_offers_them_no_way_to_ask(client, cast) -> None:
    ours = featured_product(cast.bridge)
    path, way = f"/products/{ours.id}", f"/demands/new?product={ours.id}"
    assert way in client.get(path).text
    assert way not in sign_in(client, cast.bella).get(path).text
