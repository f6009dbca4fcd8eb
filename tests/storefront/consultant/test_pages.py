"""The public directory of consultants: who stands in it, what it shows, pictures."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from PIL import Image

import uploads
from core.clock import frozen
from core.database import db
from models import (
    Affiliation,
    AttachmentKind,
    Consultant,
    Institution,
    Mail,
    Notification,
    Qualification,
)
from tests.admin_views.workbench.test_consultants import his, lins
from tests.support.application import rows, sign_in
from tests.support.cast import Cast
from workflows import engine
from workflows.consultant.expiry import warn

MORNING = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


def lin(cast: Cast) -> Consultant:
    return db.session.get_one(Consultant, lins(cast).consultant_id)


def qualified(cast: Cast, until: date | None, name: str = "Licence to practise") -> Qualification:
    row = Qualification(consultant_id=lin(cast).id, name=name, number="L-42", valid_until=until)
    db.session.add(row)
    db.session.commit()
    return row


def pictured(cast: Cast) -> None:
    out = io.BytesIO()
    Image.new("RGB", (800, 400), "teal").save(out, "PNG")
    upload = uploads.check(out.getvalue(), "me.png")
    uploads.attach(lin(cast), AttachmentKind.PHOTO, upload, cast.lin)
    db.session.commit()


def unlink(cast: Cast) -> None:
    engine.perform(Affiliation, "unlink", [lins(cast).id], cast.bella, hand_over_to=0)
    db.session.commit()


def test_the_directory_names_him_with_his_institution(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/consultants").text
    assert "Lin" in page
    assert "Bridge Law" in page
    assert f'href="/consultants/{lin(cast).id}"' in page
    assert "Lin" in client.get("/consultants?category=law").text
    assert "Contracts and disputes." not in client.get("/consultants?category=tax").text
    assert "Contracts and disputes." not in client.get("/consultants?q=nobodycalledthis").text
    for odd in ("page=-1", "page=99999999999999999999", "category=x'", "q=%00", "page=abc"):
        assert client.get(f"/consultants?{odd}").status_code == 200


def test_the_fields_count_who_is_public(client: FlaskClient, cast: Cast) -> None:
    def count(address: str, slug: str) -> str:
        page = client.get(address).text
        found = re.search(rf'category={slug}[^>]*>[^<]*<span class="way-count">(\d+)', page)
        return found[1] if found else ""

    assert (count("/consultants", "law"), count("/consultants", "tax")) == ("1", "0")
    assert count("/consultants?category=law", "law") == "1"
    unlink(cast)
    assert count("/consultants", "law") == "0"


@pytest.mark.parametrize(
    ("who", "asks"),
    [("lin", False), ("bella", False), ("stan", False), ("ann", True), ("rita", True), ("", True)],
)
def test_who_stands_for_the_institution_is_offered_no_demand_to_it(
    client: FlaskClient, cast: Cast, who: str, asks: bool
) -> None:
    id, firm = lin(cast).id, cast.bridge.id
    visitor = sign_in(client, getattr(cast, who)) if who else client
    for page, link in (
        (f"/consultants/{id}", f"/demands/new?consultant={id}"),
        (f"/institutions/{firm}", f"/demands/new?institution={firm}"),
    ):
        assert (link in visitor.get(page).text) is asks, page


def test_his_page_shows_contacts_only_where_he_agreed(client: FlaskClient, cast: Cast) -> None:
    id = lin(cast).id
    page = client.get(f"/consultants/{id}").text
    assert "Contracts and disputes." in page
    assert "lin@example.com" not in page
    assert "13700002222" not in page
    assert f"/demands/new?consultant={id}" in page
    row = db.session.get_one(Consultant, id)
    row.publishes_mobile = True
    db.session.commit()
    page = client.get(f"/consultants/{id}").text
    assert "13700002222" in page
    assert "lin@example.com" not in page


def test_he_stands_on_his_institution_s_page(client: FlaskClient, cast: Cast) -> None:
    id = lin(cast).id
    assert f"/consultants/{id}" in client.get(f"/institutions/{cast.bridge.id}").text
    assert f"/consultants/{id}" not in client.get(f"/institutions/{cast.rival.id}").text


def test_unlinked_his_page_shows_no_institution(client: FlaskClient, cast: Cast) -> None:
    row = lin(cast)
    row.publishes_mobile = True
    id, bridge = row.id, cast.bridge.id
    db.session.commit()
    unlink(cast)
    page = client.get(f"/consultants/{id}")
    assert page.status_code == 200
    assert "Bridge Law" not in page.text
    assert "/demands/new?" not in page.text
    assert "13700002222" not in page.text
    assert f"/consultants/{id}" not in client.get("/consultants").text
    assert f"/consultants/{id}" not in client.get(f"/institutions/{bridge}").text


def test_a_suspended_institution_s_consultant_is_not_in_the_directory(
    client: FlaskClient, cast: Cast
) -> None:
    id = lin(cast).id
    pictured(cast)
    engine.perform(Institution, "suspend", [cast.bridge.id], cast.root, reason="A complaint.")
    db.session.commit()
    assert f"/consultants/{id}" not in client.get("/consultants").text
    assert "Bridge Law" not in client.get(f"/consultants/{id}").text
    assert client.get(f"/consultants/{id}/photo").status_code == 404


def test_withdrawn_and_unknown_are_not_there(client: FlaskClient, cast: Cast) -> None:
    id = lin(cast).id
    engine.perform(Consultant, "withdraw", [id], cast.root, reason="Disbarred.")
    db.session.commit()
    for gone in (id, 0, 99999):
        assert client.get(f"/consultants/{gone}").status_code == 404


def test_an_expired_qualification_is_marked(client: FlaskClient, cast: Cast) -> None:
    qualified(cast, date(2026, 11, 22), "Licence of old")
    qualified(cast, date(2026, 11, 23), "Licence of today")
    id = lin(cast).id
    with frozen(MORNING):
        page = client.get(f"/consultants/{id}").text
    assert page.count("mark-bad") == 1
    assert "Licence of old" in page
    assert "L-42" not in page


def test_a_picture_is_drawn_anew_and_kept_for_minutes(client: FlaskClient, cast: Cast) -> None:
    id = lin(cast).id
    assert client.get(f"/consultants/{id}/photo").status_code == 404
    pictured(cast)
    assert f"/consultants/{id}/photo?v=" in client.get(f"/consultants/{id}").text
    reply = client.get(f"/consultants/{id}/photo")
    assert (reply.status_code, reply.mimetype) == (200, "image/jpeg")
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Cache-Control"] == "private, max-age=300"  # in nobody else's cache
    with Image.open(io.BytesIO(reply.data)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (320, 320))
    again = client.get(f"/consultants/{id}/photo", headers={"If-None-Match": reply.headers["ETag"]})
    assert again.status_code == 304
    unlink(cast)
    assert client.get(f"/consultants/{id}/photo").status_code == 404


def test_warnings_30_and_7_days_before_once_each(cast: Cast) -> None:
    row = qualified(cast, date(2026, 12, 23))
    id = row.id
    days = {22: 0, 23: 1, 24: 0}  # of November: 31, 30 and 29 days before
    for day, count in days.items():
        assert warn(datetime(2026, 11, day, 1, tzinfo=UTC)) == count, day
    assert warn(datetime(2026, 12, 15, 1, tzinfo=UTC)) == 0
    assert warn(datetime(2026, 12, 16, 1, tzinfo=UTC)) == 1
    assert warn(datetime(2026, 12, 20, 1, tzinfo=UTC)) == 0
    assert warn(datetime(2026, 12, 24, 1, tzinfo=UTC)) == 0
    told = sorted(one.recipient for one in rows(db.select(Mail)))
    assert told == ["lin@example.com"] * 2 + ["reserved-bridge@example.com"] * 2
    assert {one.user_id for one in rows(db.select(Notification))} == {
        cast.lin.id, cast.bella.id, cast.stan.id,
    }  # fmt: skip
    renewed = db.session.get_one(Qualification, id)
    renewed.valid_until = date(2027, 1, 10)
    db.session.commit()
    assert warn(datetime(2026, 12, 20, 1, tzinfo=UTC)) == 1


@pytest.mark.parametrize("until", [None, date(2026, 11, 22), date(2027, 11, 22)])
def test_no_warning_of_what_is_over_or_far(cast: Cast, until: date | None) -> None:
    qualified(cast, until)
    assert warn(MORNING) == 0


def test_seen_late_only_the_nearest_warning_goes_out(cast: Cast) -> None:
    qualified(cast, date(2026, 11, 27))
    assert warn(MORNING) == 1
    assert {one.context["left"] for one in rows(db.select(Mail))} == {4}


def test_he_sees_himself_and_leaves(client: FlaskClient, cast: Cast) -> None:
    demand, link = his(cast, title="A lease"), lins(cast).id
    id, number = demand.id, demand.number
    page = sign_in(client, cast.lin).get("/workbench/speaker/").text
    assert "Contracts and disputes." in page
    assert f"{number} A lease" in client.get("/workbench/speaker/leave/").text
    assert client.post("/workbench/speaker/leave/", data={"reason": "A new job."}).location == "/"
    (row,) = rows(db.select(Affiliation).where(Affiliation.id == link))
    assert (row.status, row.reason) == ("unlinked", "A new job.")
    told = {(one.template, one.recipient) for one in rows(db.select(Mail))}
    assert ("consultant_left", "reserved-bridge@example.com") in told
    assert ("demand_handed_over", "ann@example.com") in told
    assert sign_in(client, cast.lin).get(f"/workbench/demand/details/?id={id}").status_code == 403
    assert client.post("/workbench/speaker/leave/", data={}).status_code == 403
