"""The signed-in user (current_user) as a row, for the views of the account."""

from __future__ import annotations

from flask_login import current_user

from models import User


def person() -> User:
    """Return the signed-in user behind Flask-Login's proxy. For views with `login_required`."""
    user: User = current_user._get_current_object()
    return user
