"""A transition is one row: a step added here needs its row and its template, and nothing else."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import sqlalchemy as sa
import wtforms
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import ChoiceLoader, FileSystemLoader

import access
import outbox
from core.database import db
from forms.base import Form, required
from models import Event, Mail, MutedNotice, NoticeKind, Notification, OfferStatus, RegularOffer
from scripts import workflow_docs
from tests.support.application import rows, sign_in
from tests.support.cast import Cast
from tests.support.platform import seen
from tests.support.products import catalogue_item, regular_offer
from workflows import engine
from workflows.engine import Transition
from workflows.engine.notices import Notice, Recipient, users

TEMPLATE = """{% extends layout %}
{% block subject %}{{ product }} was awarded a rosette{% endblock %}
{% block greeting %}Dear institution,{% endblock %}
{% block body %}
{{ institution }} may put a rosette beside {{ product }}. {{ reason }}
{% endblock %}
{% block action %}Open the product{% endblock %}
"""


class AwardForm(Form):
    """What the made-up step asks."""

    reason = wtforms.StringField("Laudation", validators=[required()])


def owner(offers: Sequence[RegularOffer]) -> dict[int, list[Recipient]]:
    return {offer.id: users([offer.institution.applicant]) for offer in offers}


AWARD = Transition[RegularOffer](
    name="award",
    label="Award a rosette",
    done="Awarded a rosette",
    source=frozenset({OfferStatus.LISTED}),
    target=OfferStatus.DELISTED,
    by=access.manages_people,
    asks=AwardForm,
    sets=lambda answers, _actor: {"reason": answers["reason"]},
    records=lambda offers, _answers: {offer.id: {"remark": "with gold"} for offer in offers},
    notices=(
        Notice(
            template="offer_awarded",
            kind=NoticeKind.PRODUCT,
            recipients=owner,
            link=lambda offer: f"/workbench/offer/details/?id={offer.id}",
        ),
    ),
    confirm=True,
)


@pytest.fixture
def awarding(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The row in the table of offers, and its mail among the templates."""
    known = engine.PROCESSES[RegularOffer]
    longer = dataclasses.replace(known, transitions=(*known.transitions, AWARD))
    monkeypatch.setitem(engine.PROCESSES, RegularOffer, longer)
    (tmp_path / "email").mkdir()
    (tmp_path / "email" / "offer_awarded.html").write_text(TEMPLATE, encoding="utf-8")
    for env in (app.extensions["outbox.text"], app.extensions["outbox.html"]):
        monkeypatch.setattr(
            env, "loader", ChoiceLoader([env.loader, FileSystemLoader(str(tmp_path))])
        )
    yield
    for env in (app.extensions["outbox.text"], app.extensions["outbox.html"]):
        env.cache.clear()


@pytest.fixture
def offer(cast: Cast) -> RegularOffer:
    return regular_offer(cast.bridge, catalogue_item(cast.law))


PAGE, ASK = "/admin/offer/details/?id={}", "/admin/offer/ask/"


def award(client: FlaskClient, cast: Cast, offer: RegularOffer) -> None:
    """Take the step as the administrator does: by the button, and the form that it opens."""
    sign_in(client, cast.root)
    sent = {"verb": "award", "ids": seen(offer), "answered": "1", "reason": "So clear."}
    assert client.post(ASK, data=sent).status_code == 302


@pytest.mark.usefixtures("awarding")
def test_its_button_stands_where_it_may_be_taken(
    client: FlaskClient, cast: Cast, offer: RegularOffer
) -> None:
    sign_in(client, cast.root)
    assert "Award a rosette" in client.get(PAGE.format(offer.id)).text
    for nobody in (cast.vera, cast.audrey):
        sign_in(client, nobody)
        assert "Award a rosette" not in client.get(PAGE.format(offer.id)).text
    sign_in(client, cast.bella)
    assert "Award a rosette" not in client.get(f"/workbench/offer/details/?id={offer.id}").text


@pytest.mark.usefixtures("awarding")
def test_its_form_asks_before_anything_happens(
    client: FlaskClient, cast: Cast, offer: RegularOffer
) -> None:
    sign_in(client, cast.root)
    page = client.get(f"{ASK}?verb=award&ids={seen(offer)}").text
    assert "Laudation" in page
    sent = {"verb": "award", "ids": seen(offer), "answered": "1", "reason": " "}
    assert client.post(ASK, data=sent).status_code == 200
    assert rows(sa.select(RegularOffer.status)) == [OfferStatus.LISTED]


@pytest.mark.usefixtures("awarding")
def test_its_words_stand_in_the_history_and_in_the_audit(
    client: FlaskClient, cast: Cast, offer: RegularOffer
) -> None:
    award(client, cast, offer)
    event = rows(sa.select(Event).where(Event.name == "award"))[0]
    assert (event.source, event.target, event.reason) == ("listed", "delisted", "So clear.")
    assert event.changes == {"remark": "with gold"}
    assert rows(sa.select(RegularOffer.status)) == [OfferStatus.DELISTED]
    for page in (PAGE.format(offer.id), "/admin/event/", f"/admin/event/details/?id={event.id}"):
        assert "Awarded a rosette" in client.get(page).text, page


@pytest.mark.usefixtures("awarding")
def test_its_mail_and_its_bell_are_written_and_read(
    client: FlaskClient, cast: Cast, offer: RegularOffer
) -> None:
    award(client, cast, offer)
    mail = rows(sa.select(Mail).where(Mail.template == "offer_awarded"))[0]
    assert mail.recipient == "bella@example.com"
    words = outbox.render(mail)
    assert words.subject == "A trademark was awarded a rosette"
    assert "Bridge Law may put a rosette beside A trademark. So clear." in words.text
    sign_in(client, cast.bella)
    bells = client.get("/account/notices").text
    assert re.search(r"A trademark was awarded a rosette", bells)


@pytest.mark.usefixtures("awarding")
def test_who_mutes_its_kind_has_the_bell_alone(
    client: FlaskClient, cast: Cast, offer: RegularOffer
) -> None:
    db.session.add(MutedNotice(user_id=cast.bella.id, kind=NoticeKind.PRODUCT))
    db.session.commit()
    award(client, cast, offer)
    assert rows(sa.select(Mail).where(Mail.template == "offer_awarded")) == []
    told = sa.select(Notification.user_id).where(Notification.template == "offer_awarded")
    assert rows(told) == [cast.bella.id]


@pytest.mark.usefixtures("awarding")
def test_it_stands_in_the_documentation() -> None:
    row = next(line for line in workflow_docs.page().splitlines() if "**award**" in line)
    assert row == (
        "| **award**: Award a rosette | Awarded a rosette | listed | delisted "
        "| holds the duty people | AwardForm | owner (`offer_awarded`, muted as product) |"
    )
