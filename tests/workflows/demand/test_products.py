"""Demands to a featured product and to an institution's offer: posted, refused, kept as asked."""

from __future__ import annotations

import re
import threading
import uuid
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from core.database import db
from models import (
    Demand,
    DemandStatus,
    FeaturedProduct,
    OfferStatus,
    ProductStatus,
    RegularOffer,
    User,
)
from tests.support.application import rows, sign_in
from tests.support.cast import Cast
from tests.support.demands import at_state, post_demand
from tests.support.products import catalogue_item, featured_product, regular_offer
from workflows import engine, parameters
from workflows.demand import product_snapshot
from workflows.parameters import Parameter


def typed(cast: Cast, **values: object) -> dict[str, object]:
    return {
        "form_key": str(uuid.uuid4()),
        "title": "Watch our patents",
        "category_id": cast.law.id,
        "description": "Forty of them.",
        "contact_name": "Ann",
        "contact_phone": "13811112222",
        "contact_email": "ann@example.com",
        "consent": "y",
    } | values


def test_a_demand_to_a_product_keeps_what_was_asked_for(client, cast):
    schema = parameters.renew(cast.law, (Parameter(key="a", label="甲"),), cast.root)
    product = featured_product(cast.bridge, price=900, schema=schema, parameters={"a": "x"})
    sign_in(client, cast.ann)
    form = client.get(f"/demands/new?product={product.id}").text
    assert "Patent watch" in form
    assert f'name="product" value="{product.id}"' in form
    assert client.post("/demands/new", data=typed(cast, product=product.id)).status_code == 302
    (demand,) = rows(sa.select(Demand))
    assert (demand.product_id, demand.institution_id) == (product.id, cast.bridge.id)
    engine.edit(product, cast.bella, {"name": "Renamed", "price_from": Decimal(5)})
    engine.perform(FeaturedProduct, "delist", [product.id], cast.bella)
    db.session.commit()
    assert demand.asked_for["name"] == "Patent watch"
    page = client.get(f"/account/demands/{demand.id}").text
    assert "Patent watch" in page
    assert "¥900.00" in page
    assert "<dt>甲</dt><dd>x</dd>" in page.replace("</dt> <dd>", "</dt><dd>")
    bench = sign_in(client, cast.bella).get(f"/workbench/demand/details/?id={demand.id}").text
    assert "¥900.00" in bench


def test_a_demand_starts_in_the_category_of_what_is_asked_for(client, cast):
    ours = cast.bridge  # in the law alone
    about_tax = featured_product(ours, category=cast.tax)
    offer = regular_offer(ours, catalogue_item(cast.tax))
    sign_in(client, cast.ann)
    for query, chosen in (
        (f"product={about_tax.id}", cast.tax.id),
        (f"offer={offer.id}", cast.tax.id),
        (f"institution={ours.id}", cast.law.id),
    ):
        page = client.get(f"/demands/new?{query}").text
        assert re.findall(r'<option selected value="(\d+)"', page) == [str(chosen)], query


def test_a_demand_to_an_offer_keeps_its_terms(client, cast):
    offer = regular_offer(cast.bridge, catalogue_item(cast.law), 900)
    sign_in(client, cast.ann)
    assert client.post("/demands/new", data=typed(cast, offer=offer.id)).status_code == 302
    (demand,) = rows(sa.select(Demand))
    assert (demand.offer_id, demand.institution_id) == (offer.id, cast.bridge.id)
    assert demand.asked_for == {
        "kind": "offer", "id": offer.id, "item": offer.item_id, "name": "A trademark",
        "summary": "Search and filing.", "version": 1, "duration": "5 days",
        "remark": "With a smile.", "price_kind": "fixed", "price_from": "900.00",
        "price_to": None, "price_unit": "",
    }  # fmt: skip
    page = client.get(f"/account/demands/{demand.id}").text
    for words in ("A trademark", "¥900.00", "5 days", "With a smile."):
        assert words in page


def test_open_demands_go_on_when_the_product_is_delisted(app, cast):
    product = featured_product(cast.bridge)
    demand = post_demand(
        cast, product_id=product.id, asked_for=product_snapshot.of_product(product)
    )
    engine.perform(FeaturedProduct, "delist", [product.id], cast.bella)
    db.session.commit()
    assert at_state(demand, cast, DemandStatus.CONFIRMED).status is DemandStatus.CONFIRMED


@pytest.mark.parametrize("state", [ProductStatus.DELISTED, ProductStatus.TAKEN_DOWN])
def test_what_is_no_longer_listed_takes_none_and_keeps_the_typing(client, cast, state):
    product = featured_product(cast.bridge, status=state)
    sign_in(client, cast.ann)
    page = client.get(f"/demands/new?product={product.id}")
    assert page.status_code == 200
    assert 'name="form_key"' not in page.text
    page = client.post("/demands/new", data=typed(cast, product=product.id))
    assert page.status_code == 200
    assert "Forty of them." in page.text
    assert rows(sa.select(Demand)) == []


@pytest.mark.parametrize("why", ["delisted", "taken_down", "retired"])
def test_an_offer_that_is_gone_takes_none(client, cast, why):
    item = catalogue_item(cast.law, retired=why == "retired")
    state = OfferStatus.LISTED if why == "retired" else OfferStatus(why)
    offer = regular_offer(cast.bridge, item, status=state)
    sign_in(client, cast.ann)
    page = client.post("/demands/new", data=typed(cast, offer=offer.id))
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert rows(sa.select(Demand)) == []


@pytest.mark.parametrize("kind", ["product", "offer"])
@pytest.mark.parametrize("unknown", ["0", "99999", "abc", "9" * 30, "-1"])
def test_what_never_was_there_is_not_found(client, cast, kind, unknown):
    assert sign_in(client, cast.ann).get(f"/demands/new?{kind}={unknown}").status_code == 404


def test_a_draft_is_nobody_s_target(client, cast):
    draft = featured_product(cast.bridge, status=ProductStatus.DRAFT, listed_at=None,
                             approved_at=None)  # fmt: skip
    sign_in(client, cast.ann)
    assert client.get(f"/demands/new?product={draft.id}").status_code == 404
    reply = client.post("/demands/new", data=typed(cast, product=draft.id))
    assert reply.status_code == 404


@pytest.mark.parametrize("kind", ["product", "offer"])
def test_nobody_posts_to_his_own_institution(client, cast, kind):
    row: Any = (
        featured_product(cast.bridge)
        if kind == "product"
        else regular_offer(cast.bridge, catalogue_item(cast.law))
    )
    sign_in(client, cast.stan)
    assert client.post("/demands/new", data=typed(cast, **{kind: row.id})).status_code == 403
    assert rows(sa.select(Demand)) == []


def test_product_and_offer_belong_to_the_institution_of_the_demand(app, cast):
    product = featured_product(cast.rival)
    with pytest.raises(sa.exc.IntegrityError):
        post_demand(cast, product_id=product.id)


# --- delisted while somebody posts ------------------------------------------------------------


def _post(kind: str, target: int, user_id: int, institution_id: int, category_id: int) -> str:
    from core.clock import now

    user = db.session.get_one(User, user_id)
    row = Demand(
        form_key=str(uuid.uuid4()), poster_id=user.id,
        enterprise_id=user.enterprise_memberships[0].enterprise_id,
        institution_id=institution_id, category_id=category_id, title="t", description="d",
        contact_name="Ann", contact_phone="13811112222", contact_email="ann@example.com",
        consented_at=now(), **{f"{kind}_id": target},
    )  # fmt: skip
    try:
        engine.create(row, "post", user)
        db.session.commit()
    except ValueError:
        db.session.rollback()
        return "refused"
    return "posted"


def _delist(model: Any, target: int, user_id: int) -> str:
    outcome = engine.perform(model, "delist", [target], db.session.get_one(User, user_id))
    db.session.commit()
    return "delisted" if outcome.done else "not"


def together(app: Flask, *works: Any) -> list[str]:
    barrier, found = threading.Barrier(len(works)), {}

    def run(at: int) -> None:
        with app.app_context():
            barrier.wait()
            found[at] = works[at]()
            db.session.remove()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [found[at] for at in range(len(works))]


def one_clear_outcome(app: Flask, kind: str) -> None:
    """However they meet: the demand stands on a listed product, or it was refused."""
    cast = Cast()
    ann, bella, bridge, law = cast.ann.id, cast.bella.id, cast.bridge.id, cast.law.id
    for attempt in range(6):
        row: Any = (
            featured_product(cast.bridge, f"No. {attempt}")
            if kind == "product"
            else regular_offer(cast.bridge, catalogue_item(cast.law, f"No. {attempt}"))
        )
        model, target = type(row), row.id
        db.session.remove()
        outcome, delisted = together(
            app,
            lambda target=target: _post(kind, target, ann, bridge, law),
            lambda model=model, target=target: _delist(model, target, bella),
        )
        assert delisted == "delisted"
        column = getattr(Demand, f"{kind}_id")
        posted = rows(sa.select(Demand).where(column == target))
        assert len(posted) == (1 if outcome == "posted" else 0)
        assert outcome in ("posted", "refused")
        again = _post(kind, target, ann, bridge, law)
        assert again == "refused"


@pytest.mark.connections
@pytest.mark.parametrize("kind", ["product", "offer"])
def test_delisted_while_somebody_posts(app, kind):
    one_clear_outcome(app, kind)


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["product", "offer"])
def test_delisted_while_somebody_posts_on_postgresql(pg_app: Flask, kind):
    one_clear_outcome(pg_app, kind)


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["product", "offer"])
def test_a_post_waits_for_a_delisting_that_is_under_way(pg_app: Flask, kind):
    """The lock is held by the delisting: the post waits for it, sees it, and is refused."""
    cast = Cast()
    row: Any = (
        featured_product(cast.bridge)
        if kind == "product"
        else regular_offer(cast.bridge, catalogue_item(cast.law))
    )
    ids = (kind, row.id, cast.ann.id, cast.bridge.id, cast.law.id)
    engine.perform(type(row), "delist", [row.id], cast.bella)  # not committed yet
    found: list[str] = []

    def run() -> None:
        with pg_app.app_context():
            found.append(_post(*ids))
            db.session.remove()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(0.7)
    assert found == []  # it waits
    db.session.commit()
    thread.join(10)
    assert found == ["refused"]


def test_an_offer_of_nobody_takes_none(app):
    from workflows.offer.rules import NO_LONGER_OFFERED, takes_demands

    assert takes_demands(12345) == NO_LONGER_OFFERED
    assert db.session.get(RegularOffer, 12345) is None
