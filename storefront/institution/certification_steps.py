"""Withdrawing an application, and starting again after one that ended."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user, login_required

from core.database import db
from models import Institution
from storefront import bp
from storefront.institution.application_draft import started_again
from storefront.institution.certification import ENDED, applications
from workflows import engine


def _page() -> Any:
    return redirect(url_for("storefront.certification"))


@bp.post("/certification/<int(max=2147483647):id>/withdraw")
@login_required
def withdraw_certification(id: int) -> Any:
    """Take the application back, while nobody has decided on it."""
    outcome = engine.perform(
        Institution,
        "withdraw",
        [id],
        current_user._get_current_object(),
        seen={id: request.form.get("version", 0, type=int)},
    )
    if outcome.missing:
        abort(404)
    db.session.commit()
    if outcome.done:
        flash(gettext("The application was withdrawn."), "success")
    else:
        flash(str(outcome.refused[id]), "warning")
    return _page()


@bp.post("/certification/<int(max=2147483647):id>/restart")
@login_required
def restart_certification(id: int) -> Any:
    """Copy an application that ended into a new draft."""
    user = current_user._get_current_object()
    ended = next((application for application in applications(user) if application.id == id), None)
    if ended is None or ended.status not in ENDED:
        abort(404)
    try:
        started_again(ended, user)
    except ValueError as error:
        db.session.rollback()
        flash(str(error), "warning")
        return _page()
    db.session.commit()
    flash(gettext("A new draft holds what you wrote. Correct it and submit it again."), "success")
    return _page()
