"""Each thing that staff do asks its own duty.

Seen: the catalogue left the platform as a file for whoever might read it, without the duty to
export; who may join an enterprise was decided by who holds the duty to suspend and revoke, and
those who review applications neither heard of it nor could decide.
"""

from __future__ import annotations

import io

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core.database import db
from models import Duty, EnterpriseMembership, EnterpriseMembershipStatus, Event, Mail
from tests.support.application import rows, sign_in
from tests.support.cast import ACME_CODE, Cast
from tests.support.staff import holder
from workflows import engine
from workflows.person import entering

# every address of /admin that gives a list away as a file
EXPORTS = {"catalogue_item.export_all": "GET", "event.export_list": "POST"}
S = EnterpriseMembershipStatus


def test_these_are_all_the_exports(app: Flask) -> None:
    found = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/admin/") and "/export" in rule.rule
    }
    assert found == set(EXPORTS)


@pytest.mark.parametrize("endpoint", EXPORTS)
def test_an_export_asks_for_its_duty(
    app: Flask, client: FlaskClient, cast: Cast, endpoint: str
) -> None:
    path = {rule.endpoint: rule.rule for rule in app.url_map.iter_rules()}[endpoint]
    every_other = holder(*(set(Duty) - {Duty.EXPORT}), name="Other")
    sign_in(client, every_other)
    assert client.open(path, method=EXPORTS[endpoint]).status_code == 403
    assert rows(sa.select(Event).filter_by(name="export")) == []
    exporter = holder(Duty.AUDIT, Duty.EXPORT, name="Exporter")
    sign_in(client, exporter)
    assert client.open(path, method=EXPORTS[endpoint]).status_code == 200
    (event,) = rows(sa.select(Event).filter_by(name="export"))
    assert event.actor_id == exporter.id


def test_who_imports_and_does_not_export_fills_in_an_empty_file(
    client: FlaskClient, cast: Cast
) -> None:
    sign_in(client, holder(Duty.CONTENT))
    for page in ("/admin/catalogue_item/", "/admin/catalogue_item/import/"):
        assert "/admin/catalogue_item/export/" not in client.get(page).text
    assert "/admin/catalogue_item/template" in client.get("/admin/catalogue_item/import/").text
    answer = client.get("/admin/catalogue_item/template")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    assert sheet.max_row == 1
    assert client.get("/admin/catalogue_item/template").status_code == 200
    sign_in(client, cast.vera)
    assert client.get("/admin/catalogue_item/template").status_code == 403


@pytest.fixture
def asked(cast: Cast) -> EnterpriseMembership:
    """Bob asks to join Acme, whose only member cannot sign in."""
    cast.ann.active = False
    row = entering.enter(cast.bob, ACME_CODE)
    db.session.commit()
    return row


@pytest.mark.parametrize("duty", Duty)
def test_who_reviews_applications_decides_who_joins(
    cast: Cast, duty: Duty, asked: EnterpriseMembership
) -> None:
    person = holder(duty)
    may = duty is Duty.APPLICATIONS
    for verb, now in (("agree", S.MEMBER), ("remove", S.REMOVED)):
        before = asked.status
        engine.perform(EnterpriseMembership, verb, [asked.id], person, reason="x")
        assert asked.status is (now if may else before), verb
        db.session.commit()


def test_who_reviews_applications_hears_of_it(cast: Cast) -> None:
    holder(Duty.APPLICATIONS, name="Rea")
    holder(Duty.SANCTIONS, name="Sana")
    cast.ann.active = False
    entering.enter(cast.bob, ACME_CODE)
    db.session.commit()
    told = rows(sa.select(Mail.recipient).filter_by(template="membership_requested"))
    assert sorted(told) == ["rea@example.com", "root@example.com", "vera@example.com"]
