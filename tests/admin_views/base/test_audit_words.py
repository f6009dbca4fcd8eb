"""The audit page names what changed in the words of the interface."""

from __future__ import annotations

import re

import pytest

from admin_views.base import journal_labels
from admin_views.platform.event import text
from core.database import db
from models import Affiliation, Event, EventName
from tests.support.application import sign_in
from tests.support.cast import Cast
from tests.support.transactions import drafted
from workflows import engine
from workflows.transaction.writing import write


def details_of(app, cast: Cast, event: Event) -> str:
    client = sign_in(app.test_client(), cast.root)
    return client.get(f"/admin/event/details/?id={event.id}").text


@pytest.mark.parametrize(
    ("kind", "changes", "shown", "hidden"),
    [
        (
            "institution",
            {"contact_mobile": ["13900001111", "13800002222"], "address": [None, "Park Road 2"]},
            ("139****1111 → 138****2222", "— → Park Road 2", "手机", "地址"),
            ("contact_mobile", "13900001111", "13800002222"),
        ),
        ("user", {"role": [None, "reviewer"]}, ("平台角色", "审核员"), ("role:", "reviewer")),
        ("institution", {"staff": [None, "Stan"]}, ("同事", "Stan"), ("staff:",)),
        ("site_setting", {"icp_number": ["", "ICP 1"]}, ("ICP",), ("icp_number",)),
    ],
)
def test_columns_have_their_label(app, cast: Cast, kind, changes, shown, hidden) -> None:
    event = Event(subject_type=kind, subject_id=cast.bridge.id, name="edit", changes=changes)
    db.session.add(event)
    db.session.commit()
    page = details_of(app, cast, event)
    panel = page[page.index("<main") :]
    for words in shown:
        assert words in panel, words
    for words in hidden:
        assert words not in panel, words


def test_everything_with_a_life_has_a_name(app) -> None:
    unnamed = {one.kind for one in engine.PROCESSES.values()} - set(text.THINGS)
    assert unnamed == set()
    pages = {page for _words, page in text.THINGS.values() if page}
    assert {page for page in pages if f"{page}.details_view" not in app.view_functions} == set()


# never written by a person, or never shown: tokens, keys, files, the machinery of mails
UNSAID = {
    *("form_key", "token_hash", "salt", "password", "fs_uniquifier", "message_id", "dropped_files"),
    *("consented_at", "opened_at", "reminded_at", "asked_at", "reminders", "replied_at"),
    "appeal_decided_at",
    "code_hash",
    # of the second factor: what goes on record of it are events of their own
    *("tf_primary_method", "tf_totp_secret", "tf_last_counter", "mf_recovery_codes"),
    "fs_webauthn_user_handle",
}
MACHINERY = {"proposal", "mail", "site_setting", "attachment"}


def test_every_column_that_can_change_has_a_chinese_label(app) -> None:
    raw = []
    with app.test_request_context():
        for kind in set(text.THINGS) - MACHINERY:
            for column in journal_labels.model_of(kind).__table__.c:
                label = str(journal_labels.label_of(kind, column.key))
                if column.key not in UNSAID and not re.search("[\u4e00-\u9fff]", label):
                    raw.append(f"{kind}.{column.key}: {label}")
    assert raw == []


def squeezed(page: str) -> str:
    return re.sub(r"<[^>]+>|\s", "", page)


def test_an_edited_deal_names_what_its_ids_stand_for(app, cast: Cast) -> None:
    deal = drafted(cast, category_id=None)
    lin = db.session.scalars(
        db.select(Affiliation).filter_by(institution_id=cast.bridge.id)
    ).first()
    write(deal, cast.bella, {"category_id": cast.law.id, "affiliation_id": lin.id, "amount": 900})
    db.session.commit()
    edits = db.select(Event).filter_by(subject_type="transaction", name="edit")
    event = db.session.scalars(edits.order_by(Event.id.desc())).first()
    client = sign_in(app.test_client(), cast.bella)
    own = client.get(f"/workbench/transaction/details/?id={deal.id}").text
    arrows = (f"—→{cast.law.name}", f"—→{lin.consultant.name}", "¥12,000.00→¥900.00")
    for page in (own, details_of(app, cast, event)):
        for words in (*arrows, "服务类别", "服务顾问"):
            assert squeezed(words) in squeezed(page), words


def test_what_came_or_went_is_put_down_without_an_arrow(app, cast: Cast) -> None:
    engine.note(cast.bridge, EventName.STAFF_JOINED, cast.root, changes={"staff": [None, "Stan"]})
    db.session.commit()
    event = db.session.scalars(db.select(Event).filter_by(name="staff_joined")).one()
    page = re.sub(r"\s", "", details_of(app, cast, event))
    assert "同事:Stan" in page
