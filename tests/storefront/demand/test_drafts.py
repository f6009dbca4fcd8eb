"""Drafts of demands: kept, continued, discarded; at most twenty; nobody else's."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

import access
from core.database import db
from models import Demand, DemandDraft, Enquiry, Institution
from tests.support.application import rows, sign_in
from tests.support.cast import Cast
from workflows import engine
from workflows.person.closing import close
from workflows.privacy.export import data_of


def typed(cast: Cast, **values: object) -> dict[str, object]:
    return {
        "institution": cast.bridge.id,
        "form_key": str(uuid.uuid4()),
        "title": "Half a thought",
        "category_id": cast.law.id,
        "description": "",
        "budget": "a lot",
        "contact_name": "Ann",
        "contact_phone": "",
        "contact_email": "ann@example.com",
        "action": "draft",
    } | values


WHOLE = {"description": "All of it.", "budget": "", "contact_phone": "13811112222",
         "consent": "y", "action": "post"}  # fmt: skip


def save(client: FlaskClient, cast: Cast, **values: object):
    return client.post("/demands/new", data=typed(cast, **values))


def test_what_was_typed_is_kept_as_it_was(client: FlaskClient, cast: Cast) -> None:
    assert save(sign_in(client, cast.ann), cast).status_code == 302
    draft = rows(sa.select(DemandDraft))[0]
    assert (draft.user_id, draft.kind, draft.target_id) == (
        cast.ann.id, "institution", cast.bridge.id,
    )  # fmt: skip
    assert draft.data["title"] == "Half a thought"
    assert "consent" not in draft.data
    address = f"/demands/new?institution={cast.bridge.id}&amp;draft={draft.id}"
    for page in ("/account/demands", "/account/", "/demands/new"):
        assert address in client.get(page).text, page
    page = client.get(address.replace("&amp;", "&")).text
    assert 'value="Half a thought"' in page
    assert 'value="a lot"' in page
    assert rows(sa.select(Demand)) == []


def test_a_continued_draft_is_changed_and_goes_with_the_post(
    client: FlaskClient, cast: Cast
) -> None:
    sign_in(client, cast.ann)
    save(client, cast)
    id = rows(sa.select(DemandDraft))[0].id
    save(client, cast, draft=id, title="A whole thought")
    assert [one.data["title"] for one in rows(sa.select(DemandDraft))] == ["A whole thought"]
    assert save(client, cast, draft=id, **WHOLE).location.endswith("/receipt")
    assert rows(sa.select(DemandDraft)) == []
    assert len(rows(sa.select(Demand))) == 1


def test_an_undirected_draft(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.ann)
    form = typed(cast, undirected="1")
    del form["institution"]
    assert client.post("/demands/new", data=form).status_code == 302
    draft = rows(sa.select(DemandDraft))[0]
    assert (draft.kind, draft.target_id) == ("undirected", None)
    page = client.get(f"/demands/new?undirected=1&draft={draft.id}").text
    assert 'value="Half a thought"' in page
    client.post("/demands/new", data=form | WHOLE | {"draft": draft.id})
    assert rows(sa.select(DemandDraft)) == []
    assert len(rows(sa.select(Enquiry))) == 1


def test_at_most_twenty(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.ann)
    for _ in range(20):
        assert save(client, cast).status_code == 302
    full = save(client, cast, title="One too many")
    assert full.status_code == 200
    assert "One too many" in full.text
    assert 'role="alert"' in full.text
    assert len(rows(sa.select(DemandDraft))) == 20
    id = rows(sa.select(DemandDraft))[0].id
    assert save(client, cast, draft=id, title="Changed").status_code == 302
    assert client.post(f"/account/drafts/{id}/discard").status_code == 302
    assert len(rows(sa.select(DemandDraft))) == 19


def test_a_draft_whose_target_closed_says_so_and_offers_another(
    client: FlaskClient, cast: Cast
) -> None:
    other = Institution.query.filter_by(id=cast.rival.id).one()
    other.categories = [cast.law]
    db.session.commit()
    sign_in(client, cast.ann)
    save(client, cast)
    id = rows(sa.select(DemandDraft))[0].id
    engine.perform(Institution, "suspend", [cast.bridge.id], cast.root, reason="A complaint.")
    db.session.commit()
    page = client.get(f"/demands/new?institution={cast.bridge.id}&draft={id}").text
    assert 'role="alert"' in page
    assert 'value="Half a thought"' in page
    assert f"/demands/new?institution={cast.rival.id}&amp;draft={id}" in page
    assert f"undirected=1&amp;draft={id}" in page
    moved = client.get(f"/demands/new?institution={cast.rival.id}&draft={id}").text
    assert 'value="Half a thought"' in moved
    save(client, cast, institution=cast.rival.id, draft=id)
    assert [one.target_id for one in rows(sa.select(DemandDraft))] == [cast.rival.id]


@pytest.mark.parametrize("person", ["otto", "bob", "root", "bella"])
def test_a_draft_is_its_writers_alone(client: FlaskClient, cast: Cast, person: str) -> None:
    save(sign_in(client, cast.ann), cast)
    id = rows(sa.select(DemandDraft))[0].id
    user = getattr(cast, person)
    assert rows(access.visible(user, DemandDraft)) == []
    sign_in(client, user)
    assert client.post(f"/account/drafts/{id}/discard").status_code == 404
    page = client.get(f"/demands/new?institution={cast.rival.id}&draft={id}").text
    assert "Half a thought" not in page
    assert len(rows(sa.select(DemandDraft))) == 1


def test_drafts_are_exported_and_erased(client: FlaskClient, cast: Cast) -> None:
    save(sign_in(client, cast.ann), cast)
    db.session.info.clear()
    assert data_of(cast.ann)["drafts"][0]["data"]["title"] == "Half a thought"
    close(cast.ann, "Gone.")
    db.session.commit()
    assert rows(sa.select(DemandDraft)) == []
