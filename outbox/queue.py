"""Enqueueing a mail in the outbox, once a key, and putting one back to be sent again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core import clock
from core.database import db
from i18n import locales
from models import (
    Event,
    EventName,
    Mail,
    MailStatus,
    MutedNotice,
    NoticeKind,
    User,
)
from outbox.keys import key_of
from outbox.links import USED_LINK

RESENDABLE = (MailStatus.DEAD, MailStatus.SENT)


class NotResendable(ValueError):
    """The mail is on its way already."""


class LinkUsed(NotResendable):
    """The mail went out with a link that is a key; the key was not stored."""


def enqueue(
    template: str,
    recipient: str,
    *,
    link: str,
    key: str | tuple[object, ...],
    kind: NoticeKind | None,
    context: Mapping[str, Any] | None = None,
    locale: str = locales.DEFAULT,
) -> None:
    """Put one mail in the outbox, in the caller's unit of work; a known key is mailed once.

    Args:
        template: the name of a file in templates/email, without its ending.
        recipient: the address.
        link: a path of this site; PUBLIC_URL is put before it.
        key: what makes two mails the same: one word, or the parts of it; stored as `key_of` says.
        kind: what a person mutes it by, None for a mail that always goes out.
        context: what the mail names, as JSON.
        locale: the recipient's language.

    Raises:
        ValueError: `link` is no path, or the address would break a header.
    """
    if not link.startswith("/") or link.startswith("//"):
        raise ValueError("the link of a mail is a path of this site")
    if any(letter.isspace() for letter in recipient):
        raise ValueError("an address has no spaces")
    if kind is not None and _is_muted(recipient, kind):
        return
    at = clock.now()
    row = {
        "template": template,
        "recipient": recipient,
        "link": link,
        "key": key_of(key) if isinstance(key, str) else key_of(*key),
        "context": dict(context or {}),
        "locale": locale,
        "created_at": at,
        "due_at": at,
    }
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(Mail).values(row)
    db.session.execute(insert.on_conflict_do_nothing(index_elements=["key"]))


def _is_muted(address: str, kind: NoticeKind) -> bool:
    """Whether the person with this address wants no mails of the kind."""
    query = (
        sa.select(MutedNotice.id)
        .join(User, User.id == MutedNotice.user_id)
        .where(User.email == address, MutedNotice.kind == kind)
    )
    return db.session.scalar(query.limit(1)) is not None


def resend(mail: Mail, actor: User) -> None:
    """Put a dead or sent mail back in the queue, and put on record who did.

    It keeps its age: a mail older than the outbox tries for gets one more attempt.

    Raises:
        NotResendable: it waits or is being sent.
        LinkUsed: it was sent, and its link with it.
    """
    if mail.link == USED_LINK:
        raise LinkUsed(mail.key)
    id, before = mail.id, mail.status
    moved = db.session.execute(
        sa.update(Mail)
        .where(Mail.id == id, Mail.status.in_(RESENDABLE), Mail.link != USED_LINK)
        .values(
            status=MailStatus.QUEUED,
            attempts=0,
            doubts=0,
            due_at=clock.now(),
            leased_until=None,
            sent_at=None,
            error=None,
        )
        .execution_options(synchronize_session=False)
    )
    db.session.expire(mail)
    if not moved.rowcount:  # type: ignore[attr-defined]  # a cursor's result has it
        raise NotResendable(mail.key)
    db.session.add(
        Event(
            actor_id=actor.id,
            subject_type=Mail.__tablename__,
            subject_id=id,
            name=EventName.SENT_AGAIN,
            source=before,
            target=MailStatus.QUEUED,
        )
    )
