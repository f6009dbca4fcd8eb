"""Product management in the workbench, and the platform's view of offers, through the client."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa

from core.database import db
from models import CatalogueItem, Event, OfferStatus, PriceKind, RegularOffer
from tests.support.application import rows, sign_in
from tests.support.products import catalogue_item, regular_offer

LIST = "/workbench/offer/list/"


def offers() -> list[RegularOffer]:
    return rows(sa.select(RegularOffer).order_by(RegularOffer.id))


def terms(item: CatalogueItem, **values: str) -> dict[str, str]:
    names = ("price_from", "price_to", "price_unit", "duration", "remark")
    told = {"price_kind": "agreement"} | dict.fromkeys(names, "") | values
    return {f"item{item.id}-{name}": value for name, value in told.items()}


@pytest.fixture
def items(cast) -> list[CatalogueItem]:
    return [
        catalogue_item(cast.law, "A trademark"),
        catalogue_item(cast.law, "A patent", covers="Drafting of claims."),
        catalogue_item(cast.tax, "An audit"),
        catalogue_item(cast.tax, "Gone", retired=True),
    ]


def test_product_management_opens_on_regular_products(client, cast, items):
    regular_offer(cast.bridge, items[0], 900)
    regular_offer(cast.rival, items[1], remark="Of the rival")
    page = sign_in(client, cast.stan).get("/workbench/offer/")
    assert page.status_code == 200
    assert "A trademark" in page.text
    assert "900.00" in page.text
    assert "A patent" not in page.text
    assert "/workbench/offer/choose/" in page.text


def test_the_catalogue_is_searched_and_says_what_is_offered(client, cast, items):
    offer = regular_offer(cast.bridge, items[0], status=OfferStatus.DELISTED)
    sign_in(client, cast.bella)
    page = client.get("/workbench/offer/choose/").text
    assert f'name="item" value="{items[1].id}"' in page
    assert f'name="item" value="{items[0].id}"' not in page  # offered already
    assert f"/workbench/offer/details/?id={offer.id}" in page
    assert "Gone" not in page
    found = client.get("/workbench/offer/choose/?q=claims").text
    assert "A patent" in found
    assert "An audit" not in found
    found = client.get(f"/workbench/offer/choose/?category={cast.tax.id}").text
    assert "An audit" in found
    assert "A patent" not in found
    for odd in ("?category=x", "?page=99999999999999999999", "?q=%00%25_", "?category=9999999999"):
        assert client.get(f"/workbench/offer/choose/{odd}").status_code == 200


def test_several_are_listed_at_once_each_with_its_terms(client, cast, items):
    sign_in(client, cast.bella)
    first, second, third = items[0], items[1], items[2]
    form = client.get(f"{LIST}?item={first.id}&item={second.id}&item={third.id}")
    assert form.status_code == 200
    assert 'value="3 days"' in form.text  # the usual duration stands there already
    sent = {
        "item": [first.id, second.id, third.id],
        **terms(first, price_kind="fixed", price_from="１,２３４.５０", duration="4 days"),
        **terms(second, price_kind="range", price_from="1000", price_to="2,000", price_unit="case"),
        **terms(third, remark="Ask us."),
    }
    reply = client.post(LIST, data=sent)
    assert (reply.status_code, reply.location) == (302, "/workbench/offer/")
    found = [
        (one.item_id, one.price_kind, one.price_from, one.price_to, one.price_unit, one.duration,
         one.remark, one.status, one.institution_id)
        for one in offers()
    ]  # fmt: skip
    bridge, listed = cast.bridge.id, OfferStatus.LISTED
    assert found == [
        (second.id, PriceKind.RANGE, Decimal(1000), Decimal(2000), "case", "", "", listed, bridge),
        (first.id, PriceKind.FIXED, Decimal("1234.50"), None, "", "4 days", "", listed, bridge),
        (third.id, PriceKind.AGREEMENT, None, None, "", "", "Ask us.", listed, bridge),
    ]


@pytest.mark.parametrize("typed", ["NaN", "1e30", "-5", "Infinity", "1,23", "9" * 30, "cheap"])
def test_a_price_that_is_none_keeps_what_was_typed(client, cast, items, typed):
    sign_in(client, cast.bella)
    first, second = items[0], items[1]
    sent = {
        "item": [first.id, second.id],
        **terms(first, price_kind="fixed", price_from=typed),
        **terms(second, remark="All is well here."),
    }
    page = client.post(LIST, data=sent)
    assert page.status_code == 200
    assert f'value="{typed}"' in page.text
    assert "All is well here." in page.text
    assert page.text.count('class="field-error"') == 1
    assert offers() == []


def test_a_second_click_lists_nothing_twice(client, cast, items):
    sign_in(client, cast.bella)
    sent = {"item": [items[0].id], **terms(items[0])}
    client.post(LIST, data=sent)
    reply = client.post(LIST, data=sent)
    assert reply.status_code == 302
    assert len(offers()) == 1
    assert client.get(f"{LIST}?item={items[0].id}").status_code == 302  # nothing left to list


@pytest.mark.parametrize("item", ["", "x", "0", "-1", "99999", "9" * 40])
def test_what_is_not_in_the_catalogue_is_not_listed(client, cast, item):
    reply = sign_in(client, cast.bella).get(f"{LIST}?item={item}")
    assert (reply.status_code, reply.location) == (302, "/workbench/offer/choose/")


def test_a_retired_item_is_not_listed_by_hand(client, cast, items):
    sent = {"item": [items[3].id], **terms(items[3])}
    assert sign_in(client, cast.bella).post(LIST, data=sent).status_code == 302
    assert offers() == []


def test_staff_of_the_institution_edits_and_the_past_is_kept(client, cast, items):
    offer = regular_offer(cast.bridge, items[0], 900)
    sign_in(client, cast.stan)
    address = f"/workbench/offer/edit/?id={offer.id}"
    assert 'value="900.00"' in client.get(address).text
    sent = {
        "version": offer.version,
        "price_kind": "range",
        "price_from": "800",
        "price_to": "1200",
        "price_unit": "case",
        "duration": "a week",
        "remark": "",
    }
    assert client.post(address, data=sent).status_code == 302
    (saved,) = offers()
    assert (saved.price_kind, saved.price_from, saved.price_to) == (
        PriceKind.RANGE, Decimal(800), Decimal(1200),
    )  # fmt: skip
    (event,) = rows(sa.select(Event).where(Event.subject_type == "regular_offer"))
    assert event.changes["price_from"] == ["900.00", "800"]
    stale = client.post(address, data=sent | {"remark": "Too late."})
    assert stale.status_code == 200
    assert "Too late." in stale.text
    assert offers()[0].remark == ""


def test_many_are_delisted_and_listed_again(client, cast, items):
    both = [regular_offer(cast.bridge, items[0]), regular_offer(cast.bridge, items[1])]
    sign_in(client, cast.bella)
    ids = ",".join(f"{one.id}:{one.version}" for one in both)
    client.post("/workbench/offer/ask/", data={"verb": "delist", "ids": ids, "answered": "1"})
    assert [one.status for one in offers()] == [OfferStatus.DELISTED] * 2
    ids = ",".join(f"{one.id}:{one.version}" for one in offers())
    client.post("/workbench/offer/ask/", data={"verb": "relist", "ids": ids})
    assert [one.status for one in offers()] == [OfferStatus.LISTED] * 2


def test_the_platform_takes_down_and_lifts(client, cast, items):
    offer = regular_offer(cast.bridge, items[0])
    sign_in(client, cast.root)
    page = client.get("/admin/offer/?q=Bridge").text
    assert "A trademark" in page
    sent = {"verb": "take_down", "ids": f"{offer.id}:{offer.version}", "answered": "1",
            "reason": "The picture."}  # fmt: skip
    client.post("/admin/offer/ask/", data=sent)
    assert offers()[0].status is OfferStatus.TAKEN_DOWN
    told = sign_in(client, cast.bella).get(f"/workbench/offer/details/?id={offer.id}").text
    assert "The picture." in told
    assert "verb" not in told.partition('class="page-actions"')[2].partition("</header>")[0]
    sign_in(client, cast.root)
    sent = {"verb": "lift", "ids": f"{offer.id}:{offers()[0].version}", "answered": "1"}
    client.post("/admin/offer/ask/", data=sent)
    assert offers()[0].status is OfferStatus.DELISTED


def test_the_rival_sees_and_changes_none_of_it(client, cast, items):
    offer = regular_offer(cast.bridge, items[0])
    sign_in(client, cast.rita)
    for path in ("details", "edit"):
        assert client.get(f"/workbench/offer/{path}/?id={offer.id}").status_code == 404
    sent = {"verb": "delist", "ids": f"{offer.id}:1", "answered": "1"}
    assert client.post("/workbench/offer/ask/", data=sent).status_code == 404
    assert db.session.get(RegularOffer, offer.id).status is OfferStatus.LISTED
