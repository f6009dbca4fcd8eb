"""Who of the platform's staff may read and change what; nobody else enters."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models import (
    Event,
)
from tests.support.application import rows
from tests.support.applying import english, post, see
from tests.support.platform import ASK, S, institution, seen

READ_BY_ALL = (
    "",
    "application/",
    "institution/",
    "association/",
    "profile_change/",
    "demand/",
    "enterprise/",
    "enterprise_membership/",
    "park_enterprise/",
    "category/",
)
NOT_FOR_REVIEWERS = ("user/", "setting/", "mail/", "event/")


@pytest.mark.parametrize("path", READ_BY_ALL)
@pytest.mark.parametrize("name", ["root", "vera", "audrey"])
def test_the_staff_reads(client, cast, path, name):
    english(client, getattr(cast, name))
    assert see(client, f"/admin/{path}").status_code == 200


@pytest.mark.parametrize("path", NOT_FOR_REVIEWERS)
def test_reviewers_have_no_users_and_no_settings(client, cast, path):
    english(client, cast.vera)
    assert see(client, f"/admin/{path}").status_code == 403
    for name in ("root", "audrey"):
        english(client, getattr(cast, name))
        assert see(client, f"/admin/{path}").status_code == 200


@pytest.mark.parametrize("path", READ_BY_ALL + NOT_FOR_REVIEWERS)
@pytest.mark.parametrize("name", ["ann", "bella", "otto", "sue"])
def test_nobody_else_enters(client, cast, path, name):
    english(client, getattr(cast, name))
    assert see(client, f"/admin/{path}").status_code == 403


def test_auditors_change_nothing(client, cast):
    row, ann = cast.waiting, cast.ann
    english(client, cast.audrey)
    assert "decide-approve" not in see(client, f"/admin/application/details/?id={row.id}").text
    data = {"ids": seen(row), "answered": "1", "association": "later", "reason": "No."}
    for verb in ("approve", "return", "reject"):
        assert post(client, ASK, verb=verb, **data).status_code == 403
    assert post(client, "/admin/user/role/", id=ann.id, role="reviewer").status_code == 403
    assert post(client, "/admin/user/disable/", id=ann.id).status_code == 403
    assert post(client, "/admin/setting/", platform_name="Mine").status_code == 403
    assert see(client, "/admin/category/new/").status_code == 403
    assert institution(row.id).status is S.SUBMITTED
    assert rows(sa.select(Event)) == []
