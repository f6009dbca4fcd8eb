"""The profile of a certified institution: at once, or beside the public version until reviewed."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

import uploads
from core.database import db
from models import (
    Attachment,
    AttachmentKind,
    Category,
    Institution,
    Mail,
    ProfileChange,
    ProfileChangeStatus,
)
from tests.support.applying import PDF, english, forget, see
from workflows import engine
from workflows.institution import forms as institution_forms
from workflows.institution import rules as institution_rules
from workflows.profile_change import rules as profile_change_rules
from workflows.profile_change import writing

S = ProfileChangeStatus
NEW_CODE = "31320000MD0000009K"


def propose(cast, **changes) -> ProfileChange:
    values = {"name": "Bridge & Partners", "credit_code": cast.bridge.credit_code, **changes}
    change = writing.propose(cast.bridge, cast.bella, **values)
    db.session.commit()
    return change


def decide(verb: str, change: ProfileChange, actor, **answers):
    outcome = engine.perform(ProfileChange, verb, [change.id], actor, **answers)
    db.session.commit()
    return outcome


def told(template: str) -> list[str]:
    return sorted(m.recipient for m in db.session.query(Mail).filter_by(template=template))


def test_the_certified_version_stays_public_until_the_change_is_approved(app, cast):
    change = propose(cast, credit_code=NEW_CODE)
    assert cast.bridge.name == "Bridge Law"
    assert told("profile_change_waiting") == ["root@example.com", "vera@example.com"]
    assert profile_change_rules.open_change(cast.bridge).id == change.id
    assert decide("approve", change, cast.vera).done == [change.id]
    row = db.session.get(Institution, change.institution_id)
    assert (row.name, row.credit_code) == ("Bridge & Partners", NEW_CODE)
    assert told("profile_change_approved") == ["bella@example.com", "reserved-bridge@example.com"]
    edit = next(e for e in engine.history(row) if e.name == "edit")
    assert edit.actor.name == "Vera"
    assert edit.changes["name"] == ["Bridge Law", "Bridge & Partners"]


def test_a_new_licence_takes_the_place_of_the_old_which_stays_on_record(app, cast):
    upload = uploads.check(PDF, "old.pdf")
    uploads.attach(cast.bridge, AttachmentKind.LICENCE, upload, cast.bella)
    change = propose(cast, name="Bridge Law", new_licence=True)
    upload = uploads.check(PDF, "new.pdf")
    uploads.attach(change, AttachmentKind.PROPOSED_LICENCE, upload, cast.bella)
    db.session.commit()
    assert [f.filename for f in uploads.files_of(cast.bridge)] == ["old.pdf"]
    decide("approve", change, cast.vera)
    db.session.expire_all()
    assert [(f.filename, f.kind) for f in uploads.files_of(cast.bridge)] == [
        ("new.pdf", AttachmentKind.LICENCE)
    ]
    assert [(f.filename, f.kind) for f in uploads.files_of(change)] == [
        ("old.pdf", AttachmentKind.LICENCE)
    ]


def test_a_proposed_licence_is_for_the_institution_and_the_staff(client, cast):
    change = propose(cast)
    kind = AttachmentKind.PROPOSED_LICENCE
    file = uploads.attach(change, kind, uploads.check(PDF, "new.pdf"), cast.bella)
    db.session.commit()
    for name, status in {"bella": 200, "stan": 200, "vera": 200, "rita": 404, "ann": 404}.items():
        answer = see(english(client, getattr(cast, name)), f"/attachments/{file.id}")
        assert answer.status_code == status, name
        forget()


def test_rejected_and_withdrawn_changes_leave_everything_as_it_was(app, cast):
    change = propose(cast)
    assert decide("reject", change, cast.vera, reason="Show the new licence.").done
    assert told("profile_change_rejected") == ["bella@example.com", "reserved-bridge@example.com"]
    assert change.reason == "Show the new licence."
    second = propose(cast)
    assert decide("withdraw", second, cast.rita).missing == [second.id]
    assert str(decide("withdraw", second, cast.vera).refused[second.id]) == str(engine.NOT_YOURS)
    assert decide("withdraw", second, cast.bella).done == [second.id]
    assert cast.bridge.name == "Bridge Law"
    assert db.session.query(Attachment).count() == 0


def test_why_a_change_cannot_be_proposed(app, cast):
    with pytest.raises(ValueError, match=str(profile_change_rules.NOTHING_NEW)):
        propose(cast, name="Bridge Law")
    with pytest.raises(ValueError, match=str(institution_rules.CODE_TAKEN)):
        propose(cast, credit_code=cast.rival.credit_code)
    propose(cast)
    with pytest.raises(ValueError, match=str(profile_change_rules.WAITING_ALREADY)):
        propose(cast, name="Bridge Once More")
    for stranger in (cast.stan, cast.rita, cast.vera):
        with pytest.raises(PermissionError):
            writing.propose(cast.bridge, stranger, name="Mine", credit_code=cast.bridge.credit_code)


def test_a_code_that_was_taken_meanwhile_is_refused_at_the_approval(app, cast):
    change = propose(cast, credit_code=NEW_CODE)
    cast.waiting.credit_code = NEW_CODE
    db.session.commit()
    outcome = decide("approve", change, cast.vera)
    assert str(outcome.refused[change.id]) == str(institution_rules.CODE_TAKEN)
    assert change.status is S.SUBMITTED


def form_of(cast, **changes) -> institution_forms.ProfileForm:
    shown = institution_forms.profile_form(None, cast.bridge)
    values = {
        name: str(shown[name].data or "")
        for name in shown.data
        if name not in ("categories", "version")
    }
    sent = {**values, "categories": str(cast.law.id), "version": str(cast.bridge.version)}
    return institution_forms.profile_form(MultiDict({**sent, **changes}), cast.bridge)


def test_the_other_fields_change_at_once_and_on_record(app, cast):
    with app.test_request_context():
        tax = db.session.query(Category).filter_by(slug="tax").one()
        form = form_of(
            cast,
            address="Park Road 2",
            categories=str(tax.id),
            contact_phone="400-820-8820",
            staff_count="４０",
        )
        assert form.validate(), form.errors
        changes = writing.update_profile(cast.bridge, cast.bella, form.values(), seen=form.seen())
    db.session.commit()
    assert changes == {
        "address": ["Park Road 1", "Park Road 2"],
        "categories": [["法律服务"], ["财税服务"]],
        "contact_phone": ["0512-67068048", "400-820-8820"],
        "staff_count": [None, 40],
    }
    assert [c.slug for c in cast.bridge.categories] == ["tax"]
    assert engine.history(cast.bridge)[-1].actor.name == "Bella"


def test_the_profile_is_not_emptied_and_not_overwritten_unseen(app, cast):
    with app.test_request_context():
        bad = form_of(cast, address="", website="ftp://x.example", categories="")
        assert not bad.validate()
        assert set(bad.errors) == {"address", "website", "categories"}
        stale = form_of(cast, address="Park Road 3", version="0")
        assert stale.validate()
        with pytest.raises(ValueError, match=str(engine.CHANGED)):
            writing.update_profile(cast.bridge, cast.bella, stale.values(), seen=stale.seen())
        for stranger in (cast.stan, cast.rita, cast.vera):
            with pytest.raises(PermissionError):
                writing.update_profile(cast.bridge, stranger, {"address": "x"})
        with pytest.raises(PermissionError):  # what was certified goes another way
            writing.update_profile(cast.bridge, cast.bella, {"name": "Other"})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("lake.example", "https://lake.example"),
        ("http://lake.example/a?b=c", "http://lake.example/a?b=c"),
        ("https://律师.example", "https://律师.example"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("ftp://lake.example", None),
        ("https://good@evil.example", None),
        ("https://", None),
        ("https://[", None),
        ("//lake.example", None),
    ],
)
def test_web_addresses(app, cast, typed, kept):
    with app.test_request_context():
        form = form_of(cast, website=typed)
        assert form.validate() is (kept is not None)
        if kept:
            assert form.values()["website"] == kept
