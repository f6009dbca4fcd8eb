"""Notices (the bell): the person's notifications, newest first, read and unread."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, redirect, render_template, request, url_for
from flask_login import current_user, login_required

import access
import outbox
from core.clock import now
from core.database import db
from core.views import local_path, writes
from models import Notification
from storefront import bp
from storefront.listing.paging import paged


def mine() -> sa.ColumnElement[bool]:
    return access.account(current_user._get_current_object(), Notification)


def mark_read(*conditions: sa.ColumnElement[bool]) -> None:
    """Mark the person's unread notices that meet `conditions` as read, and commit."""
    db.session.execute(
        sa.update(Notification)
        .where(mine(), Notification.read_at.is_(None), *conditions)
        .values(read_at=now())
        .execution_options(synchronize_session=False)
    )
    db.session.commit()


@bp.get("/account/notices")
@login_required
def notices() -> Any:
    """List the notices of the person, in the words of the mails of the same name."""
    latest = (Notification.created_at.desc(), Notification.id.desc())
    query = sa.select(Notification).where(mine()).order_by(*latest)
    page = paged(query, request.args.get("page", 1, type=int))
    rows = [(notice, outbox.subject_of(notice)) for notice in page.items]
    return render_template("storefront/account/notices.html", rows=rows, page=page)


@bp.get("/account/notices/<int(max=2147483647):id>")
@writes
@login_required
def open_notice(id: int) -> Any:
    """Mark a notice as read and follow its link, which is always one of this site."""
    notice = db.session.scalar(sa.select(Notification).where(mine(), Notification.id == id))
    if notice is None:
        abort(404)
    target = local_path(notice.link) or url_for("storefront.notices")
    mark_read(Notification.id == id)
    return redirect(target)


@bp.post("/account/notices/<int(max=2147483647):id>/read")
@login_required
def read_notice(id: int) -> Any:
    """Mark one notice as read."""
    mark_read(Notification.id == id)
    return redirect(url_for("storefront.notices"))


@bp.post("/account/notices/read")
@login_required
def read_all_notices() -> Any:
    """Mark every notice as read."""
    mark_read()
    return redirect(url_for("storefront.notices"))
