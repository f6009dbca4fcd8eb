"""The shelves of the storefront: every filter and order, on both databases; and the pages."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask

import uploads
from core.database import db
from models import FeaturedProduct, Institution, OfferStatus, PriceKind, ProductStatus
from tests.support.application import forget
from tests.support.applying import PDF, picture
from tests.support.cast import Cast
from tests.support.products import (
    FEE,
    HOURS,
    KIND,
    ONLINE,
    catalogue_item,
    featured_product,
    law_asks,
    product,
    regular_offer,
    take,
)
from workflows import engine, parameters
from workflows.parameters import FieldType, Option, Parameter
from workflows.product.files import keep

S = ProductStatus
LANGS = Parameter(key="langs", label="语言", type=FieldType.CHOICES, filtered=True,
                  choices=(Option("中文"), Option("英文"), Option("日文")))  # fmt: skip
SINCE = Parameter(key="since", label="起始日", type=FieldType.DATE, filtered=True)


def filtered(field: Parameter) -> Parameter:
    return replace(field, filtered=True, required=False)


def shelves(cast: Cast) -> None:
    """Four featured products of two institutions, and two regular ones with three offers."""
    law_asks(cast, *map(filtered, (HOURS, FEE, KIND, ONLINE)), LANGS, SINCE)
    schema = parameters.schema_of(cast.law)
    for name, price, values in (
        ("Alpha", 100, {"hours": "8", "fee": "900.5", "kind": "发明", "online": True,
                        "langs": ["中文", "英文"], "since": "2026-01-31"}),
        ("Beta", 1000, {"hours": "40", "kind": "外观", "online": False, "langs": ["日文"],
                        "since": "2026-06-01"}),
        ("Gamma", None, {"hours": "9"}),
    ):  # fmt: skip
        featured_product(cast.bridge, name, price, schema, parameters=values)
    featured_product(
        cast.rival, "Delta", 300, price_kind=PriceKind.RANGE, price_to=500, summary="Under 50%."
    )
    featured_product(cast.bridge, "Hidden", 1, schema, status=S.DELISTED)
    first, second = catalogue_item(cast.law, "A trademark"), catalogue_item(cast.tax, "An audit")
    regular_offer(cast.bridge, first, 700)
    regular_offer(cast.rival, first)
    regular_offer(cast.rival, second, 5000)


def found(app: Flask, query: str) -> list[str]:
    """Return the names on the shelf at an address, in their order."""
    forget()
    page = app.test_client().get(f"/products?{query}")
    assert page.status_code == 200, query
    return re.findall(r'class="(?:prod|inst)-name"><a href="[^"]*">([^<]*)<', page.text)


# the address -> what stands on the shelf; newest first where nothing else is asked
WANTED = {
    "": ["Delta", "Gamma", "Beta", "Alpha"],
    "sort=name": ["Alpha", "Beta", "Delta", "Gamma"],
    "sort=price": ["Alpha", "Delta", "Beta", "Gamma"],  # by agreement comes last
    "sort=-price": ["Beta", "Delta", "Alpha", "Gamma"],
    "category=tax": ["Delta"],
    "category=law&sort=name": ["Alpha", "Beta", "Gamma"],
    "category=nothing": ["Delta", "Gamma", "Beta", "Alpha"],
    "q=alph": ["Alpha"],
    "q=50%25": ["Delta"],  # no wildcard
    "q=rival": ["Delta"],
    "q=bridge+beta": ["Beta"],
    "price_from=400&sort=name": ["Beta", "Delta"],  # a range that reaches so far
    "price_to=300&sort=name": ["Alpha", "Delta"],
    "price_from=１,０００": ["Beta"],
    "price_from=NaN&sort=name": ["Alpha", "Beta", "Delta", "Gamma"],  # said, and no filter
    "price_to=1e30&sort=name": ["Alpha", "Beta", "Delta", "Gamma"],
    "category=law&p_hours_from=9&sort=name": ["Beta", "Gamma"],  # 9 is less than 40
    "category=law&p_hours_from=8&p_hours_to=9&sort=name": ["Alpha", "Gamma"],
    "category=law&p_fee_to=1,000": ["Alpha"],
    "category=law&p_kind=外观": ["Beta"],
    "category=law&p_kind=nonsense&sort=name": ["Alpha", "Beta", "Gamma"],
    "category=law&p_online=yes": ["Alpha"],
    "category=law&p_online=no": ["Beta"],
    "category=law&p_langs=英文": ["Alpha"],
    "category=law&p_since_from=2026-02-01": ["Beta"],
    "category=law&p_since_to=2026-01-31": ["Alpha"],
    "category=law&p_since_to=2026-13-31&sort=name": ["Alpha", "Beta", "Gamma"],
    "category=law&p_langs=英文&p_hours_to=8&price_to=100&sort=price": ["Alpha"],
    "kind=regular&sort=name": ["A trademark", "An audit"],
    "kind=regular&sort=price": ["A trademark", "An audit"],
    "kind=regular&sort=-price": ["An audit", "A trademark"],
    "kind=regular&category=tax": ["An audit"],
    "kind=regular&price_from=800": ["An audit"],
    "kind=regular&q=trade": ["A trademark"],
}


def all_of_it(app: Flask) -> None:
    cast = Cast()
    shelves(cast)
    rival = cast.rival.id
    wanted = WANTED | {
        f"institution={rival}": ["Delta"],
        f"kind=regular&institution={rival}&sort=name": ["A trademark", "An audit"],
        f"institution={rival}&price_to=10": [],
        "institution=99999999999": ["Delta", "Gamma", "Beta", "Alpha"],
        "page=999": ["Delta", "Gamma", "Beta", "Alpha"],
    }
    assert {query: found(app, query) for query in wanted} == wanted


def test_every_filter_and_order(app):
    all_of_it(app)


@pytest.mark.postgres
def test_every_filter_and_order_on_postgresql(pg_app):
    all_of_it(pg_app)


def test_a_filter_that_makes_no_sense_says_so_and_stays_typed(client, cast):
    shelves(cast)
    page = client.get("/products?category=law&price_from=1e30&p_since_from=soon").text
    assert 'value="1e30"' in page
    assert 'value="soon"' in page
    assert page.count("field-error") == 2
    assert client.get("/products?q=%00&category=%00&sort=%00&kind=%00&page=-1").status_code == 200


def test_a_suspension_hides_and_gives_back_exactly_what_stood_there(app, cast):
    shelves(cast)
    engine.perform(Institution, "suspend", [cast.bridge.id], cast.root, reason="x")
    db.session.commit()
    assert found(app, "") == ["Delta"]
    hidden = product_page(app, "Alpha")
    assert hidden.status_code == 404
    engine.perform(Institution, "lift", [cast.bridge.id], cast.root)
    db.session.commit()
    assert found(app, "") == ["Delta", "Gamma", "Beta", "Alpha"]  # and what was delisted is not
    assert product_page(app, "Alpha").status_code == 200


def product_page(app: Flask, name: str):
    key = db.session.query(FeaturedProduct.id).filter_by(name=name).scalar()
    forget()
    return app.test_client().get(f"/products/{key}")


def test_the_page_of_a_product(client, cast):
    law_asks(cast, HOURS, KIND)
    hostile = "**Daily** <script>alert(1)</script>[x](javascript:alert(1))"
    row = product(cast, parameters={"hours": "1234.5", "kind": "发明"}, description=hostile)
    cover = uploads.check_picture(picture("PNG"), "c.png")
    keep(row, cast.bella, cover=cover, documents=[uploads.check(PDF, "plan.pdf")])
    db.session.commit()
    assert client.get(f"/products/{row.id}").status_code == 404  # nobody listed it yet
    assert client.get(f"/products/{row.id}/cover").status_code == 404
    db.session.info.clear()  # the visitor's guard is not theirs
    for verb, who in (("submit", "bella"), ("approve", "vera"), ("list", "bella")):
        take(row, verb, getattr(cast, who))
    featured_product(cast.bridge, "Beside it")
    page = client.get(f"/products/{row.id}").text
    for words in ("1,234.5 小时", "发明", "<strong>Daily</strong>", "¥1,200.00 / case", "plan.pdf",
                  "Bridge Law", "Beside it", f"/demands/new?product={row.id}"):  # fmt: skip
        assert words in page, words
    assert 'href="javascript' not in page
    assert "alert(1)</script>" not in page
    picture_sent = client.get(f"/products/{row.id}/cover")
    assert picture_sent.content_type == "image/jpeg"
    file = re.search(rf"/products/{row.id}/files/(\d+)", page)[0]
    sent = client.get(file)
    assert sent.headers["Content-Disposition"].startswith("attachment;")
    assert client.get(f"/products/{row.id}/files/999").status_code == 404


@pytest.mark.parametrize("state", [S.DELISTED, S.TAKEN_DOWN])
def test_what_is_no_longer_offered_says_so_and_offers_others(client, cast, state):
    row = product(cast, state)
    featured_product(cast.bridge, "Beside it")
    regular_offer(cast.rival, catalogue_item(cast.law, "A trademark"), 700)
    regular_offer(cast.rival, catalogue_item(cast.tax, "Far away"), 700)
    page = client.get(f"/products/{row.id}").text
    assert ("该产品已下架。" if state is S.DELISTED else "该产品已被平台强制下架。") in page
    assert "不再接受新需求" in page
    assert f"/demands/new?product={row.id}" not in page
    assert f'href="/demands/new?institution={cast.bridge.id}"' in page
    for words in ("Beside it", "A trademark", "替代产品"):
        assert words in page
    assert "Far away" not in page
    assert ("We <strong>read</strong> it." in page) is (state is S.DELISTED)
    assert 'content="noindex"' in page


def test_institutions_side_by_side(client, cast):
    item = catalogue_item(cast.law, "A patent", documents="A licence")
    dear, cheap = regular_offer(cast.bridge, item, 900), regular_offer(cast.rival, item, 300)
    page = client.get(f"/products/regular/{item.id}").text
    assert page.index("Rival Tax") < page.index("Bridge Law")  # the lower price first
    for words in ("¥900.00", "¥300.00", "5 days", "With a smile.", "A licence",
                  f"/demands/new?offer={dear.id}", f"/demands/new?offer={cheap.id}"):  # fmt: skip
        assert words in page, words
    engine.perform(type(cheap), "delist", [cheap.id], cast.rita)
    db.session.commit()
    assert cheap.status is OfferStatus.DELISTED
    assert "Rival Tax" not in client.get(f"/products/regular/{item.id}").text
    assert client.get("/products/regular/999").status_code == 404


@pytest.mark.postgres
def test_the_pages_on_postgresql(pg_app):
    client, cast = pg_app.test_client(), Cast()
    test_what_is_no_longer_offered_says_so_and_offers_others(client, cast, S.DELISTED)
    db.session.info.clear()
    forget()
    test_institutions_side_by_side(client, cast)
