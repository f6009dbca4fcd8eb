"""Notifications (in the bell), and the mails that people do without."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column

from core.clock import now
from core.database import Key, Line, Model, Short, stored_by_value
from tables.base import CASCADE, SET_NULL, Guarded, ref
from tables.person import User

if TYPE_CHECKING:
    pass


class NoticeKind(StrEnum):
    """What mails can be done without. The bell has it all the same."""

    DEMAND = "demand"
    TRANSACTION = "transaction"
    REVIEW = "review"
    CONSULTANT = "consultant"
    PRODUCT = "product"
    ACTIVITY = "activity"
    COLLEAGUES = "colleagues"


class MutedNotice(Model):
    """A person wants no mails of a kind."""

    id: Mapped[Key]
    user_id: Mapped[int] = ref("user.id", CASCADE, index=False)
    kind: Mapped[NoticeKind] = mapped_column(stored_by_value(NoticeKind))

    __table_args__ = (sa.UniqueConstraint("user_id", "kind"),)


class EventName(StrEnum):
    """Events that are no transition: the vocabulary of what else goes on record."""

    CREATED = "create"
    EDITED = "edit"
    REMOVED = "remove"
    IMPORTED = "import"
    RETIRED = "retire"
    RESTORED = "restore"
    FILE_ADDED = "file_added"
    FILE_REMOVED = "file_removed"
    DOWNLOADED = "download"
    CONTACT_REVEALED = "contact_revealed"
    STAFF_JOINED = "staff_joined"
    STAFF_REMOVED = "staff_removed"
    OWNER_MADE = "owner_made"
    LINK_OPENED = "opened"
    ASKED_AGAIN = "asked_again"
    SCHEMA_CHANGED = "schema"
    ACCOUNT_CLOSED = "close"
    APPOINTED = "appoint"
    IDENTITY_LINKED = "link_identity"
    SENT_AGAIN = "resend"
    FACTOR_ADDED = "add_factor"
    FACTOR_REMOVED = "remove_factor"
    FACTOR_RESET = "reset_factor"
    CODES_MADE = "make_codes"
    CODE_USED = "use_code"
    SIGNED_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    EXPORTED = "export"
    VIEWED_AS = "view_as"
    VIEW_AS_ENDED = "view_as_ended"
    CONSENT_GIVEN = "consent"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    RETENTION = "retention"
    STAFF_INVITED = "staff_invited"
    STAFF_ACCEPTED = "staff_accepted"
    SESSIONS_ENDED = "sessions_ended"
    SESSION_ENDED = "session_ended"
    SECOND_CONFIRMED = "second_confirmed"


class Notification(Guarded, Model):
    """An in-app notice. Its words are the subject of the mail template of the same name."""

    id: Mapped[Key]
    created_at: Mapped[datetime] = mapped_column(default=now)
    user_id: Mapped[int] = ref("user.id", CASCADE)
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)  # made by outbox/keys.py
    template: Mapped[Short]
    context: Mapped[dict[str, Any]] = mapped_column(default=dict)
    link: Mapped[Line]
    read_at: Mapped[datetime | None]
    task_id: Mapped[int | None] = ref("task.id", SET_NULL)  # that gathers rows in it


# how many notices wait for a person: read along with the person at the beginning of a request
User.unread = column_property(
    sa.select(sa.func.count(Notification.id))
    .where(Notification.user_id == User.id, Notification.read_at.is_(None))
    .correlate(User.__table__)
    .scalar_subquery(),
    deferred=True,
)
