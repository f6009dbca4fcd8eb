"""How long the session still lasts: asked by open pages, put off by a button before its end."""

from __future__ import annotations

from typing import Any

from flask import jsonify, render_template, request
from flask_login import current_user, login_required

from accounts import last_seen, sessions
from core.database import db
from storefront import bp


@bp.route("/account/session", methods=["GET", "POST"])
def session_end() -> Any:
    """Return the seconds until the end; a POST is a use of the session, and puts it off.

    Nobody is sent to the sign-in page: it is a script that asks, and 0 is its answer.
    """
    if current_user.is_authenticated and request.method == "POST":
        last_seen.note_now()
        db.session.commit()
    current = sessions.current() if current_user.is_authenticated else None
    return jsonify(
        left=max(0, int(current.left.total_seconds())) if current else 0,
        final=current.final if current else False,
    )


@bp.get("/account/session/renewed")
@login_required
def session_renewed() -> str:
    """Say to whoever signed in again in another tab that they can go on in the first."""
    return render_template("storefront/account/session_renewed.html")
