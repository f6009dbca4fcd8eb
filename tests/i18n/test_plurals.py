"""One review, two reviews: English has a form for one, Chinese has one form for all."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Message
from flask_babel import force_locale, refresh

from ranking import wording
from scripts import catalog
from storefront.listing import paging
from tests.storefront.institution.test_directory import deal, review
from tests.support.products import featured_product


def speak(client, locale: str) -> None:
    with client.session_transaction() as session:
        session["locale"] = locale
    refresh()  # the context of the test outlives its requests


def test_reviews_and_deals_on_a_card(client, cast, chinese) -> None:
    review(cast, cast.bridge, 4)
    deal(cast, cast.bridge)
    speak(client, "en")
    page = client.get("/institutions?q=bridge").text
    assert "4.0 · 1 review<" in page
    assert "<li>1 deal in 24 months</li>" in page
    assert "1 review<" in client.get(f"/institutions/{cast.bridge.id}").text
    review(cast, cast.bridge, 4)
    deal(cast, cast.bridge)
    page = client.get("/institutions?q=bridge").text
    assert "4.0 · 2 reviews<" in page
    assert "<li>2 deals in 24 months</li>" in page
    assert "<li>0 deals in 24 months</li>" in client.get("/institutions?q=rival").text
    speak(client, "zh_Hans_CN")
    page = client.get("/institutions?q=bridge").text
    assert "4.0 · 2 条评价<" in page
    assert "<li>近24个月交易 2 笔</li>" in page


def found(client, path: str) -> str:
    told = re.search(r'<p class="found" role="status">([^<·]+)', client.get(path).text)
    assert told
    return told[1].strip()


def test_what_a_list_found(client, cast, chinese, monkeypatch) -> None:
    featured_product(cast.bridge, "A watch")
    speak(client, "en")
    assert found(client, "/institutions?q=bridge") == "1 institution"
    assert found(client, "/institutions") == "2 institutions"
    assert found(client, "/products?kind=featured") == "1 product"
    assert found(client, "/products?kind=featured&q=nothing") == "0 products"
    featured_product(cast.rival, "A clock")
    assert found(client, "/products?kind=featured") == "2 products"
    monkeypatch.setattr(paging, "MOST_COUNTED", 1)
    featured_product(cast.rival, "A bell")
    assert found(client, "/products?kind=featured") == "1+ products"  # more than one: many
    speak(client, "zh_Hans_CN")
    assert found(client, "/products?kind=featured") == "共 1+ 项产品"
    assert found(client, "/institutions?q=bridge") == "1 家机构"


def of_one_and_two(locale: str, app) -> list[list[str]]:
    with app.test_request_context(), force_locale(locale):
        return [
            wording.of_transactions(
                {"counted": n, "beyond": n, "words": {}, "related": n, "x": n}, 0
            )[0]
            for n in (1, 2)
        ]


def test_the_arithmetic_of_the_ranking(app, chinese) -> None:
    one, two = of_one_and_two("en", app)
    assert one[:3] == [
        "1 approved deal of the last 24 months counts.",
        "1 is the fourth or later with the same enterprise within 12 months, and counts nothing.",
        "1 is between related sides, and counts nothing.",
    ]
    assert two[:3] == [
        "2 approved deals of the last 24 months count.",
        "2 are the fourth or later with the same enterprise within 12 months, and count nothing.",
        "2 are between related sides, and count nothing.",
    ]
    one, two = of_one_and_two("zh_Hans_CN", app)
    assert one[0] == "近 24 个月内有 1 笔审核通过的交易计入。"
    assert two[0] == "近 24 个月内有 2 笔审核通过的交易计入。"


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (Message("A deal", "交易"), True),
        (Message("A deal", ""), False),
        (Message("A deal", "交易", flags=["fuzzy"]), False),
        (Message(("%(n)s deal", "%(n)s deals"), ("%(n)s 笔交易",)), True),
        (Message(("%(n)s deal", "%(n)s deals"), ("",)), False),
        (Message(("%(n)s deal", "%(n)s deals")), False),
    ],
)
def test_the_catalog_misses_what_has_no_chinese(message: Message, said: bool) -> None:
    assert catalog.is_translated(message) is said


def test_the_catalog_is_sorted_by_the_form_for_one() -> None:
    ids = ["Zebra", ("%(n)s deal", "%(n)s deals"), "%(n)s a", "%(n)s z"]
    assert sorted(ids, key=catalog.sort_key) == [ids[2], ids[1], ids[3], "Zebra"]
