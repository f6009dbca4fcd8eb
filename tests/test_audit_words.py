"""The audit page names what changed in the words of the interface."""

from __future__ import annotations

import pytest

from admin_views.platform import event_words
from database import db
from models import Event
from tests.cast import Cast
from tests.support import sign_in
from workflows import engine


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
    unnamed = {one.kind for one in engine.PROCESSES.values()} - set(event_words.THINGS)
    assert unnamed == set()
    pages = {page for _words, page in event_words.THINGS.values() if page}
    assert {page for page in pages if f"{page}.details_view" not in app.view_functions} == set()
