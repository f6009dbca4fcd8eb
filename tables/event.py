"""The audit log, append-only: who did what from where (the journal).

Triggers of tables/append_only.py refuse to change or delete an event. Nothing refers to another
table by a foreign key: what is on record stays when a row that it names goes.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import audit_context
from core.clock import now
from core.database import Key, Model
from tables import append_only
from tables.account import session_row
from tables.base import Guarded
from tables.person import User


def new_salt() -> str:
    """Return what keeps an erased content from being guessed by its hash."""
    return secrets.token_hex(8)


class Event(Guarded, Model):
    """The append-only audit: who did what to which row, when, why and from where."""

    subject_name = ""  # in memory alone: what a list calls the thing

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(default=now)
    actor_id: Mapped[int | None]
    subject_type: Mapped[str] = mapped_column(sa.String(32))
    subject_id: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(32))
    source: Mapped[str | None] = mapped_column(sa.String(32))
    target: Mapped[str | None] = mapped_column(sa.String(32))
    reason: Mapped[str | None] = mapped_column(sa.Text)
    # {field: [before, after]} of an edit, or what a step put on record
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # of the network that the actor came from; "": the platform itself
    address: Mapped[str] = mapped_column(
        sa.String(audit_context.LONGEST_ADDRESS), default=audit_context.address, server_default=""
    )
    sign_in_id: Mapped[int | None] = mapped_column(default=session_row)  # the session
    # Reason and changes may name people: they can be erased once, and their hash takes their place.
    salt: Mapped[str] = mapped_column(sa.String(16), default=new_salt, server_default="")
    erased_at: Mapped[datetime | None]
    content_hash: Mapped[str | None] = mapped_column(sa.String(64))  # of what was erased

    actor: Mapped[User | None] = relationship(
        primaryjoin="foreign(Event.actor_id) == User.id", viewonly=True
    )

    __table_args__ = (
        sa.Index("ix_event_subject", "subject_type", "subject_id", "id"),
        # the audit list, the newest first, by each of its filters
        sa.Index("ix_event_at", "at", "id"),
        sa.Index("ix_event_actor_id", "actor_id", "at", "id"),
        sa.Index("ix_event_kind", "subject_type", "at", "id"),
        sa.Index("ix_event_name", "name", "at", "id"),
        sa.Index(
            "ix_event_address",
            "address",
            "at",
            "id",
            postgresql_ops={"address": "varchar_pattern_ops"},  # found by how it begins, too
        ),
    )

    def __str__(self) -> str:
        return f"#{self.id}"


class EventSeal(Model):
    """A link of the chain of hashes: some events that followed each other, sealed together.

    Events that are deleted once their time is over leave their seal: the chain stays whole.
    """

    id: Mapped[Key]
    first_id: Mapped[int] = mapped_column(unique=True)  # follows the last one of the seal before
    last_id: Mapped[int]
    count: Mapped[int]
    # a record of 40 bytes each: the id (8, big-endian) and the SHA-256 of the event
    entries: Mapped[bytes] = mapped_column(sa.LargeBinary)
    previous: Mapped[str] = mapped_column(sa.String(64))  # the hash of the seal before
    hash: Mapped[str] = mapped_column(sa.String(64))  # SHA-256 over all of the above
    signature: Mapped[str] = mapped_column(sa.String(64))  # HMAC-SHA256 of `hash`
    key_id: Mapped[str] = mapped_column(sa.String(16))  # by which key it was signed
    at: Mapped[datetime] = mapped_column(default=now)
    newest_at: Mapped[datetime]  # of its events: how long they are kept counts from here
    # when the retention job let its events go: from then on they may be deleted
    released_at: Mapped[datetime | None]


append_only.install(Event.__table__, EventSeal.__table__)
