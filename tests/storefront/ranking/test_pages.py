"""The ranking's pages: the public list and its arithmetic, the workbench, the rules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from math import exp

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core import clock
from core.database import db
from models import Event, InstitutionStatus, ScoreRule
from ranking import rules
from tests.support.application import sign_in
from tests.support.ranking import NOON, TODAY, activity, deal, demand, enterprise, refresh, review


@pytest.fixture(autouse=True)
def park(app: Flask, cast) -> Iterator[None]:
    """Bridge: one confirmed deal of today with a review, and one activity. Rival: nothing."""
    with clock.frozen(NOON):
        row = deal(cast.bridge, enterprise("Buyer of secrets"), 0, consultant=cast.lins_link,
                   title="A secret contract")  # fmt: skip
        review(row, 5.0, consultant_stars=5)
        activity(cast.bridge, TODAY - timedelta(days=3), 3.0)
        demand(cast.bridge, cast.ann, NOON - timedelta(hours=2), ("accept", NOON))
        refresh([cast.bridge.id, cast.rival.id])
        db.session.commit()
        yield


def english(client: FlaskClient) -> FlaskClient:
    with client.session_transaction() as session:
        session["locale"] = "en"
    return client


def test_the_public_ranking(client, cast) -> None:
    page = english(client).get("/ranking").text
    assert page.index("Bridge Law") < page.index("Rival Tax")
    assert "new this month" in page
    people = client.get("/ranking?who=consultants").text
    assert "Lin" in people
    assert "Bridge Law" not in people
    tax = client.get("/ranking?category=tax").text
    assert "Rival Tax" in tax
    assert "Bridge Law" not in tax


def test_the_public_page_names_the_weights_in_force(client, cast) -> None:
    def weights() -> list[tuple[str, str]]:
        page = english(client).get("/ranking").text
        return re.findall(r"</span>([^<]+) <strong>([\d.]+)</strong></li>", page)

    assert weights() == [
        ("Deals", "35"), ("Response", "20"), ("Quality", "20"), ("Public benefit", "15"),
        ("Outcomes and profile", "10"),
    ]  # fmt: skip
    told = {"deals": 30.5, "response": 19.5, "quality": 25, "benefit": 15, "profile": 10}
    for day, note in ((TODAY, "Quality first."), (TODAY + timedelta(days=1), "Tomorrow.")):
        db.session.add(ScoreRule(valid_from=day, weights=told, points={}, note=note))
        told = told | {"deals": 40, "response": 10}
    db.session.commit()
    assert [number for _, number in weights()] == ["30.5", "19.5", "25", "15", "10"]
    page = client.get("/ranking").text
    assert "Quality first." in page
    assert "Tomorrow." not in page
    with clock.frozen(NOON + timedelta(days=1)):
        assert [number for _, number in weights()] == ["40", "10", "25", "15", "10"]


@pytest.mark.parametrize(
    "query", ["page=99999999999999", "page=-1", "page=x", "category=nothing", "who=me", "page=0"]
)
def test_odd_addresses_show_a_page(client, query) -> None:
    assert client.get(f"/ranking?{query}").status_code == 200


def test_why_this_place_shows_the_arithmetic_and_no_secret(client, cast) -> None:
    page = english(client).get(f"/ranking/institutions/{cast.bridge.id}").text
    assert "T = 1 - e^(-1 / 10) = 0.0952" in page
    assert "R = (1 + 2) / (1 + 3) = 0.75" in page
    assert "(5 + 5 × 5) / (1 + 5) = 5" in page
    assert "V = 1 - e^(-3 / 6) = 0.3935" in page
    assert "A lecture" in page
    assert f"{35 * (1 - exp(-0.1)):.2f}" in page
    assert "Buyer of secrets" not in page
    assert "A secret contract" not in page
    assert client.get(f"/ranking/institutions/{cast.bridge.id}?category=law").status_code == 200
    assert client.get(f"/ranking/institutions/{cast.bridge.id}?category=no").status_code == 200
    assert client.get(f"/ranking/consultants/{cast.lins_link.consultant_id}").status_code == 200


def test_who_is_not_published_has_no_page(client, cast) -> None:
    for path in ("institutions/999", "consultants/999", f"institutions/{cast.draft.id}",
                 "others/1"):  # fmt: skip
        assert client.get(f"/ranking/{path}").status_code == 404
    cast.bridge.status = InstitutionStatus.SUSPENDED
    db.session.commit()
    assert client.get(f"/ranking/institutions/{cast.bridge.id}").status_code == 404
    assert "Bridge Law" not in client.get("/ranking").text


def test_the_home_page_shows_newcomers_and_leaders(client, cast) -> None:
    for row in (cast.bridge, cast.rival):
        row.certified_at = NOON - timedelta(days=300)
    cast.rival.certified_at = NOON - timedelta(days=10)
    db.session.commit()
    page = english(client).get("/").text
    assert "New on the platform" in page
    assert "The whole ranking" in page
    start = page.index("New on the platform")
    newcomers = page[start : page.index("The whole ranking")]
    assert "Rival Tax" in newcomers


def test_the_workbench_shows_the_arithmetic_and_what_would_raise_it(client, cast) -> None:
    page = english(sign_in(client, cast.bella)).get("/workbench/ranking/").text
    assert "A secret contract" in page
    assert "What would raise it" in page
    # another confirmed deal with a new enterprise: 35 x (exp(-0.1) - exp(-0.2))
    assert f"+{35 * (exp(-0.1) - exp(-0.2)):.2f}" in page
    # hosting one activity more, three points: 15 x (exp(-0.5) - exp(-1))
    assert f"+{15 * (exp(-0.5) - exp(-1)):.2f}" in page
    assert "Lin" in page


def test_a_rival_sees_his_own(client, cast) -> None:
    page = english(sign_in(client, cast.rita)).get("/workbench/ranking/").text
    assert "Rival Tax" in page
    assert "A secret contract" not in page
    assert "+3.33" in page


def test_a_consultant_sees_his_own(client, cast) -> None:
    page = english(sign_in(client, cast.lin)).get("/workbench/ranking/").text
    assert "Lin" in page
    assert "Your consultants" not in page


def test_before_the_first_night_there_is_no_score(client, cast) -> None:
    from models import InstitutionScore

    db.session.query(InstitutionScore).delete()
    db.session.commit()
    page = english(sign_in(client, cast.bella)).get("/workbench/ranking/")
    assert page.status_code == 200
    assert "No score yet." in page.text


RULE = {
    "valid_from": "2026-12-01", "note": "More for answers.",
    "weight_deals": "30", "weight_response": "25", "weight_quality": "20",
    "weight_benefit": "15", "weight_profile": "10",
    "points_host": "4", "points_cohost": "2", "points_support": "0.5",
}  # fmt: skip


def test_an_administrator_adds_a_rule_and_it_holds_from_its_day(client, cast) -> None:
    reply = sign_in(client, cast.root).post("/admin/score_rule/new/", data=RULE)
    assert reply.status_code == 302
    row = db.session.query(ScoreRule).one()
    assert (row.valid_from, row.note) == (date(2026, 12, 1), "More for answers.")
    assert row.author_id == cast.root.id
    [event] = db.session.query(Event).filter_by(subject_type="score_rule")
    assert (event.name, event.actor_id) == ("create", cast.root.id)
    assert rules.in_force(date(2026, 11, 30)).weights["deals"] == 35
    assert rules.in_force(date(2026, 12, 1)).weights["deals"] == 30
    assert rules.in_force(date(2026, 12, 1)).points == {"host": 4, "cohost": 2, "support": 0.5}
    assert "More for answers." in client.get("/admin/score_rule/").text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weight_deals": "31"}, "The weights make 101, not 100."),
        ({"weight_deals": "nan"}, "Give a number from 0 to 100"),
        ({"weight_deals": "-5"}, "Give a number from 0 to 100"),
        ({"weight_deals": "1e1"}, "Give a number from 0 to 100"),
        ({"weight_deals": ""}, "Please fill this in."),
        ({"points_host": "101"}, "Give a number from 0 to 100"),
        ({"valid_from": "2026-11-24"}, "A rule begins tomorrow at the earliest."),
        ({"valid_from": "soon"}, "Not a valid date value."),
        ({"note": " "}, "Please fill this in."),
    ],
)
def test_a_rule_that_is_refused_keeps_what_was_typed(client, cast, change, words) -> None:
    page = english(sign_in(client, cast.root)).post("/admin/score_rule/new/", data=RULE | change)
    assert page.status_code == 200
    assert words in page.text
    assert db.session.query(ScoreRule).count() == 0
    if value := next(iter(change.values())).strip():
        assert f'value="{value}"' in page.text


def test_two_rules_do_not_begin_on_one_day(client, cast) -> None:
    english(sign_in(client, cast.root))
    client.post("/admin/score_rule/new/", data=RULE)
    page = client.post("/admin/score_rule/new/", data=RULE)
    assert "Another rule begins on this day." in page.text
    assert db.session.query(ScoreRule).count() == 1
