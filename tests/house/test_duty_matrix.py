"""Every duty x every view of /admin: who holds one duty and no other opens these and no others."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from models import Duty
from tests.support.application import sign_in
from tests.support.staff import holder

# what stands on the storefront anyway, the front page, and proposals: each its own duties'
EVERYBODY_S = {
    "admin",
    "announcement",
    "catalogue_item",
    "category",
    "holiday",
    "proposal",
    "score_rule",
    "site_page",
}
RECORDS = {
    "admin_demand",
    "admin_offer",
    "consultant_record",
    "enterprise_admin",
    "institution",
    "park_enterprise",
}
HANDED_IN = {
    "admin_product",
    "association",
    "enterprise_membership",
    "verification",
    "objection",
    "product_change",
    "profile_change",
}
OPENS: dict[Duty, set[str]] = {
    Duty.APPLICATIONS: RECORDS | HANDED_IN | {"admin_task", "application", "consultant_review"},
    Duty.TRADE: RECORDS
    | {"admin_activity", "admin_review", "admin_task", "admin_transaction", "appeal"},
    Duty.DISPATCH: RECORDS | {"admin_enquiry", "admin_task"},
    Duty.SANCTIONS: RECORDS | HANDED_IN | {"admin_task", "admin_transaction"},
    Duty.CONTENT: {"park_import"},
    Duty.PEOPLE: {"admin_user", "staff_role"},
    Duty.SYSTEM: {"admin_task", "job", "mail", "setting"},
    Duty.AUDIT: RECORDS
    | HANDED_IN
    | {
        "admin_activity",
        "admin_enquiry",
        "admin_review",
        "admin_transaction",
        "admin_user",
        "appeal",
        "application",
        "consultant_review",
        "event",
        "job",
        "mail",
        "setting",
        "staff_role",
    },
    Duty.EXPORT: set(),
}
ADDS: dict[Duty, set[str]] = {
    Duty.TRADE: {"admin_activity"},
    Duty.CONTENT: {"announcement", "catalogue_item", "category"},
    Duty.PEOPLE: {"staff_role"},
    Duty.SYSTEM: {"holiday", "score_rule"},
}


def views(app: Flask) -> dict[str, Any]:
    """Return the views of the platform's office by endpoint."""
    office = next(admin for admin in app.extensions["admin"] if admin.url == "/admin")
    return {view.endpoint: view for view in office._views}


@pytest.mark.parametrize("duty", Duty)
def test_who_holds_one_duty_opens_its_views_alone(
    app: Flask, cast: Any, client: Any, duty: Duty
) -> None:
    sign_in(client, holder(duty))
    opened = {
        endpoint
        for endpoint, view in views(app).items()
        if client.get(f"{view.url}/").status_code == 200
    }
    assert opened == EVERYBODY_S | OPENS[duty]


@pytest.mark.parametrize("duty", Duty)
def test_who_holds_one_duty_adds_what_is_its_own(
    app: Flask, cast: Any, client: Any, duty: Duty
) -> None:
    sign_in(client, holder(duty))
    added = {
        endpoint
        for endpoint, view in views(app).items()
        if getattr(view, "can_create", False) and client.get(f"{view.url}/new/").status_code == 200
    }
    assert added == ADDS.get(duty, set())


def test_a_role_of_no_duty_opens_nothing(app: Flask, cast: Any, client: Any) -> None:
    sign_in(client, holder())
    for view in views(app).values():
        assert client.get(f"{view.url}/").status_code == 403, view.endpoint
