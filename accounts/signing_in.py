"""Flask-Login's hooks: who the session is of, what strangers are told, what signing out clears."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, flash, redirect, request, url_for
from flask_babel import gettext
from flask_security import Security

import labels
from accounts import sessions
from core.views import local_path

OFFICE = "/admin"  # of the platform's staff, who do not stay signed in
# Not "cookies": the language and the message of the next page are in one, and what it opened is
# over by its row.
CLEARED = '"cache", "storage"'


def init_app(app: Flask, security: Security) -> None:
    security.login_manager.user_loader(sessions.load)
    security.login_manager.unauthorized_handler(ask_to_sign_in)
    security.unauthn_handler(ask_to_sign_in)
    security.login_context_processor(of_the_page)
    app.config.update(
        PERMANENT_SESSION_LIFETIME=sessions.LONGEST,
        SESSION_REFRESH_EACH_REQUEST=False,  # its end is that of its row
        # Flask-Login's second cookie is never set, and one of an earlier edition never read
        REMEMBER_COOKIE_NAME="remember_token_unused",
    )


def ask_to_sign_in(*_asked: Any, **_options: Any) -> Any:
    """Send a stranger to the sign-in page, and back here afterwards."""
    if not sessions.is_over():  # else that page says why
        flash(gettext("Please sign in to open this page."), "info")
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path
    return redirect(url_for("security.login", next=here))


def of_the_page() -> dict[str, Any]:
    """Return what the sign-in page shows beside its form."""
    because = sessions.why_over() if request.method == "GET" else None
    target = local_path(request.values.get("next")) or ""
    return {
        "session_over": labels.label(because) if because else "",
        "may_stay": not target.startswith(OFFICE),
    }


def clear_site_data(response: Response) -> Response:
    """After signing out: let the browser forget what it kept of the pages."""
    response.headers["Clear-Site-Data"] = CLEARED
    return response
