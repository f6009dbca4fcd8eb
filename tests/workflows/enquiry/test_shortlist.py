"""The administrator's shortlist among many institutions: the search, the load, who is offered."""

from __future__ import annotations

from flask.testing import FlaskClient

from core.database import db
from models import EnquiryCandidate
from tests.support.application import rows, sign_in
from tests.support.cast import Cast
from tests.workflows.enquiry.test_enquiries import ask, firms, take
from workflows.enquiry.suggestions import suggestions


def test_a_place_on_another_shortlist_weighs_like_a_demand_until_it_is_over(cast: Cast) -> None:
    busy, free = firms(cast, 2)
    other, row = ask(cast), ask(cast)
    db.session.commit()
    take(other, "shortlist", cast.root, institution_ids=[busy])
    assert {one.id: one.load for one in suggestions(row)} == {
        busy: 1, free: 0, cast.bridge.id: 0,
    }  # fmt: skip
    assert suggestions(row)[-1].id == busy
    assert {one.load for one in suggestions(other)} == {0}  # his own shortlist is no load
    take(other, "withdraw", cast.ann, reason="Found one.")
    assert {one.load for one in suggestions(row)} == {0}


def test_whoever_is_not_on_the_page_is_found_by_name(client: FlaskClient, cast: Cast) -> None:
    many = firms(cast, 69)
    row = ask(cast)
    db.session.commit()
    address = f"/admin/enquiry/ask/?verb=shortlist&ids={row.id}:1"
    page = sign_in(client, cast.root).get(address).text
    assert page.count('name="institution_ids"') == 63  # sixty, and the suggested, which are ticked
    left_out = [id for id in many if f'value="{id}"' not in page]
    assert "另有8家未列出" in page  # 69, bridge and rival, less 63
    number = many.index(left_out[-1])
    looked = {"verb": "shortlist", "ids": f"{row.id}:1", "answered": "1", "look": "1",
              "institution_ids": [many[0]], "name_like": f" ｆirm {number} "}  # fmt: skip
    page = client.post("/admin/enquiry/ask/", data=looked).text
    assert "field-error" not in page
    assert f'value="{left_out[-1]}"' in page
    ticked = page.partition(f'value="{many[0]}"')
    assert "checked" in ticked[0].rpartition("<input")[2]
    assert rows(EnquiryCandidate.__table__.select()) == []  # looking sends nothing
    sent = looked | {"look": "", "institution_ids": [many[0], left_out[-1]]}
    assert client.post("/admin/enquiry/ask/", data=sent).status_code == 302
    chosen = {one.institution_id for one in db.session.query(EnquiryCandidate)}
    assert chosen == {many[0], left_out[-1]}


def test_a_name_that_nobody_bears_leaves_what_is_ticked(client: FlaskClient, cast: Cast) -> None:
    row = ask(cast)
    db.session.commit()
    looked = {"verb": "shortlist", "ids": f"{row.id}:1", "answered": "1", "look": "1",
              "institution_ids": [cast.bridge.id], "name_like": "Nobody"}  # fmt: skip
    page = sign_in(client, cast.root).post("/admin/enquiry/ask/", data=looked).text
    assert page.count('name="institution_ids"') == 1
    assert "Bridge Law" in page
    assert 'value="Nobody"' in page
