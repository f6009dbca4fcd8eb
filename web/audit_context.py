"""Request hooks of the audit context: address and session of the request go on record."""

from __future__ import annotations

from flask import request, session

from accounts import sign_ins
from core import audit_context


def hold() -> None:
    """Request hook: whatever this request puts on record comes from its address and session."""
    audit_context.hold(request.remote_addr, str(session.get(sign_ins.KEY) or ""))


def release(_error: BaseException | None) -> None:
    """Request hook at the end: the next request of this thread starts bare."""
    audit_context.release()
