"""Institutions in the platform's office: suspended, revoked, members, changed profiles."""

from __future__ import annotations

import sqlalchemy as sa

from core.database import db
from models import (
    AssociationMembership,
    AssociationStatus,
    Institution,
    ProfileChange,
    ProfileChangeStatus,
)
from tests.support.application import rows
from tests.support.applying import english, post, see
from tests.support.platform import S, institution, mails, seen, wish
from tests.support.versions import ids_of


def test_suspend_lift_and_revoke(client, cast):
    row, ask = cast.bridge, "/admin/institution/ask/"
    english(client, cast.root)
    post(client, ask, verb="suspend", ids=seen(row), answered="1", reason="Complaints.")
    assert institution(row.id).status is S.SUSPENDED
    assert mails("institution_suspended") == ["reserved-bridge@example.com"]
    post(client, ask, verb="lift", ids=seen(institution(row.id)), answered="1")
    assert institution(row.id).status is S.CERTIFIED
    post(client, ask, verb="revoke", ids=ids_of(Institution, row.id), answered="1",
         reason="Closed down.")  # fmt: skip
    assert institution(row.id).status is S.REVOKED
    assert "Complaints." in see(client, f"/admin/institution/details/?id={row.id}").text


def test_reviewers_suspend_nobody(client, cast):
    row = cast.bridge
    english(client, cast.vera)
    data = {"verb": "suspend", "ids": seen(row), "answered": "1", "reason": "Complaints."}
    assert post(client, "/admin/institution/ask/", **data).status_code == 403
    assert institution(row.id).status is S.CERTIFIED


def test_the_association_admits_and_removes(client, cast):
    row = wish(cast, cast.bridge)
    english(client, cast.root)
    assert "Bridge Law" in see(client, "/admin/association/?status=applied").text
    post(client, "/admin/association/ask/", verb="admit", ids=seen(row))
    assert rows(sa.select(AssociationMembership))[0].status is AssociationStatus.MEMBER
    data = {"verb": "remove", "ids": ids_of(AssociationMembership, row.id), "answered": "1",
            "reason": "Left the park."}  # fmt: skip
    post(client, "/admin/association/ask/", **data)
    assert rows(sa.select(AssociationMembership))[0].status is AssociationStatus.REMOVED


def test_a_profile_change_is_shown_and_applied(client, cast):
    row = ProfileChange(
        institution_id=cast.bridge.id,
        proposer_id=cast.bella.id,
        status=ProfileChangeStatus.SUBMITTED,
        name="Bridge & Sons",
        credit_code=cast.bridge.credit_code,
    )
    db.session.add(row)
    db.session.commit()
    english(client, cast.vera)
    url = f"/admin/profile_change/details/?id={row.id}"
    page = see(client, url).text
    assert "<del>Bridge Law</del>" in page
    assert "<ins>Bridge &amp; Sons</ins>" in page
    key = row.institution_id
    post(client, "/admin/profile_change/ask/", verb="approve", ids=seen(row))
    assert institution(key).name == "Bridge & Sons"
    assert "<del>Bridge Law</del>" in see(client, url).text  # still told once it is applied
