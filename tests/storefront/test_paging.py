"""Leafing through a list: every row once, in order, there and back, while rows come and go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core.clock import now
from core.database import db
from models import FeaturedProduct, Institution, InstitutionScore, ProductStatus
from storefront.listing import keyset, paging, sort_orders
from tests.storefront.institution.test_directory import review
from tests.support.cast import Cast
from tests.support.products import catalogue_item, featured_product, regular_offer

PRICES = [None, 300, 100, 200, None, 100, 300]  # ties, and some without
PRODUCT = re.compile(r'class="prod-name"><a href="[^"]*">([^<]*)</a>')
ITEM = re.compile(r'class="inst-name"><a href="[^"]*">([^<]*)</a>')
NEXT = re.compile(r'rel="next" href="([^"]*)"')
PREVIOUS = re.compile(r'rel="prev" href="([^"]*)"')


@pytest.fixture(autouse=True)
def pages_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyset, "PAGE", 3)
    monkeypatch.setattr(paging, "PAGE", 3)


def shelf(cast: Cast) -> None:
    """p0 .. p6, the later the newer; the even ones are Bridge's, the odd ones Rival's."""
    for number, price in enumerate(PRICES):
        firm = cast.rival if number % 2 else cast.bridge
        at = now() - timedelta(days=10 - number)
        featured_product(firm, f"p{number}", price, listed_at=at)
    db.session.add(InstitutionScore(institution=cast.rival, score=50.25, parts={}))
    db.session.commit()


def leaves(client: FlaskClient, path: str, way: re.Pattern[str] = NEXT) -> Iterator[str]:
    """The page, and those that follow it in one direction."""
    for _ in range(20):
        page = client.get(path).text
        yield page
        found = way.search(page)
        if found is None:
            return
        path = found[1].replace("&amp;", "&")
    raise AssertionError("the list has no end")


def names(client: FlaskClient, path: str, shape: re.Pattern[str] = PRODUCT) -> str:
    return " | ".join(" ".join(shape.findall(page)) for page in leaves(client, path))


ORDERS = [
    ("", "p6 p5 p4 | p3 p2 p1 | p0"),
    ("price", "p2 p5 p3 | p1 p6 p0 | p4"),
    ("-price", "p6 p1 p3 | p5 p2 p4 | p0"),
    ("name", "p0 p1 p2 | p3 p4 p5 | p6"),
    ("activity", "p5 p3 p1 | p6 p4 p2 | p0"),  # Rival has a score, Bridge has none
    ("rating", "p6 p5 p4 | p3 p2 p1 | p0"),  # nobody is rated
]


def there_and_back(client: FlaskClient, lists: list[tuple[str, str]] = ORDERS) -> None:
    for sort, wanted in lists:
        path = f"/products?sort={sort}"
        assert names(client, path) == wanted, sort
        forth = list(leaves(client, path))
        last = NEXT.search(forth[-2])
        assert last
        back = list(leaves(client, last[1].replace("&amp;", "&"), PREVIOUS))
        assert [PRODUCT.findall(one) for one in reversed(back)] == [
            PRODUCT.findall(one) for one in forth
        ], sort


def level(cast: Cast) -> None:
    """Bridge has a score too, the same as Rival's: then the newer product comes first."""
    db.session.add(InstitutionScore(institution=cast.bridge, score=50.25, parts={}))
    db.session.commit()


def long_lists(patch: pytest.MonkeyPatch) -> None:
    """Every list is too long to be counted, and owners are asked one at a time."""
    patch.setattr(paging, "MOST_COUNTED", 0)
    patch.setattr(keyset, "MOST_COUNTED", 0)
    patch.setattr(sort_orders, "FEW", 1)


def test_every_row_once_in_order_there_and_back(client: FlaskClient, cast: Cast) -> None:
    shelf(cast)
    there_and_back(client)


@pytest.mark.postgres
def test_every_row_once_in_order_on_postgresql(pg_app) -> None:
    shelf(Cast())
    there_and_back(pg_app.test_client())


def test_a_list_too_long_to_sort_is_the_same_list(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf(cast)
    long_lists(monkeypatch)
    there_and_back(client)
    level(cast)
    assert names(client, "/products?sort=activity") == "p6 p5 p4 | p3 p2 p1 | p0"
    review(cast, cast.rival, 5)
    review(cast, cast.bridge, 2)
    there_and_back(client, [("rating", "p5 p3 p1 | p6 p4 p2 | p0")])


@pytest.mark.postgres
def test_a_list_too_long_to_sort_on_postgresql(pg_app, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf(Cast())
    long_lists(monkeypatch)
    there_and_back(pg_app.test_client())
    review(Cast(), Cast().rival, 5)
    review(Cast(), Cast().bridge, 2)
    there_and_back(pg_app.test_client(), [("rating", "p5 p3 p1 | p6 p4 p2 | p0")])


def test_a_row_that_comes_or_goes_moves_nothing(client: FlaskClient, cast: Cast) -> None:
    shelf(cast)
    first = client.get("/products").text
    featured_product(cast.bridge, "newest")
    following = NEXT.search(first)
    assert following
    path = following[1].replace("&amp;", "&")
    assert PRODUCT.findall(client.get(path).text) == ["p3", "p2", "p1"]
    seen_last = db.session.scalars(sa.select(FeaturedProduct).filter_by(name="p4")).one()
    seen_last.status = ProductStatus.DELISTED  # what the address names is not in the list any more
    db.session.commit()
    assert PRODUCT.findall(client.get(path).text) == ["p3", "p2", "p1"]
    db.session.delete(seen_last)
    db.session.commit()
    assert PRODUCT.findall(client.get(path).text) == ["p3", "p2", "p1"]  # by its page number


def test_a_draft_tells_nothing_of_its_place(client: FlaskClient, cast: Cast) -> None:
    shelf(cast)
    draft = featured_product(
        cast.bridge, "secret", 150, status=ProductStatus.DRAFT, approved_at=None, listed_at=None
    )
    page = client.get(f"/products?sort=price&after={draft.id}").text
    assert PRODUCT.findall(page) == ["p2", "p5", "p3"]  # the first page


def test_leafing_goes_on_where_nobody_counted(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf(cast)
    monkeypatch.setattr(paging, "MOST_COUNTED", 3)
    monkeypatch.setattr(keyset, "MOST_COUNTED", 3)
    pages = list(leaves(client, "/products"))
    assert [PRODUCT.findall(one) for one in pages] == [
        ["p6", "p5", "p4"],
        ["p3", "p2", "p1"],
        ["p0"],
    ]
    assert "第 3 页" in pages[2]
    assert "3+" in pages[0]


@pytest.mark.parametrize(
    "odd",
    [
        "after=0", "after=-1", "after=99999999999", "after=2147483648", "after=x", "after=%00",
        "after=²", "before=", "before=999999", "after=1&before=1", "page=0",
        "page=99999999999999999999&after=1", "page=-1&before=1", "after=1&after=2", "page=%00",
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/products", "/institutions", "/consultants"])
def test_a_place_that_makes_no_sense_is_no_error(client, cast, path, odd) -> None:
    for sort in ("", "&sort=price", "&sort=rating"):
        assert client.get(f"{path}?{odd}{sort}").status_code == 200


def test_regular_products_leaf_the_same_way(client: FlaskClient, cast: Cast) -> None:
    for number, price in enumerate(PRICES):
        item = catalogue_item(cast.law, f"i{number}")
        at = now() - timedelta(days=10 - number)
        regular_offer(cast.bridge, item, price, status_at=at)
    more = catalogue_item(cast.law, "i7")
    regular_offer(cast.bridge, more, 900, status_at=now() - timedelta(days=30))
    regular_offer(cast.rival, more, 50, status_at=now() - timedelta(days=31))
    db.session.add(InstitutionScore(institution=cast.rival, score=50.25, parts={}))
    db.session.commit()
    for sort, wanted in [
        ("", "i6 i5 i4 | i3 i2 i1 | i0 i7"),
        ("price", "i7 i2 i5 | i3 i1 i6 | i0 i4"),
        ("-price", "i7 i6 i1 | i3 i5 i2 | i4 i0"),
        ("name", "i0 i1 i2 | i3 i4 i5 | i6 i7"),
        ("activity", "i7 i6 i5 | i4 i3 i2 | i1 i0"),
        ("rating", "i7 i6 i5 | i4 i3 i2 | i1 i0"),
    ]:
        assert names(client, f"/products?kind=regular&sort={sort}", ITEM) == wanted, sort


def test_institutions_leaf_by_the_day_of_their_certificate(client: FlaskClient, cast: Cast) -> None:
    for number in range(6):
        db.session.add(
            Institution(
                name=f"f{number}",
                credit_code=f"9132059400000000{number}X",
                status=cast.bridge.status,
                applicant=cast.otto,
                certified_at=now() - timedelta(days=100 - number // 2),  # two a day
                categories=[cast.law],
            )
        )
    db.session.commit()
    path = "/institutions?sort=newest"
    assert names(client, path, ITEM) == "Rival Tax Bridge Law f5 | f4 f3 f2 | f1 f0"
    assert names(client, f"{path}&q=f3", ITEM) == "f3"


@pytest.mark.sqlite  # reads its plan
@pytest.mark.connections
@pytest.mark.parametrize("sort", ["", "price", "-price"])
def test_a_page_is_read_from_an_index_and_never_sorted(client, cast, sort) -> None:
    shelf(cast)
    seen: list[tuple[str, object]] = []

    def record(_connection, _cursor, statement, values, *_rest) -> None:
        if "FROM featured_product" in statement and "ORDER BY" in statement:
            seen.append((statement, values))

    following = NEXT.search(client.get(f"/products?sort={sort}").text)
    assert following
    sa.event.listen(db.engine, "before_cursor_execute", record)
    client.get(following[1].replace("&amp;", "&"))
    sa.event.remove(db.engine, "before_cursor_execute", record)
    assert seen
    with db.engine.connect() as connection:
        for statement, values in seen:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            assert "TEMP B-TREE" not in str(plan), plan
