"""Every state has a name and a colour, and every setting a value."""

from __future__ import annotations

from enum import StrEnum

import pytest
from flask_babel import force_locale

import models
from content import settings
from core.database import db
from labels import LABELS, label, tone
from models import DemandStatus, Event, InstitutionStatus, InvitationStatus, SiteSetting
from workflows.engine import event_label, note

ENUMS = [
    kind
    for kind in vars(models).values()
    if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
]


@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_every_member_has_a_label(kind: type[StrEnum]) -> None:
    assert set(LABELS[kind]) == set(kind)


def test_equal_values_of_two_enums_are_named_apart(app) -> None:
    with force_locale("en"):
        assert str(label(DemandStatus.ACCEPTED)) == "Accepted"
        assert str(label(InvitationStatus.ACCEPTED)) == "Joined"
        assert str(label(DemandStatus.SUBMITTED)) == "New"
        assert str(label(InstitutionStatus.SUBMITTED)) == "Awaiting review"
    assert label(None) == "—"


def test_tones_say_who_has_to_act() -> None:
    assert tone(InstitutionStatus.SUBMITTED) == "waiting"
    assert tone(InstitutionStatus.CERTIFIED) == "good"
    assert tone(DemandStatus.DISPUTED) == "bad"
    assert tone(InstitutionStatus.DRAFT) == "quiet"
    assert tone(None) == "quiet"


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [
        ("institution", "approve", "Approved and certified"),  # on the transition's row
        ("association_membership", "admit", "Admitted to the association"),
        ("institution", "file_added", "File added"),  # of the vocabulary
        ("demand", "contact_revealed", "The institution looked at the contact"),
        ("catalogue_item", "import", "Catalogue imported"),  # there, for this kind alone
        ("park_enterprise", "import", "Register imported"),
        ("category", "retire", "Category retired"),
        ("catalogue_item", "retire", "Retired"),
        ("score_rule", "create", "Ranking rule added"),
        ("announcement", "create", "Was created"),
        ("user", "edit", "Changed"),
        ("demand", "of_long_ago", "of_long_ago"),  # no longer in any table
    ],
)
def test_an_event_has_words_in_the_past_tense(app, kind: str, name: str, words: str) -> None:
    with force_locale("en"):
        assert str(event_label(Event(subject_type=kind, name=name))) == words


def test_a_note_with_an_unknown_name_cannot_be_written(app, cast) -> None:
    with pytest.raises(ValueError, match="looked_at"):
        note(cast.bridge, "looked_at", cast.root)
    assert not db.session.new


def test_a_timeline_shows_what_happened_when_and_why(app, cast) -> None:
    event = Event(
        subject_type="demand",
        subject_id=1,
        name="decline",
        target="declined",
        reason="<b>no time</b>",
        at=cast.bridge.certified_at,
        actor=cast.bella,
    )
    page = app.jinja_env.from_string(
        '{% from "_macros.html" import timeline %}{{ timeline([event]) }}'
    )
    with app.test_request_context(), force_locale("en"):
        shown = page.render(event=event)
    assert "Declined by the institution" in shown
    assert "&lt;b&gt;no time&lt;/b&gt;" in shown
    assert "Bella" in shown


def test_settings_have_defaults_until_somebody_changes_them(app) -> None:
    with force_locale("en"):
        assert settings.get("platform_name") == "Enterprise Service Supermarket"
        assert settings.get("ordinary_may_post") is True
        db.session.add(SiteSetting(key="platform_name", value="Another name"))
        db.session.add(SiteSetting(key="ordinary_may_post", value=""))
        db.session.flush()
        assert settings.get("platform_name") == "Another name"
        assert settings.get("ordinary_may_post") is False
        held = settings.all_settings()
    assert held["platform_name"] == "Another name"
    assert held["postcode"] == "215123"
    with pytest.raises(KeyError):
        settings.get("no such setting")


def test_a_switch_is_stored_as_it_is_read() -> None:
    switch = settings.SETTINGS["ordinary_may_post"]
    assert switch.read(switch.write(True)) is True
    assert switch.read(switch.write(False)) is False


def test_the_contact_block_leaves_out_what_is_empty(app) -> None:
    db.session.add(SiteSetting(key="fax", value=""))
    db.session.flush()
    with force_locale("en"):
        names = [str(name) for name, _value in settings.contact_block()]
    assert names == [
        "Address",
        "Postcode",
        "Enquiries",
        "Hotline",
        "Enterprise service salon",
        "E-mail",
    ]
