"""View-as: half an hour, reading only, never as staff, on record and told to the person.

Seen before: to see what an institution sees, an administrator asked for its password.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from core import clock
from core.database import db
from models import AttachmentKind, Demand, DemandStatus, Duty, Event, Notification, User, ViewAs
from tests.support.application import rows
from tests.support.applying import english, forget, post, see
from tests.support.back_office import demand
from tests.support.cast import Cast
from tests.support.staff import holder
from uploads.attachments import attach
from uploads.checks import Upload
from workflows.person import roles

START = "/admin/user/view-as/"
BANNER = "You are looking at the product as"


def look(client: Any, cast: Cast, user: User) -> Any:
    english(client, cast.root)
    answer = post(client, START, id=user.id, reason="They telephoned")
    forget()
    return answer


def test_an_administrator_sees_what_the_person_sees_and_no_more(client: Any, cast: Cast) -> None:
    asked = demand(cast.ann, cast.bridge, "Contract of Ann")
    foreign = demand(cast.ann, cast.rival, "For the rival")
    look(client, cast, cast.bella)
    page = see(client, "/workbench/demand/").text
    assert BANNER in page
    assert "End the view" in page
    assert "Contract of Ann" in page
    assert "For the rival" not in page
    assert see(client, f"/workbench/demand/details/?id={asked.id}").status_code == 200
    assert see(client, f"/workbench/demand/details/?id={foreign.id}").status_code == 404
    assert see(client, "/admin/").status_code == 403  # the row guard is the person's, too
    assert BANNER in see(client, "/").text
    assert BANNER in see(client, "/nowhere").text


def test_it_leaves_no_trace_of_a_look(client: Any, cast: Cast) -> None:
    """To open a demand marks it as read, and to open a notice that too: not for who looks on."""
    asked = demand(cast.ann, cast.bridge, "Contract of Ann", status=DemandStatus.SUBMITTED)
    state = sa.select(Demand.status).filter_by(id=asked.id)
    unread = sa.select(Notification.id).filter_by(user_id=cast.bella.id, read_at=None)
    on_record = sa.select(Event).filter_by(subject_type="demand")
    path = f"/workbench/demand/details/?id={asked.id}"
    look(client, cast, cast.bella)
    (told,) = rows(unread)
    assert see(client, path).status_code == 200
    see(client, f"/account/notices/{told}")
    db.session.expire_all()
    assert (rows(state), rows(unread), rows(on_record)) == ([DemandStatus.SUBMITTED], [told], [])
    english(client, cast.bella)  # with herself both are noted
    see(client, path)
    see(client, f"/account/notices/{told}")
    db.session.expire_all()
    assert (rows(state), rows(unread)) == ([DemandStatus.READ], [])


@pytest.mark.parametrize(
    "path",
    ["/account/profile", "/account/notices/read", "/workbench/profile/", "/demands/new"],
)
def test_nothing_is_changed(client: Any, cast: Cast, path: str) -> None:
    look(client, cast, cast.bella)
    answer = post(client, path, name="Changed")
    assert answer.status_code == 403
    assert "you can read, and change nothing" in answer.text
    assert cast.bella.name == "Bella"


@pytest.mark.parametrize("path", ["/account/data", "/account/security", "/change", "/tf-setup"])
def test_secrets_stay_the_owner_s(client: Any, cast: Cast, path: str) -> None:
    look(client, cast, cast.bella)
    answer = see(client, path)
    assert answer.status_code == 403
    assert "for the owner of the account alone" in answer.text


def test_it_is_on_record_and_told(client: Any, cast: Cast) -> None:
    look(client, cast, cast.bella)
    post(client, "/view-as/end")
    forget()
    assert see(client, "/admin/").status_code == 200  # as oneself again
    events = rows(sa.select(Event).filter_by(subject_type="user", subject_id=cast.bella.id))
    assert [(e.name, e.actor_id, e.reason) for e in events] == [
        ("view_as", cast.root.id, "They telephoned"),
        ("view_as_ended", cast.root.id, None),
    ]
    english(client, cast.bella)
    page = see(client, "/account/sign-ins").text
    assert "Root of the platform" in page
    assert "They telephoned" in page
    assert "looked at your pages as you" in see(client, "/account/notices").text


@pytest.mark.parametrize("name", ["vera", "audrey", "root"])
def test_never_as_staff(client: Any, cast: Cast, name: str) -> None:
    look(client, cast, getattr(cast, name))
    assert rows(sa.select(ViewAs)) == []
    assert BANNER not in see(client, "/account/").text


@pytest.mark.parametrize("name", ["vera", "audrey", "ann", "bella"])
def test_nobody_else_may(client: Any, cast: Cast, name: str) -> None:
    english(client, getattr(cast, name))
    assert post(client, START, id=cast.otto.id, reason="x").status_code == 403
    assert rows(sa.select(ViewAs)) == []


def test_without_a_reason_it_does_not_begin(client: Any, cast: Cast) -> None:
    english(client, cast.root)
    answer = post(client, START, id=cast.otto.id, reason=" ")
    assert "Please fill this in." in answer.text
    assert "Otto" in answer.text
    assert rows(sa.select(ViewAs)) == []


def test_it_ends_after_half_an_hour(client: Any, cast: Cast) -> None:
    look(client, cast, cast.bella)
    (row,) = rows(sa.select(ViewAs))
    assert row.until - row.at < timedelta(minutes=30, seconds=1)
    row.until = clock.now() - timedelta(seconds=1)
    db.session.commit()
    page = see(client, "/account/")
    assert BANNER not in page.text
    assert "The view as somebody else has ended." in page.text


@pytest.mark.parametrize("change", ["duty", "staff", "disabled"])
def test_it_ends_with_what_allowed_it(client: Any, cast: Cast, change: str) -> None:
    keeper = holder(Duty.PEOPLE)
    english(client, keeper)
    post(client, START, id=cast.otto.id, reason="x")
    forget()
    assert BANNER in see(client, "/account/").text
    if change == "duty":
        keeper.custom_role.held[0].duty = Duty.CONTENT
    elif change == "staff":
        cast.otto.role = cast.audrey.role
    else:
        roles.disable(cast.otto, cast.root)
    db.session.commit()
    forget()
    assert BANNER not in see(client, "/account/").text


def test_who_looks_on_can_sign_out(client: Any, cast: Cast) -> None:
    """Seen: 403, so that the session stayed open where somebody had to leave their desk."""
    look(client, cast, cast.bella)
    answer = post(client, "/logout")
    assert answer.status_code == 302
    forget()
    assert see(client, "/account/").status_code == 302


def test_a_scan_that_who_looks_on_downloads_is_on_record(client: Any, cast: Cast) -> None:
    """Seen: the event was undone with the rest, so that a licence left the house unnoticed."""
    pdf = b"%PDF-1.4\n%%EOF\n"
    scan = attach(
        cast.bridge, AttachmentKind.LICENCE, Upload(pdf, "application/pdf", "l.pdf"), cast.bella
    )
    db.session.commit()
    id = scan.id
    look(client, cast, cast.bella)
    assert see(client, f"/attachments/{id}").status_code == 200
    downloads = sa.select(Event.actor_id, Event.subject_id).filter_by(name="download")
    assert db.session.execute(downloads).all() == [(cast.root.id, id)]
    assert BANNER in see(client, "/account/").text  # and what pages write is still undone
