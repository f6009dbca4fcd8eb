"""The form of a demand: what it takes, what it refuses with the typing kept, and once per click."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from core import config
from core.clock import frozen
from core.database import db
from core.extensions import limiter
from models import Category, Demand, DemandStatus, Institution, Mail
from tests.support.application import csrf_off, sign_in
from tests.support.cast import Cast, raise_cast
from tests.support.demands import at_state, post_demand
from tests.support.products import featured_product
from workflows import engine

TOLD = ("demand_new", "demand_posted")
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def typed(cast: Cast, **values: object) -> dict[str, object]:
    return {
        "institution": cast.bridge.id,
        "form_key": str(uuid.uuid4()),
        "title": "Review a lease",
        "category_id": cast.law.id,
        "description": "Forty pages.",
        "budget": "",
        "wanted_by": "",
        "contact_name": "Ann",
        "contact_phone": "13811112222",
        "contact_email": "ann@example.com",
        "consent": "y",
    } | values


def post(client: FlaskClient, form: dict[str, object]):
    return client.post("/demands/new", data=form)


def test_a_visitor_signs_in_first_and_comes_back(client: FlaskClient, cast: Cast) -> None:
    answer = client.get(f"/demands/new?institution={cast.bridge.id}")
    assert answer.status_code in (302, 401)
    if answer.status_code == 302:
        assert "/login" in answer.location
        assert "demands" in answer.location
    assert post(client, typed(cast)).status_code in (302, 401)
    assert Demand.query.count() == 0


def test_the_form_is_prefilled_and_offers_the_institutions_category_first(
    client: FlaskClient, cast: Cast
) -> None:
    text = sign_in(client, cast.ann).get(f"/demands/new?institution={cast.bridge.id}").text
    assert 'value="Ann"' in text
    assert 'value="13812345678"' in text
    assert 'value="ann@example.com"' in text
    assert text.index("法律服务") < text.index("财税服务")


def options(page: str) -> tuple[list[str], str]:
    """Return the headings of the categories, and the value that stands selected."""
    select = re.search(r'<select[^>]*name="category_id".*?</select>', page, re.S)
    assert select
    held = re.search(r"<option[^>]*selected[^>]*>", select[0])
    assert held
    value = re.search(r'value="(\d*)"', held[0])
    assert value
    return re.findall(r'<optgroup label="([^"]*)"', select[0]), value[1]


def test_a_category_is_chosen_by_the_person_or_given_by_what_is_asked_for(
    client: FlaskClient, cast: Cast
) -> None:
    child = Category(
        slug="lease", name="租赁", name_en="Leases", parent=cast.law, icon="scales", position=9
    )
    db.session.add(child)
    rival = cast.rival
    rival.categories.append(cast.law)  # two fields: neither is meant
    db.session.commit()
    product = featured_product(cast.rival)
    address = f"/demands/new?institution={cast.rival.id}"
    sign_in(client, cast.ann)
    groups, held = options(client.get("/demands/new?undirected=1").text)
    assert (groups[:2], held) == (["法律服务", "财税服务"], "")
    assert options(client.get(f"/demands/new?undirected=1&category={child.id}").text)[1] == str(
        child.id
    )
    groups, held = options(client.get(address).text)
    assert (groups[0], held) == ("该机构提供的服务", "")
    assert options(client.get(f"/demands/new?product={product.id}").text)[1] == str(
        product.category_id
    )
    only = options(client.get(f"/demands/new?institution={cast.bridge.id}").text)[1]
    assert only == str(cast.law.id)  # it offers one field: the target gives it
    kept = post(client, typed(cast, institution=cast.rival.id, category_id=""))
    assert "请选择服务类别。" in kept.text
    assert "Forty pages." in kept.text
    assert options(kept.text)[1] == ""
    assert Demand.query.count() == 0


def test_posting_gives_a_number_and_a_receipt(client: FlaskClient, cast: Cast) -> None:
    answer = post(sign_in(client, cast.ann), typed(cast, budget="１２,３４５．５"))
    demand = Demand.query.one()
    assert answer.location == f"/demands/{demand.id}/receipt"
    assert (demand.enterprise_id, demand.budget) == (cast.acme.id, Decimal("12345.50"))
    page = client.get(answer.location)
    assert demand.number in page.text
    assert f"/account/demands/{demand.id}" in page.text
    assert sign_in(client, cast.otto).get(answer.location).status_code == 404


def test_an_ordinary_users_demand_has_no_enterprise(client: FlaskClient, cast: Cast) -> None:
    post(sign_in(client, cast.otto), typed(cast))
    assert Demand.query.one().enterprise_id is None


@pytest.mark.parametrize("person", ["bella", "stan", "root"])
def test_who_may_not_post_reads_why(client: FlaskClient, cast: Cast, person: str) -> None:
    sign_in(client, getattr(cast, person))
    assert client.get(f"/demands/new?institution={cast.bridge.id}").status_code == 403
    assert post(client, typed(cast)).status_code == 403
    assert Demand.query.count() == 0


@pytest.mark.parametrize("name", ["draft", "waiting"])
def test_what_never_was_certified_is_not_there(client: FlaskClient, cast: Cast, name: str) -> None:
    sign_in(client, cast.ann)
    form = typed(cast, institution=getattr(cast, name).id)
    assert post(client, form).status_code == 404
    for unknown in ("0", "99999", "abc", "9" * 30):
        assert client.get(f"/demands/new?institution={unknown}").status_code == 404


@pytest.mark.parametrize(
    ("said", "kept"),
    [("1,234.50", "1234.50"), ("１２３４", "1234.00"), ("¥12000", "12000.00"), ("", None)],
)  # fmt: skip
def test_budgets_that_are_read(client: FlaskClient, cast: Cast, said: str, kept: str) -> None:
    assert post(sign_in(client, cast.ann), typed(cast, budget=said)).status_code == 302
    assert Demand.query.one().budget == (kept and Decimal(kept))


@pytest.mark.parametrize(
    "values",
    [
        *({"budget": bad} for bad in ("NaN", "1e30", "-5", "0", "Infinity", "9" * 16, "lots")),
        {"wanted_by": "2026-11-22"},
        {"wanted_by": "tomorrow"},
        {"consent": ""},
        {"title": "   "},
        {"title": "x" * 201},
        {"contact_phone": "12"},
        {"contact_email": "ann"},
        {"category_id": "99999"},
        {"category_id": "law"},
    ],
    ids=str,
)
def test_what_is_refused_keeps_what_was_typed(
    client: FlaskClient, cast: Cast, values: dict[str, str]
) -> None:
    form = typed(cast, description="All forty pages, please.") | values
    with frozen(NOON):
        answer = post(sign_in(client, cast.ann), {k: v for k, v in form.items() if v != ""})
    assert answer.status_code == 200
    assert "All forty pages, please." in answer.text
    assert str(form["form_key"]) in answer.text
    assert "field-error" in answer.text
    assert Demand.query.count() == 0


def test_today_is_the_day_in_the_park(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.ann)
    with frozen(datetime(2026, 11, 23, 17, 0, tzinfo=UTC)):  # the 24th in Suzhou
        assert post(client, typed(cast, wanted_by="2026-11-23")).status_code == 200
        assert post(client, typed(cast, wanted_by="2026-11-24")).status_code == 302


def test_a_suspended_institution_says_so_and_nothing_is_lost(
    client: FlaskClient, cast: Cast
) -> None:
    engine.perform(Institution, "suspend", [cast.bridge.id], cast.root, reason="A complaint.")
    db.session.commit()
    answer = post(sign_in(client, cast.ann), typed(cast))
    assert answer.status_code == 200
    assert "Forty pages." in answer.text
    assert 'role="alert"' in answer.text
    page = client.get(f"/demands/new?institution={cast.bridge.id}")
    assert page.status_code == 200
    assert 'name="form_key"' not in page.text
    assert Demand.query.count() == 0


def test_a_double_click_posts_once(client: FlaskClient, cast: Cast) -> None:
    form = typed(cast)
    sign_in(client, cast.ann)
    first, second = post(client, form), post(client, form)
    db.session.info.clear()  # the guard of the last request, which hides the mails
    assert first.location == second.location
    told = {template: Mail.query.filter_by(template=template).count() for template in TOLD}
    assert (Demand.query.count(), told) == (1, dict.fromkeys(TOLD, 1))


@pytest.mark.connections
def test_two_clicks_at_the_same_moment_post_once(app: Flask, cast: Cast) -> None:
    form = typed(cast)
    browsers = [sign_in(app.test_client(), cast.ann) for _ in range(2)]
    db.session.remove()
    gate, locations = threading.Barrier(2), []

    def click(mine: FlaskClient) -> None:
        gate.wait()
        locations.append(post(mine, form).location)

    clicks = [threading.Thread(target=click, args=(mine,)) for mine in browsers]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert len(set(locations)) == 1
    assert locations[0].endswith("/receipt")
    assert (Demand.query.count(), Mail.query.count()) == (1, 2)


def test_the_later_of_two_clicks_meets_the_constraint(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL both clicks may find nothing first: the unique key then decides."""
    from storefront.demand import posting

    form = typed(cast)
    sign_in(client, cast.ann)
    first = post(client, form)
    look, blind = posting.by_key, iter([True, False])
    monkeypatch.setattr(
        posting, "by_key", lambda user, form: None if next(blind) else look(user, form)
    )
    assert post(client, form).location == first.location
    assert Demand.query.count() == 1


def test_anothers_form_key_shows_nothing_of_his(client: FlaskClient, cast: Cast) -> None:
    form = typed(cast)
    post(sign_in(client, cast.ann), form)
    answer = post(sign_in(client, cast.otto), form)
    assert answer.status_code == 200
    assert form["form_key"] not in answer.text
    assert "Forty pages." in answer.text
    db.session.info.clear()
    assert Demand.query.count() == 1


@pytest.fixture
def limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An application of its own that counts attempts; the shared limiter is put back after."""
    for name in ("enabled", "initialized", "_limiter", "_storage", "_request_identifier"):
        monkeypatch.setattr(limiter, name, getattr(limiter, name))
    app = create_app(
        config.Settings(environment="test", instance_path=tmp_path, ratelimit_enabled=True)
    )
    csrf_off(app)
    with app.app_context():
        db.create_all()
        raise_cast()
        db.session.commit()
        yield app
        db.session.remove()
        db.session.info.clear()


def test_twenty_an_hour_and_typing_errors_do_not_count(limited: Flask) -> None:
    cast, client = Cast(), limited.test_client()
    sign_in(client, cast.ann)
    for _ in range(3):
        assert post(client, typed(cast, title="")).status_code == 200
    for _ in range(20):
        assert post(client, typed(cast)).status_code == 302
    assert post(client, typed(cast)).status_code == 429
    assert post(sign_in(client, cast.otto), typed(cast)).status_code == 302


def test_an_ended_demand_goes_on_without_typing_it_again(client: FlaskClient, cast: Cast) -> None:
    past = (NOON - timedelta(days=1)).date()
    old = post_demand(cast, budget=Decimal(900), title="Review a lease", wanted_by=past)
    at_state(old, cast, DemandStatus.DECLINED)
    db.session.commit()
    sign_in(client, cast.ann)
    offered = client.get(f"/account/demands/{old.id}/send-on?q=Rival").text
    assert f"institution={cast.rival.id}&amp;from={old.id}" in offered
    assert (
        "Bridge Law"
        not in client.get(f"/account/demands/{old.id}/send-on?q=Bridge").text.split("</form>")[-1]
    )
    with frozen(NOON):
        page = client.get(f"/demands/new?institution={cast.rival.id}&from={old.id}").text
    assert 'value="Review a lease"' in page
    assert 'value="900.00"' in page
    assert str(past) not in page
    form = typed(cast, institution=cast.rival.id, **{"from": old.id})
    assert post(client, form).status_code == 302
    new = Demand.query.filter_by(institution_id=cast.rival.id).one()
    assert new.sent_on_from_id == old.id
    assert new.number in client.get(f"/account/demands/{old.id}").text


def test_only_ones_own_ended_demand_goes_on(client: FlaskClient, cast: Cast) -> None:
    running = post_demand(cast)
    ended = at_state(post_demand(cast), cast, DemandStatus.WITHDRAWN)
    db.session.commit()
    address = f"/demands/new?institution={cast.rival.id}&from="
    sign_in(client, cast.ann)
    assert client.get(f"{address}{running.id}").status_code == 404
    assert client.get(f"/account/demands/{running.id}/send-on").status_code == 404
    assert client.get(f"{address}{ended.id}").status_code == 200
    for person in (cast.otto, cast.bob, cast.bella):
        sign_in(client, person)
        assert client.get(f"{address}{ended.id}").status_code == 404
        assert client.get(f"/account/demands/{ended.id}/send-on").status_code == 404
