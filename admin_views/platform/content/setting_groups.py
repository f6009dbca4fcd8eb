"""Under which heading of the settings page each setting stands."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString, lazy_gettext


@dataclass(frozen=True, slots=True)
class Group:
    """Settings of one subject, by key, in the order in which they stand on the page."""

    name: str  # the anchor
    title: LazyString
    keys: tuple[str, ...]


GROUPS = (
    Group(
        "platform",
        lazy_gettext("Platform and contacts"),
        (
            "platform_name",
            "introduction",
            "address",
            "postcode",
            "consult_phone",
            "hotline",
            "salon_phone",
            "fax",
            "contact_email",
            "activity_email",
            "security_email",
            "icp_number",
        ),
    ),
    Group(
        "demands",
        lazy_gettext("Demands and activities"),
        ("ordinary_may_post", "unverified_may_post", "activity_mails_proven"),
    ),
    Group(
        "invitations",
        lazy_gettext("Limits of invitations"),
        ("invitations_per_day", "invitations_per_address"),
    ),
    Group(
        "sessions",
        lazy_gettext("How long people stay signed in"),
        (
            "session_idle_staff",
            "session_whole_staff",
            "session_idle_others",
            "session_whole_others",
            "session_remember",
        ),
    ),
    Group(
        "factor",
        lazy_gettext("Second factor and grave steps"),
        ("staff_second_factor", "staff_second_factor_days", "fresh_minutes"),
    ),
    Group(
        "duties",
        lazy_gettext("Separate duties and second persons"),
        (
            "separate_duties",
            "second_person_suspend",
            "second_person_revoke",
            "second_person_roles",
            "second_person_bulk",
            "second_person_days",
        ),
    ),
    Group(
        "retention",
        lazy_gettext("How long records are kept"),
        (
            "retention_events",
            "retention_sign_ins",
            "retention_mails",
            "retention_notices",
            "retention_invitations",
            "retention_tasks",
            "retention_drafts",
        ),
    ),
)
