"""Proposals: grave steps that a second person confirms (four-eyes principle)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Model, Short, stored_by_value
from tables.base import Living, ref, unique_while
from tables.person import User
from tables.role import Duty


class ProposalStatus(StrEnum):
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Proposal(Living, Model):
    """One step on some rows, as its proposer saw them; carried out when somebody else confirms."""

    subject_type: Mapped[str] = mapped_column(sa.String(32))
    transition: Mapped[str] = mapped_column(sa.String(32))
    rows: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {id: the version that was seen}
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)  # as worker/answers.py packs them
    view: Mapped[Short]  # the list in which it was proposed, by its endpoint
    fingerprint: Mapped[str] = mapped_column(sa.String(64))  # of the step and the rows
    duty: Mapped[Duty] = mapped_column(stored_by_value(Duty))  # whose holders decide
    proposer_id: Mapped[int] = ref("user.id")
    reason: Mapped[str | None] = mapped_column(sa.Text)
    decided_by_id: Mapped[int | None] = ref("user.id")
    decline_reason: Mapped[str | None] = mapped_column(sa.Text)
    expires_at: Mapped[datetime]
    status: Mapped[ProposalStatus] = mapped_column(stored_by_value(ProposalStatus))

    proposer: Mapped[User] = relationship(foreign_keys=proposer_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)

    __table_args__ = (
        sa.Index("ix_proposal_status", "status", "expires_at"),
        unique_while("uq_proposal_open", "fingerprint", where="status = 'proposed'"),
    )

    def __str__(self) -> str:
        return f"#{self.id}"
