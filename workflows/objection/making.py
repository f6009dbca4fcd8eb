"""Making an objection: against whoever holds an enterprise, or the code of an application."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

import uploads
from core.database import db
from models import (
    AttachmentKind,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Institution,
    Objection,
    User,
)
from workflows.engine import create
from workflows.objection.rules import HOLDS

_joined = EnterpriseMembership.__table__
_institution = Institution.__table__


def about_enterprise(
    request: EnterpriseMembership, user: User, statement: str, files: Iterable[uploads.Upload]
) -> Objection:
    """Object to whoever was first for the enterprise that `user` asks to join.

    Raises:
        PermissionError: the request is somebody else's.
        ValueError: why not, in the reader's words.
        IntegrityError: one waits already.
    """
    first = db.session.scalar(
        sa.select(_joined.c.id)
        .where(
            _joined.c.enterprise_id == request.enterprise_id,
            _joined.c.status == EnterpriseMembershipStatus.MEMBER,
        )
        .order_by(_joined.c.status_at, _joined.c.id)
        .limit(1)
    )
    row = Objection(
        objector_id=user.id,
        credit_code=request.enterprise.credit_code,
        membership_id=request.id,
        contested_id=first,
        statement=statement,
    )
    return _made(row, user, files)


def about_code(
    application: Institution, code: str, user: User, statement: str, files: Iterable[uploads.Upload]
) -> Objection:
    """Object to whichever application holds the credit code of that of `user`; raises as above."""
    holder = db.session.scalar(
        sa.select(_institution.c.id)
        .where(
            _institution.c.credit_code == code,
            _institution.c.status.in_(HOLDS),
            _institution.c.applicant_id != user.id,
        )
        .limit(1)
    )
    row = Objection(
        objector_id=user.id,
        credit_code=code,
        application_id=application.id,
        holder_id=holder,
        statement=statement,
    )
    return _made(row, user, files)


def _made(row: Objection, user: User, files: Iterable[uploads.Upload]) -> Objection:
    create(row, "object", user)
    for file in files:
        uploads.attach(row, AttachmentKind.EVIDENCE, file, user)
    return row
