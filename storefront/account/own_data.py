"""Personal data export (PIPL): all that is stored about a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from core.database import db
from models import (
    Attachment,
    Consent,
    Consultant,
    Demand,
    DemandDraft,
    Enquiry,
    EnterpriseMembership,
    ExternalIdentity,
    Favourite,
    Institution,
    Membership,
    MutedNotice,
    Notification,
    Passkey,
    Review,
    SignIn,
    User,
)

HIDDEN = frozenset(
    {"password", "fs_uniquifier", "key", "token_hash", "form_key", "storage_key"}
    | {"tf_totp_secret", "tf_last_counter", "mf_recovery_codes", "fs_webauthn_user_handle"}
    | {"credential_id", "public_key"}
)
Rows = Callable[[User], sa.Select[Any]]

PARTS: dict[str, Rows] = {
    "enterprise_memberships": lambda user: sa.select(EnterpriseMembership).where(
        EnterpriseMembership.user_id == user.id
    ),
    "workbench_memberships": lambda user: sa.select(Membership).where(
        Membership.user_id == user.id
    ),
    "applications": lambda user: sa.select(Institution).where(Institution.applicant_id == user.id),
    "consultant": lambda user: sa.select(Consultant).where(Consultant.user_id == user.id),
    "demands": lambda user: sa.select(Demand).where(Demand.poster_id == user.id),
    "enquiries": lambda user: sa.select(Enquiry).where(Enquiry.poster_id == user.id),
    "drafts": lambda user: sa.select(DemandDraft).where(DemandDraft.user_id == user.id),
    "reviews": lambda user: sa.select(Review).where(Review.author_id == user.id),
    "consents": lambda user: sa.select(Consent).where(Consent.user_id == user.id),
    "favourites": lambda user: sa.select(Favourite).where(Favourite.user_id == user.id),
    "files": lambda user: sa.select(Attachment).where(Attachment.uploader_id == user.id),
    "mails_switched_off": lambda user: sa.select(MutedNotice).where(MutedNotice.user_id == user.id),
    "notices": lambda user: sa.select(Notification).where(Notification.user_id == user.id),
    "passkeys": lambda user: sa.select(Passkey).where(Passkey.user_id == user.id),
    "sign_ins": lambda user: sa.select(SignIn).where(SignIn.user_id == user.id),
    "single_sign_on": lambda user: sa.select(ExternalIdentity).where(
        ExternalIdentity.user_id == user.id
    ),
}


def data_of(user: User) -> dict[str, Any]:
    """Return what is kept about `user`, by subject, without secrets."""
    found: dict[str, Any] = {"account": columns_of(user)}
    for name, rows in PARTS.items():
        found[name] = [columns_of(row) for row in db.session.scalars(rows(user))]
    return found


def columns_of(row: Any) -> dict[str, Any]:
    """Return {column: value} of a row, as JSON keeps it."""
    return {
        column.key: getattr(row, column.key)
        for column in row.__table__.columns
        if column.key not in HIDDEN
    }
