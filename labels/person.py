"""People, their accounts, and the mails that go to them."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import LazyString, lazy_gettext

from models import (
    AccountKind,
    Duty,
    EnterpriseMembershipStatus,
    MailStatus,
    NoticeKind,
    ObjectionStatus,
    PlatformRole,
    SessionEnd,
    SignInFailure,
    VerificationStatus,
    VerifiedHow,
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
        PlatformRole.CUSTOM: lazy_gettext("A role of its own"),
    },
    Duty: {
        Duty.APPLICATIONS: lazy_gettext("Review applications"),
        Duty.TRADE: lazy_gettext("Review trade"),
        Duty.DISPATCH: lazy_gettext("Dispatch requests"),
        Duty.SANCTIONS: lazy_gettext("Suspend, revoke and take down"),
        Duty.CONTENT: lazy_gettext("Content"),
        Duty.PEOPLE: lazy_gettext("People and roles"),
        Duty.SYSTEM: lazy_gettext("System"),
        Duty.AUDIT: lazy_gettext("Read everything, and the audit"),
        Duty.EXPORT: lazy_gettext("Export"),
    },
    SignInFailure: {
        SignInFailure.PASSWORD: lazy_gettext("Wrong password"),
        SignInFailure.ACCOUNT: lazy_gettext("The account is not confirmed, or disabled"),
        SignInFailure.UNKNOWN: lazy_gettext("No account with this address"),
        SignInFailure.SSO: lazy_gettext("The single sign-on did not succeed"),
        SignInFailure.FACTOR: lazy_gettext("Wrong code of the second factor"),
    },
    EnterpriseMembershipStatus: {
        EnterpriseMembershipStatus.REQUESTED: lazy_gettext("Asked to join"),
        EnterpriseMembershipStatus.MEMBER: lazy_gettext("Colleague"),
        EnterpriseMembershipStatus.DECLINED: lazy_gettext("Not agreed to"),
        EnterpriseMembershipStatus.REMOVED: lazy_gettext("Removed"),
    },
    VerificationStatus: {
        VerificationStatus.SUBMITTED: lazy_gettext("Waits for the platform"),
        VerificationStatus.CODE_SENT: lazy_gettext("Code on its way"),
        VerificationStatus.APPROVED: lazy_gettext("Verified"),
        VerificationStatus.REJECTED: lazy_gettext("Not verified"),
        VerificationStatus.WITHDRAWN: lazy_gettext("Withdrawn"),
    },
    ObjectionStatus: {
        ObjectionStatus.OPEN: lazy_gettext("Waits for a decision"),
        ObjectionStatus.UPHELD: lazy_gettext("Upheld"),
        ObjectionStatus.DISMISSED: lazy_gettext("Dismissed"),
        ObjectionStatus.WITHDRAWN: lazy_gettext("Withdrawn"),
    },
    VerifiedHow: {
        VerifiedHow.SINGLE_SIGN_ON: lazy_gettext("by the park's single sign-on"),
        VerifiedHow.LICENCE: lazy_gettext("by the business licence"),
        VerifiedHow.CODE: lazy_gettext("by a code in a letter or call to the enterprise"),
        VerifiedHow.COLLEAGUE: lazy_gettext("by a verified colleague"),
        VerifiedHow.BEFORE: lazy_gettext("acted for the enterprise before the rule"),
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
        SessionEnd.FACTOR: lazy_gettext(
            "You were signed out because the second factor of your account was changed."
        ),
        SessionEnd.ADMINISTRATOR: lazy_gettext(
            "You were signed out by an administrator of the platform."
        ),
        SessionEnd.REPLACED: lazy_gettext("You signed in anew on this device."),
    },
}

# what each duty lets its holder do, for people who give it and who look at somebody's page
DUTIES_IN_WORDS: dict[Duty, LazyString] = {
    Duty.APPLICATIONS: lazy_gettext(
        "Decides on applications of institutions, consultants, featured products, changes of "
        "profiles, the association and people of enterprises."
    ),
    Duty.TRADE: lazy_gettext("Decides on deals filed, activities and appeals against reviews."),
    Duty.DISPATCH: lazy_gettext("Proposes institutions to enterprises that ask whom to ask."),
    Duty.SANCTIONS: lazy_gettext(
        "Suspends and revokes institutions, withdraws certifications, revokes deals, takes "
        "products and offers down, and lifts it again."
    ),
    Duty.CONTENT: lazy_gettext(
        "Writes announcements and pages, keeps categories and the catalogue, imports the park's "
        "register."
    ),
    Duty.PEOPLE: lazy_gettext(
        "Invites and disables staff, makes roles and gives them, looks at the product as a person."
    ),
    Duty.SYSTEM: lazy_gettext(
        "Changes settings, holidays and the rules of the ranking, sees jobs, sends mails again."
    ),
    Duty.AUDIT: lazy_gettext("Reads every list and the audit, and changes nothing by it."),
    Duty.EXPORT: lazy_gettext("Takes lists out of the platform as files."),
}
