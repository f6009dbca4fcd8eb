"""The nightly check of the audit log: where it is not as it was sealed, administrators are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.clock import park_day
from core.database import db, reading
from models import Duty
from workflows.audit import verification
from workflows.engine import notices as engine_notices
from workflows.engine.notices import HoldersOf, Notice

TEMPLATE = "audit_broken"
AUDIT = "/admin/event/"


@dataclass(frozen=True, slots=True)
class Broken:
    """A night on which the log was not what was sealed; in place of a row, for `notify`."""

    day: int  # since the year 1
    findings: int

    @property
    def id(self) -> int:
        return self.day

    @property
    def version(self) -> int:
        """Each administrator is told once a day."""
        return 1


def check(at: datetime) -> int:
    """Verify the log, and tell the administrators where it is not intact; return how many
    findings. Commits."""
    db.session.rollback()
    token = reading.set(True)
    try:
        result = verification.verify()
        db.session.rollback()
    finally:
        reading.reset(token)
    findings = len(result.findings) + result.more
    if findings:
        broken = [Broken(park_day(at).toordinal(), findings)]
        engine_notices.notify("event", TO_WHO_AUDITS, broken, _context, {})
        db.session.commit()
    return findings


def _context(rows: Sequence[Broken]) -> dict[int, dict[str, Any]]:
    return {row.id: {"findings": str(row.findings)} for row in rows}


TO_WHO_AUDITS = Notice(
    template=TEMPLATE,
    kind=None,  # nobody switches an alarm off
    recipients=HoldersOf(Duty.AUDIT),  # administrators among them
    link=lambda _row: AUDIT,
    each=True,  # its key says which day
)
