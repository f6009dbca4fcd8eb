"""Products on the storefront: shelves with every filter, pages in every state, pictures."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

import uploads
from clock import now
from database import db
from models import (
    AttachmentKind,
    Category,
    FeaturedProduct,
    Institution,
    OfferStatus,
    ParameterSchema,
    ProductStatus,
    product_affiliation,
)
from tests.cast import Cast
from tests.products import RANGE, catalogue_item, featured_product, regular_offer
from tests.support import sign_in
from workflows import engine, parameters
from workflows.parameters import FieldType, Option, Parameter

ASKED = (
    Parameter(key="hours", label="工时", type=FieldType.NUMBER, unit="h", filtered=True),
    Parameter(key="fee", label="官费", type=FieldType.MONEY, filtered=True),
    Parameter(key="kind", label="类型", type=FieldType.CHOICE, filtered=True,
              choices=(Option("发明"), Option("外观"))),
    Parameter(key="langs", label="语言", type=FieldType.CHOICES, filtered=True,
              choices=(Option("中文"), Option("英文"), Option("a'b\"c\\%"))),
    Parameter(key="online", label="线上", type=FieldType.YES_NO, filtered=True),
    Parameter(key="since", label="起始", type=FieldType.DATE, filtered=True),
    Parameter(key="secret", label="说明", type=FieldType.TEXT),
)  # fmt: skip


def asked(cast: Cast) -> ParameterSchema:
    schema = parameters.renew(cast.law, ASKED, cast.root)
    assert schema is not None
    db.session.commit()
    return schema


def picture() -> uploads.Upload:
    out = io.BytesIO()
    Image.new("RGB", (8, 6), "#336699").save(out, "PNG")
    return uploads.check(out.getvalue(), "cover.png")


def names(page: str) -> list[str]:
    """The products of a list, in their order."""
    import re

    grid = page.partition('role="status"')[2].partition('class="pages"')[0]
    return re.findall(r'<h2 class="(?:prod|inst)-name"><a [^>]*>([^<]*)</a>', grid)


def shelf(client, query: str = "") -> list[str]:
    page = client.get(f"/products{query}")
    assert page.status_code == 200
    return names(page.text)


# --- the shelves ------------------------------------------------------------------------------


def test_only_what_is_listed_by_certified_institutions_stands_there(client, cast):
    for state in ProductStatus:
        featured_product(cast.bridge, state.value, status=state)
    featured_product(cast.waiting, "Of nobody")
    assert shelf(client) == ["listed"]
    item = catalogue_item(cast.law)
    other = catalogue_item(cast.law, "Delisted everywhere")
    regular_offer(cast.bridge, item)
    regular_offer(cast.bridge, other, status=OfferStatus.DELISTED)
    regular_offer(cast.rival, other, status=OfferStatus.TAKEN_DOWN)
    regular_offer(cast.rival, catalogue_item(cast.law, "Retired", retired=True))
    assert shelf(client, "?kind=regular") == ["A trademark"]


def test_filters_narrow_and_sorts_order(client, cast):
    below = Category(slug="law-a", name="甲", name_en="Below", parent_id=cast.law.id)
    db.session.add(below)
    db.session.commit()
    featured_product(cast.bridge, "Cheap", 100)
    featured_product(cast.bridge, "Dear", 9000, category=below)
    featured_product(cast.rival, "Range", price_kind=RANGE, price_from=400, price_to=600)
    featured_product(cast.rival, "Ask us")
    assert shelf(client, "?sort=price") == ["Cheap", "Range", "Dear", "Ask us"]
    assert shelf(client, "?sort=-price") == ["Dear", "Range", "Cheap", "Ask us"]
    assert shelf(client, "?sort=name") == ["Ask us", "Cheap", "Dear", "Range"]
    assert shelf(client) == ["Ask us", "Range", "Dear", "Cheap"]
    assert set(shelf(client, "?category=law")) == {"Cheap", "Dear"}
    assert shelf(client, "?category=law-a") == ["Dear"]
    assert set(shelf(client, f"?institution={cast.rival.id}")) == {"Range", "Ask us"}
    assert shelf(client, "?price_from=500&price_to=1,000") == ["Range"]
    assert shelf(client, "?price_to=４００&sort=price") == ["Cheap", "Range"]
    assert shelf(client, "?q=Rival+ask") == ["Ask us"]
    assert shelf(client, "?q=100%25") == []


def test_regular_products_show_the_span_of_their_offers(client, cast):
    item = catalogue_item(cast.law)
    regular_offer(cast.bridge, item, 900)
    regular_offer(cast.rival, item, 1200)
    regular_offer(cast.rival, catalogue_item(cast.tax, "An audit"))
    page = client.get("/products?kind=regular&sort=price").text
    assert names(page) == ["A trademark", "An audit"]
    assert "¥900.00 ~ ¥1,200.00" in page
    assert shelf(client, "?kind=regular&price_to=1000") == ["A trademark"]
    assert shelf(client, f"?kind=regular&institution={cast.bridge.id}") == ["A trademark"]
    assert shelf(client, "?kind=regular&category=tax") == ["An audit"]
    assert shelf(client, "?kind=regular&q=audit") == ["An audit"]


PARAMETER_FILTERS = [
    ("", {"one", "two", "bare", "elsewhere"}),
    ("p_kind=发明", {"one"}),
    ("p_langs=英文", {"one", "two"}),
    ("p_langs=中文", {"one"}),
    ("p_langs=a'b\"c\\%25", {"two"}),
    ("p_online=yes", {"one"}),
    ("p_online=no", {"two"}),
    ("p_hours_from=9", {"one", "two"}),
    ("p_hours_from=10.5", {"two"}),
    ("p_hours_to=１０", {"one"}),
    ("p_fee_from=1,000&p_fee_to=2000", {"two"}),
    ("p_since_from=2026-03-01", {"two"}),
    ("p_since_to=2026-03-01", {"one"}),
    ("p_kind=发明&p_online=no", set()),
    # what makes no sense filters nothing
    ("p_hours_from=NaN", {"one", "two", "bare", "elsewhere"}),
    ("p_hours_from=1e30&p_since_to=soon&p_kind=gone", {"one", "two", "bare", "elsewhere"}),
    ("p_secret=x&p_online=maybe", {"one", "two", "bare", "elsewhere"}),
]


def with_parameters(cast: Cast) -> None:
    schema = asked(cast)
    first = {"hours": "9.5", "fee": "500", "kind": "发明", "langs": ["中文", "英文"],
             "online": True, "since": "2026-01-31"}  # fmt: skip
    second = {"hours": "120", "fee": "1500.5", "kind": "外观", "langs": ["英文", "a'b\"c\\%"],
              "online": False, "since": "2026-06-01"}  # fmt: skip
    featured_product(cast.bridge, "one", schema=schema, parameters=first)
    featured_product(cast.bridge, "two", schema=schema, parameters=second)
    featured_product(cast.bridge, "bare", schema=schema, parameters={})
    # the same keys under another category's schema, of other types: read by nobody
    other = parameters.renew(cast.tax, (Parameter(key="hours", label="x"),), cast.root)
    values = {"hours": "all day", "online": "maybe", "langs": "发明", "fee": [], "kind": "发明"}
    featured_product(cast.bridge, "elsewhere", schema=other, parameters=values)


@pytest.mark.parametrize(("query", "expected"), PARAMETER_FILTERS)
def test_products_are_filtered_by_parameters(client, cast, query, expected):
    with_parameters(cast)
    assert set(shelf(client, f"?category=law&{query}")) == expected


@pytest.mark.postgres
def test_products_are_filtered_by_parameters_on_postgresql(pg_app: Flask):
    cast, client = Cast(), pg_app.test_client()
    with_parameters(cast)
    for query, expected in PARAMETER_FILTERS:
        assert set(shelf(client, f"?category=law&{query}")) == expected, query
    featured_product(cast.rival, "Range", price_kind=RANGE, price_from=400, price_to=600)
    item = catalogue_item(cast.law)
    regular_offer(cast.bridge, item, 900)
    regular_offer(cast.rival, item)
    assert shelf(client, "?price_from=500&sort=-price") == ["Range"]
    for sort in ("", "price", "-price", "name"):
        assert shelf(client, f"?kind=regular&sort={sort}&price_to=900&q=trade") == ["A trademark"]


def test_a_filter_that_makes_no_sense_says_so_and_stays_typed(client, cast):
    featured_product(cast.bridge, "Cheap", 100)
    page = client.get("/products?price_from=1e30&price_to=<b>").text
    assert names(page) == ["Cheap"]
    assert page.count('aria-invalid="true"') == 2
    assert 'value="1e30"' in page
    assert "<b>" not in page


@pytest.mark.parametrize(
    "query",
    ["kind=x", "category=nothing", "institution=99999999999", "institution=x", "page=9" * 30,
     "sort=password", "q=%00%25_", "price_from=%00", "q=" + "字" * 500, "category=law&p_x=1"],
)  # fmt: skip
def test_an_odd_address_is_a_page(client, cast, query):
    assert client.get(f"/products?{query}").status_code == 200


def test_a_hundred_products_take_as_many_queries_as_one(client, cast):
    def count() -> int:
        seen: list[str] = []
        sa.event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
        client.get("/products")
        return len(seen)

    featured_product(cast.bridge, "First")
    first = count()
    for number in range(18):
        featured_product(cast.bridge, f"No. {number}")
    assert count() <= first * 2 + 1  # the second listener counts too: no more queries than before


# --- the page of a featured product -------------------------------------------------------------


def test_the_page_says_all_of_it(client, cast):
    schema = asked(cast)
    product = featured_product(
        cast.bridge, price=900, schema=schema,
        parameters={"hours": "1234.5", "kind": "发明", "secret": "<script>alert(1)</script>"},
        description="# Head\n**bold** <script>alert(1)</script> [x](javascript:alert(1))",
    )  # fmt: skip
    link = cast.lins_link
    db.session.execute(
        sa.insert(product_affiliation).values(
            product_id=product.id, affiliation_id=link.id, institution_id=cast.bridge.id
        )
    )
    other = featured_product(cast.rival, "Another", category=cast.law)
    page = client.get(f"/products/{product.id}")
    assert page.status_code == 200
    for words in ("Patent watch", "1,234.5 h", "发明", "<strong>bold</strong>", "¥900.00",
                  "Bridge Law", "Lin", f"/demands/new?product={product.id}",
                  f"/products/{other.id}"):  # fmt: skip
        assert words in page.text, words
    assert "<script>alert" not in page.text
    assert 'href="javascript:' not in page.text


def test_parameters_are_read_in_the_reader_s_language(client, cast):
    fields = (
        Parameter(key="kind", label="类型", label_en="Kind", type=FieldType.CHOICE,
                  choices=(Option("发明", "Invention"), Option("外观"))),
    )  # fmt: skip
    schema = parameters.renew(cast.law, fields, cast.root)
    product = featured_product(cast.bridge, schema=schema, parameters={"kind": "发明"})
    assert "<dt>类型</dt>" in client.get(f"/products/{product.id}").text
    client.post("/language", data={"locale": "en"})
    sign_in(client, cast.ann)  # forgets the language of the last request
    page = client.get(f"/products/{product.id}").text
    assert "<dt>Kind</dt>" in page
    assert "Invention" in page


@pytest.mark.parametrize(
    ("state", "listed_at", "status"),
    [
        (ProductStatus.DRAFT, False, 404),
        (ProductStatus.SUBMITTED, False, 404),
        (ProductStatus.RETURNED, False, 404),
        (ProductStatus.REJECTED, False, 404),
        (ProductStatus.APPROVED, False, 404),  # approved, and never listed
        (ProductStatus.LISTED, True, 200),
        (ProductStatus.DELISTED, True, 200),
        (ProductStatus.TAKEN_DOWN, True, 200),
        (ProductStatus.TAKEN_DOWN, False, 404),
    ],
)
def test_who_has_a_page(client, cast, state, listed_at, status):
    product = featured_product(
        cast.bridge, status=state, listed_at=now() if listed_at else None,
        approved_at=now() if listed_at or state is ProductStatus.APPROVED else None,
    )  # fmt: skip
    assert client.get(f"/products/{product.id}").status_code == status
    assert client.get(f"/products/{product.id + 100}").status_code == 404
    assert client.get(f"/products/{2**70}").status_code == 404


def test_a_delisted_product_says_so_and_offers_alternatives(client, cast):
    product = featured_product(cast.bridge, status=ProductStatus.DELISTED)
    other = featured_product(cast.rival, "Instead", category=cast.law)
    page = client.get(f"/products/{product.id}").text
    assert "该产品已下架" in page
    assert "**" not in page
    assert "<strong>Daily</strong>" in page
    assert f"/products/{other.id}" in page
    assert f"/demands/new?product={product.id}" not in page


def test_what_the_platform_took_down_shows_its_name_alone(client, cast):
    product = featured_product(cast.bridge, status=ProductStatus.TAKEN_DOWN)
    page = client.get(f"/products/{product.id}").text
    assert "Patent watch" in page
    assert "Daily" not in page
    assert "We watch" not in page


def test_a_suspension_takes_products_away_and_gives_back_what_stood(client, cast):
    up = featured_product(cast.bridge, "Up")
    down = featured_product(cast.bridge, "Down", status=ProductStatus.DELISTED)
    item = catalogue_item(cast.law)
    regular_offer(cast.bridge, item, 900)
    engine.perform(Institution, "suspend", [cast.bridge.id], cast.root, reason="x")
    db.session.commit()
    assert shelf(client) == shelf(client, "?kind=regular") == []
    assert client.get(f"/products/{up.id}").status_code == 404
    assert client.get(f"/products/{down.id}").status_code == 404
    assert "Bridge Law" not in client.get(f"/products/regular/{item.id}").text
    engine.perform(Institution, "lift", [cast.bridge.id], cast.root)
    db.session.commit()
    assert shelf(client) == ["Up"]
    assert shelf(client, "?kind=regular") == ["A trademark"]
    assert (up.status, down.status) == (ProductStatus.LISTED, ProductStatus.DELISTED)
    assert client.get(f"/products/{down.id}").status_code == 200


# --- pictures and documents -----------------------------------------------------------------------


def test_the_cover_is_for_anybody_while_the_page_is_there(client, cast):
    product = featured_product(cast.bridge)
    assert client.get(f"/products/{product.id}/cover").status_code == 404
    uploads.attach(product, AttachmentKind.COVER, picture(), cast.bella)
    db.session.commit()
    reply = client.get(f"/products/{product.id}/cover")
    assert (reply.status_code, reply.mimetype) == (200, "image/png")
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    again = client.get(
        f"/products/{product.id}/cover", headers={"If-None-Match": reply.headers["ETag"]}
    )
    assert again.status_code == 304
    assert f"/products/{product.id}/cover" in client.get("/products").text
    for state in (ProductStatus.TAKEN_DOWN, ProductStatus.DRAFT):
        db.session.execute(sa.update(FeaturedProduct).values(status=state))
        db.session.commit()
        assert client.get(f"/products/{product.id}/cover").status_code == 404


def test_documents_are_downloads_of_their_own_product(client, cast):
    product, other = featured_product(cast.bridge), featured_product(cast.bridge, "Other")
    draft = featured_product(cast.bridge, "Draft", status=ProductStatus.DRAFT)
    file = uploads.attach(product, AttachmentKind.DOCUMENT, picture(), cast.bella)
    hidden = uploads.attach(draft, AttachmentKind.DOCUMENT, picture(), cast.bella)
    db.session.commit()
    reply = client.get(f"/products/{product.id}/files/{file.id}")
    assert reply.status_code == 200
    assert reply.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"/products/{other.id}/files/{file.id}").status_code == 404
    assert client.get(f"/products/{product.id}/files/{hidden.id}").status_code == 404
    assert client.get(f"/products/{draft.id}/files/{hidden.id}").status_code == 404


# --- regular products -----------------------------------------------------------------------------


def test_who_offers_it_stands_side_by_side(client, cast):
    item = catalogue_item(cast.law, documents="A form.")
    cheap = regular_offer(cast.rival, item, 500, duration="2 days")
    dear = regular_offer(cast.bridge, item, 900, remark="<b>")
    page = client.get(f"/products/regular/{item.id}").text
    assert page.index("Rival Tax") < page.index("Bridge Law")  # the cheaper one first
    for words in ("¥500.00", "¥900.00", "2 days", "A form.", f"offer={cheap.id}",
                  f"offer={dear.id}", "&lt;b&gt;"):  # fmt: skip
        assert words in page, words


def test_a_regular_product_that_nobody_offers_says_so(client, cast):
    item = catalogue_item(cast.law)
    assert client.get(f"/products/regular/{item.id}").status_code == 200
    retired = catalogue_item(cast.law, "Retired", retired=True)
    regular_offer(cast.bridge, retired)
    page = client.get(f"/products/regular/{retired.id}").text
    assert "该产品已下架" in page
    assert "/demands/new?offer=" not in page
    assert client.get("/products/regular/999").status_code == 404


def test_the_institution_s_page_shows_what_it_offers(client, cast):
    product = featured_product(cast.bridge, "Up")
    featured_product(cast.bridge, "Draft of Bella", status=ProductStatus.DRAFT)
    offer = regular_offer(cast.bridge, catalogue_item(cast.law), 900)
    page = client.get(f"/institutions/{cast.bridge.id}").text
    assert f"/products/{product.id}" in page
    assert "A trademark" in page
    assert f"offer={offer.id}" in page
    assert "Draft of Bella" not in page
