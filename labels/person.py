"""People, their accounts, and the mails that go to them."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import LazyString, lazy_gettext

from models import (
    AccountKind,
    EnterpriseMembershipStatus,
    MailStatus,
    NoticeKind,
    PlatformRole,
    SessionEnd,
)

LABELS: dict[type[StrEnum], dict[StrEnum, LazyString]] = {
    AccountKind: {
        AccountKind.ORDINARY: lazy_gettext("Ordinary user"),
        AccountKind.ENTERPRISE: lazy_gettext("Enterprise user"),
    },
    PlatformRole: {
        PlatformRole.ADMINISTRATOR: lazy_gettext("Administrator"),
        PlatformRole.REVIEWER: lazy_gettext("Reviewer"),
        PlatformRole.AUDITOR: lazy_gettext("Auditor"),
    },
    EnterpriseMembershipStatus: {
        EnterpriseMembershipStatus.REQUESTED: lazy_gettext("Asked to join"),
        EnterpriseMembershipStatus.MEMBER: lazy_gettext("Colleague"),
        EnterpriseMembershipStatus.DECLINED: lazy_gettext("Not agreed to"),
        EnterpriseMembershipStatus.REMOVED: lazy_gettext("Removed"),
    },
    MailStatus: {
        MailStatus.QUEUED: lazy_gettext("Queued"),
        MailStatus.SENDING: lazy_gettext("Sending"),
        MailStatus.SENT: lazy_gettext("Sent"),
        MailStatus.DEAD: lazy_gettext("Given up"),
    },
    NoticeKind: {
        NoticeKind.DEMAND: lazy_gettext("Demands: posted, answered, outcome"),
        NoticeKind.TRANSACTION: lazy_gettext("Transactions and what is decided on them"),
        NoticeKind.REVIEW: lazy_gettext("Reviews and reminders of them"),
        NoticeKind.CONSULTANT: lazy_gettext("Consultants and their qualifications"),
        NoticeKind.PRODUCT: lazy_gettext("Products and their review"),
        NoticeKind.ACTIVITY: lazy_gettext("Activities"),
        NoticeKind.COLLEAGUES: lazy_gettext("Colleagues who ask to join"),
    },
    # as the sign-in page says it
    SessionEnd: {
        SessionEnd.SIGNED_OUT: lazy_gettext("You signed out."),
        SessionEnd.ELSEWHERE: lazy_gettext(
            "You were signed out: this session was ended from another device."
        ),
        SessionEnd.IDLE: lazy_gettext(
            "You were signed out because you had not used the site for a while."
        ),
        SessionEnd.EXPIRED: lazy_gettext(
            "You were signed out because your session had reached its longest duration."
        ),
        SessionEnd.PASSWORD: lazy_gettext(
            "You were signed out because the password of your account was changed."
        ),
        SessionEnd.ROLE: lazy_gettext(
            "You were signed out because your role was changed. Sign in to go on with the new one."
        ),
        SessionEnd.DISABLED: lazy_gettext("This account is disabled. Please contact us."),
        SessionEnd.REPLACED: lazy_gettext("You signed in anew on this device."),
    },
}
