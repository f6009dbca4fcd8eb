"""Site settings that administrators edit: each with its kind, default and value in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString, lazy_gettext

from core.database import db
from models import SiteSetting

TEXT, LINE, SWITCH, EMAIL, NUMBER = "text", "line", "switch", "email", "number"
ON = "1"
# days: no security log goes before six months are over (Cybersecurity Law, article 21 (3))
SECURITY_LOGS = 180
LONGEST_RETENTION = 3650


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing to set. A default that people read is a msgid: the catalog holds the Chinese."""

    key: str
    label: LazyString
    default: LazyString | str | bool | int
    kind: str = LINE  # line, text (several lines), email, switch or number
    least: int = 0  # of a number
    most: int = 0

    def read(self, stored: str | None) -> Any:
        """Return the value in force: what is stored, else the default.

        A bool for a switch; for a number an int within its bounds, whatever is stored.
        """
        if self.kind == NUMBER:
            found = stored if stored is not None and stored.isdecimal() else str(self.default)
            return max(self.least, min(int(found), self.most))
        if stored is None:
            return self.default if self.kind == SWITCH else str(self.default)
        return stored == ON if self.kind == SWITCH else stored

    def write(self, value: Any) -> str:
        """Return `value` as it is stored."""
        if self.kind == NUMBER:
            return str(self.default if value is None else int(value))
        return (ON if value else "") if self.kind == SWITCH else str(value or "").strip()


INTRODUCTION = lazy_gettext(
    "The Enterprise Service Supermarket is a public-benefit marketplace built by the Suzhou "
    "Industrial Park Enterprise Development Service Association together with the Enterprise "
    "Development Service Centre and other departments of the park. It brings service institutions "
    "together with enterprises that outsource what is not their core business, and it is not "
    "limited to those settled in the park. It helps enterprises find trustworthy and reasonably "
    "priced partners quickly, gives institutions a convenient way to new customers, and extends "
    "the everyday services of the administration."
)

REGISTRY: tuple[Setting, ...] = (
    Setting(
        "platform_name",
        lazy_gettext("Name of the platform"),
        lazy_gettext("Enterprise Service Supermarket"),
    ),
    Setting("introduction", lazy_gettext("Introduction of the platform"), INTRODUCTION, TEXT),
    Setting(
        "address",
        lazy_gettext("Address"),
        lazy_gettext(
            "Floor 10, Tower A, Huihu Building, 10 Yueliangwan Road, Suzhou Industrial Park"
        ),
    ),
    Setting("postcode", lazy_gettext("Postcode"), "215123"),
    Setting("consult_phone", lazy_gettext("Enquiries"), "0512-67068048、67068010"),
    Setting("hotline", lazy_gettext("Hotline"), "0512-67068000"),
    Setting("salon_phone", lazy_gettext("Enterprise service salon"), "0512-67068048"),
    Setting("fax", lazy_gettext("Fax"), "0512-67068099"),
    Setting("contact_email", lazy_gettext("E-mail"), "sipsmesu@sipac.gov.cn", EMAIL),
    Setting(
        "activity_email", lazy_gettext("E-mail for activities (empty: the e-mail above)"), "", EMAIL
    ),
    Setting(
        "security_email",
        lazy_gettext("E-mail for reports of security faults (empty: the e-mail above)"),
        "",
        EMAIL,
    ),
    Setting("icp_number", lazy_gettext("ICP filing number"), ""),
    Setting(
        "ordinary_may_post",
        lazy_gettext("Ordinary users may post demands"),
        default=True,
        kind=SWITCH,
    ),
    # how long a session lasts: accounts/session_limits.py
    Setting(
        "session_idle_staff",
        lazy_gettext("Staff are signed out when idle for (minutes)"),
        30,
        NUMBER,
        least=5,
        most=240,
    ),
    Setting(
        "session_whole_staff",
        lazy_gettext("Staff are signed out at the latest after (hours)"),
        12,
        NUMBER,
        least=1,
        most=24,
    ),
    Setting(
        "session_idle_others",
        lazy_gettext("Institutions and enterprises are signed out when idle for (hours)"),
        8,
        NUMBER,
        least=1,
        most=72,
    ),
    Setting(
        "session_whole_others",
        lazy_gettext("Institutions and enterprises are signed out at the latest after (days)"),
        30,
        NUMBER,
        least=1,
        most=30,
    ),
    Setting(
        "session_remember",
        lazy_gettext("“Stay signed in on this device” lasts (days; 0: is not offered)"),
        30,
        NUMBER,
        least=0,
        most=30,
    ),
    Setting(
        "unverified_may_post",
        lazy_gettext("People who are not verified yet may post demands for their enterprise"),
        default=True,
        kind=SWITCH,
    ),
    Setting(
        "activity_mails_proven",
        lazy_gettext(
            "Activity mails: only from senders that the mail server vouches for; without this, the "
            "others are filed with a mark for the reviewer"
        ),
        default=True,
        kind=SWITCH,
    ),
    Setting(
        "separate_duties",
        lazy_gettext("System, security and audit are separated: nobody holds two of them"),
        default=False,
        kind=SWITCH,
    ),
    Setting(
        "second_person_suspend",
        lazy_gettext("A second person confirms: suspending an institution"),
        default=False,
        kind=SWITCH,
    ),
    Setting(
        "second_person_revoke",
        lazy_gettext("A second person confirms: revoking and withdrawing"),
        default=False,
        kind=SWITCH,
    ),
    Setting(
        "second_person_roles",
        lazy_gettext("A second person confirms: changes of roles"),
        default=False,
        kind=SWITCH,
    ),
    Setting(
        "second_person_bulk",
        lazy_gettext("A second person confirms: steps on more rows at once than (0: never)"),
        default=0,
        kind=NUMBER,
        least=0,
        most=50_000,
    ),
    Setting(
        "second_person_days",
        lazy_gettext("Days in which a second person can confirm"),
        default=7,
        kind=NUMBER,
        least=1,
        most=30,
    ),
    Setting(
        "staff_second_factor",
        lazy_gettext("People of the platform need a second factor"),
        default=True,
        kind=SWITCH,
    ),
    Setting(
        "staff_second_factor_days",
        lazy_gettext("Days to set it up, from the day on which the role was given"),
        default=3,
        kind=NUMBER,
        least=0,
        most=30,
    ),
    Setting(
        "invitations_per_day",
        lazy_gettext("Invitations that an institution may send in a day"),
        default=100,
        kind=NUMBER,
        least=1,
        most=10_000,
    ),
    Setting(
        "invitations_per_address",
        lazy_gettext("Invitations that one address may get in a week, from all institutions"),
        default=5,
        kind=NUMBER,
        least=1,
        most=100,
    ),
    Setting(
        "fresh_minutes",
        lazy_gettext("Minutes after which grave steps ask for a sign-in again"),
        default=10,
        kind=NUMBER,
        least=1,
        most=60,
    ),
    Setting(
        "retention_events",
        lazy_gettext("Days that the audit log is kept (at least 180)"),
        default=1095,
        kind=NUMBER,
        least=SECURITY_LOGS,
        most=LONGEST_RETENTION,
    ),
    Setting(
        "retention_sign_ins",
        lazy_gettext("Days that sign-ins are kept (at least 180)"),
        default=180,
        kind=NUMBER,
        least=SECURITY_LOGS,
        most=LONGEST_RETENTION,
    ),
    Setting(
        "retention_mails",
        lazy_gettext("Days that mails are kept"),
        default=365,
        kind=NUMBER,
        least=30,
        most=LONGEST_RETENTION,
    ),
    Setting(
        "retention_notices",
        lazy_gettext("Days that notices are kept"),
        default=365,
        kind=NUMBER,
        least=30,
        most=LONGEST_RETENTION,
    ),
    Setting(
        "retention_invitations",
        lazy_gettext("Days that ended invitations are kept"),
        default=180,
        kind=NUMBER,
        least=7,
        most=LONGEST_RETENTION,
    ),
    Setting(
        "retention_tasks",
        lazy_gettext("Days that finished bulk tasks are kept"),
        default=180,
        kind=NUMBER,
        least=7,
        most=LONGEST_RETENTION,
    ),
    Setting(
        "retention_drafts",
        lazy_gettext("Days that drafts of demands are kept"),
        default=180,
        kind=NUMBER,
        least=7,
        most=LONGEST_RETENTION,
    ),
)
SETTINGS: dict[str, Setting] = {setting.key: setting for setting in REGISTRY}
CONTACTS = (
    "address",
    "postcode",
    "consult_phone",
    "hotline",
    "salon_phone",
    "fax",
    "contact_email",
)


STORED = sa.select(SiteSetting.__table__.c.key, SiteSetting.__table__.c.value)  # made once


def all_settings() -> dict[str, Any]:
    """Return every setting's value in force, in one query."""
    stored = {key: value for key, value in db.session.execute(STORED)}  # noqa: C416  # rows are not pairs to mypy
    return {key: setting.read(stored.get(key)) for key, setting in SETTINGS.items()}


def get(key: str) -> Any:
    """Return one setting's value in force.

    Raises:
        KeyError: there is no such setting.
    """
    setting = SETTINGS[key]
    stored = db.session.scalar(sa.select(SiteSetting.value).where(SiteSetting.key == key))
    return setting.read(stored)


def activity_email() -> str:
    """Return where institutions mail their activities to: its own address, else the contact's."""
    return str(get("activity_email") or get("contact_email"))


def security_email() -> str:
    """Return where whoever finds a vulnerability writes to: its own address, else the contact's."""
    return str(get("security_email") or get("contact_email"))


def contact_block(values: dict[str, Any] | None = None) -> list[tuple[LazyString, str]]:
    """Return the contacts as (label, value) pairs, without those that are empty.

    Args:
        values: what `all_settings` returned, where the caller has it already.
    """
    values = all_settings() if values is None else values
    return [(SETTINGS[key].label, values[key]) for key in CONTACTS if values[key]]
