"""Short cuts that tests share."""

from __future__ import annotations

from flask.testing import FlaskClient

from models import User


def sign_in(client: FlaskClient, user: User) -> FlaskClient:
    """Make `client` carry the session of `user`, as Flask-Login keeps it."""
    with client.session_transaction() as session:
        session["_user_id"] = user.fs_uniquifier
        session["_fresh"] = True
    return client


def csrf_off(app) -> None:
    """Post without a token; tests/test_csrf.py proves that the token is asked for."""
    app.config["WTF_CSRF_ENABLED"] = False
