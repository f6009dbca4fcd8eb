"""A step on rows needs the version that was looked at: without it nothing is done.

Seen: an approval whose form named a row without a version skipped the check for a row that somebody
had changed meanwhile, so what was approved was what nobody had read.
"""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from content import setting_changes
from core.database import db
from models import Demand, DemandStatus, Duty, Institution, Proposal, Review, ReviewStatus, Task
from models import InstitutionStatus as S
from tests.support.application import forget, rows
from tests.support.applying import english, post, see
from tests.support.back_office import handed_in
from tests.support.cast import Cast
from tests.support.demands import post_demand
from tests.support.html_forms import forms_of
from tests.support.platform import ASK, another, institution, seen
from tests.support.reviews import THEY_RATE, WE_RATE, opened, published
from tests.support.staff import holder
from tests.support.tasks import counts, reasons, work_later
from worker import tasks
from workflows import engine

UNSEEN = "The form did not say which version was looked at, so nothing was done."
CHANGED = "Changed meanwhile. Look at the new version first."
REASON = "No licence at all."
REJECT = {"verb": "reject", "answered": "1", "reason": REASON}
APPROVE = {"verb": "approve", "answered": "1", "association": "later"}


@pytest.fixture
def vera(client: FlaskClient, cast: Cast) -> FlaskClient:
    return english(client, cast.vera)


def press(client: FlaskClient, page: TestResponse, path: str, **typed: Any) -> TestResponse:
    """Send the form of a page that asks, as it stands there."""
    (form,) = [one for one in forms_of(page.text) if {"answered", "version"} & {*dict(one.fields)}]
    assert form.action.startswith(path)
    return post(client, form.action, **(dict(form.fields) | typed))


def state(key: int) -> S:
    return institution(key).status


def changed(key: int, cast: Cast) -> None:
    """Somebody writes another address into the row."""
    engine.edit(institution(key), cast.sue, {"address": "Road 2"})
    db.session.commit()
    forget()


# --- the back offices ---


def test_one_row_without_a_version_is_shown_and_not_decided(vera, cast):
    key = cast.waiting.id
    page = post(vera, ASK, ids=str(key), **REJECT)
    assert page.status_code == 200
    assert UNSEEN in page.text
    assert REASON in page.text
    assert f'name="ids" value="{seen(institution(key))}"' in page.text
    assert state(key) is S.SUBMITTED
    assert press(vera, page, ASK, reason=REASON).status_code == 302
    assert state(key) is S.REJECTED


@pytest.mark.parametrize("named", ["ids", "pick"])
def test_many_rows_without_a_version_are_not_approved(vera, cast, named):
    keys = [cast.waiting.id, another(cast, "Second").id]
    sent = {"ids": ",".join(map(str, keys))} if named == "ids" else {"pick": list(map(str, keys))}
    page = post(vera, ASK, **APPROVE, **sent)
    assert UNSEEN in page.text
    assert "Second" in page.text
    assert [state(key) for key in keys] == [S.SUBMITTED, S.SUBMITTED]
    press(vera, page, ASK, association="later")
    assert [state(key) for key in keys] == [S.CERTIFIED, S.CERTIFIED]


def test_one_row_without_a_version_holds_up_the_others(vera, cast):
    first, second = cast.waiting.id, another(cast, "Second").id
    page = post(vera, ASK, ids=f"{first}:1,{second}", **APPROVE)
    assert UNSEEN in page.text
    assert {state(first), state(second)} == {S.SUBMITTED}


def test_the_version_that_was_said_is_not_made_newer_by_the_page(vera, cast):
    """Of two rows one was looked at, and changed since: it is refused, the other one is done."""
    first, second = cast.waiting.id, another(cast, "Second").id
    changed(first, cast)
    page = post(vera, ASK, ids=f"{first}:1,{second}", **APPROVE)
    answer = press(vera, page, ASK, association="later")
    told = see(vera, answer.location).text
    assert "1 done." in told
    assert CHANGED in told
    assert (state(first), state(second)) == (S.SUBMITTED, S.CERTIFIED)


def test_a_stale_version_is_refused_row_by_row(vera, cast):
    keys = handed_in(cast, 3)
    changed(keys[1], cast)
    answer = post(vera, ASK, ids=",".join(f"{key}:1" for key in keys), from_list="1", **REJECT)
    told = see(vera, answer.location).text
    assert "2 done." in told
    assert "1 not done." in told
    assert CHANGED in told
    assert [state(key) for key in keys] == [S.REJECTED, S.SUBMITTED, S.REJECTED]


def test_a_step_that_asks_nothing_asks_whether_one_is_sure(client, cast):
    key = post_demand(cast).id
    db.session.commit()
    bella = english(client, cast.bella)
    page = post(bella, "/workbench/demand/ask/", verb="accept", ids=str(key))
    assert UNSEEN in page.text
    assert "Are you sure?" in page.text
    assert rows(sa.select(Demand.status)) == [DemandStatus.SUBMITTED]
    press(bella, page, "/workbench/demand/ask/")
    assert rows(sa.select(Demand.status)) == [DemandStatus.ACCEPTED]


def test_a_task_of_many_rows_is_not_ordered_without_versions(vera, cast, monkeypatch):
    monkeypatch.setattr(tasks, "REST", 0)
    keys = handed_in(cast, 1001)
    page = vera.post(ASK, data={**REJECT, "ids": ",".join(map(str, keys))})
    assert UNSEEN in page.text
    assert REASON in page.text
    assert rows(sa.select(Task.id)) == []
    press(vera, page, ASK, reason=REASON)
    [number] = rows(sa.select(Task.id))
    changed(keys[500], cast)
    work_later()
    assert counts(number) == ("finished", 1000, 1)
    assert reasons(number) == {keys[500]: CHANGED}
    assert state(keys[500]) is S.SUBMITTED


@pytest.mark.parametrize("answered", [{}, {"answered": "1"}])
def test_all_that_match_are_named_before_anything_is_done(vera, cast, answered):
    """The list showed one page of them, as it was then: the page that asks is the first look."""
    keys = handed_in(cast, 25)
    sent = {"verb": "reject", "choice": "all", "reason": REASON} | answered
    page = post(vera, f"{ASK}?q=applicant", **sent)
    assert UNSEEN not in page.text
    assert "Rows that this touches: 25" in page.text
    assert {state(key) for key in keys} == {S.SUBMITTED}
    late = another(cast, "Applicant who came later").id
    changed(keys[3], cast)
    answer = press(vera, page, ASK, reason=REASON)
    told = see(vera, answer.location).text
    assert "24 done." in told
    assert CHANGED in told
    assert (state(keys[3]), state(late)) == (S.SUBMITTED, S.SUBMITTED)


def test_nothing_is_proposed_to_a_second_person_unseen(client, cast):
    holder(Duty.SANCTIONS)  # who confirms
    setting_changes.change({"second_person_suspend": True}, cast.root)
    db.session.commit()
    root, key = english(client, cast.root), cast.bridge.id
    sent = {"verb": "suspend", "ids": str(key), "answered": "1", "reason": "Complaints."}
    page = post(root, "/admin/institution/ask/", **sent)
    assert UNSEEN in page.text
    assert rows(sa.select(Proposal)) == []
    press(root, page, "/admin/institution/ask/", reason="Complaints.")
    assert rows(sa.select(Proposal))[0].rows == {str(key): institution(key).version}


def test_the_engine_refuses_a_row_of_which_nothing_was_said(cast):
    outcome = engine.perform(
        Institution, "reject", [cast.waiting.id], cast.vera, seen={}, reason="No."
    )
    assert outcome.refused == {cast.waiting.id: engine.CHANGED}


def test_the_workbench_rates_nobody_without_a_version(client, cast):
    ours, _theirs = opened(cast)
    key = ours.id
    db.session.commit()
    bella = english(client, cast.bella)
    sent = {"verb": "rate_enterprise", "ids": str(key), "answered": "1"} | WE_RATE
    page = post(bella, "/workbench/review/ask/", **sent)
    assert UNSEEN in page.text
    assert "Paid late." in page.text
    assert review(key).status is ReviewStatus.OPEN
    press(bella, page, "/workbench/review/ask/", **WE_RATE)
    assert review(key).status is ReviewStatus.SEALED


# --- the storefront ---


def review(key: int) -> Review:
    return rows(sa.select(Review).where(Review.id == key))[0]


def test_the_enterprise_rates_nobody_without_a_version(client, cast):
    _ours, theirs = opened(cast)
    key = theirs.id
    db.session.commit()
    ann, path = english(client, cast.ann), f"/account/reviews/{key}/rate_institution"
    page = post(ann, path, **THEY_RATE)
    assert page.status_code == 200
    assert UNSEEN in page.text
    assert "Very thorough." in page.text
    assert review(key).status is ReviewStatus.OPEN
    assert press(ann, page, path, **THEY_RATE).status_code == 302
    assert review(key).status is ReviewStatus.SEALED


def test_a_reply_to_a_review_that_changed_meanwhile_is_kept_and_not_sent(client, cast):
    ours, _theirs = published(cast)
    key, version = ours.id, ours.version
    db.session.commit()
    ann, path = english(client, cast.ann), f"/account/reviews/{key}/reply"
    form = see(ann, path)
    assert f'name="version" value="{version}"' in form.text
    assert press(ann, form, path, reply=" ").status_code == 200  # the version stays the first one
    assert engine.perform(Review, "appeal", [key], cast.ann, reason="It names a person.").done
    db.session.commit()
    forget()
    page = press(ann, form, path, reply="The bank was late.")
    assert page.status_code == 200
    assert CHANGED in page.text
    assert "The bank was late." in page.text
    assert not review(key).reply
    assert f'name="version" value="{version + 1}"' in page.text
    assert press(ann, page, path, reply="The bank was late.").status_code == 302
    assert review(key).reply == "The bank was late."
