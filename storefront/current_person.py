"""The signed-in user (current_user) as a row, for the views of the account."""

from __future__ import annotations

from flask_login import current_user

import access
from models import User


def not_verified() -> bool:
    """Whether the person acts for an enterprise for which they are not verified yet."""
    user = person()
    return access.enterprise_ids(user) != access.verified_enterprise_ids(user)


def person() -> User:
    """Return the signed-in user behind Flask-Login's proxy. For views with `login_required`."""
    user: User = current_user._get_current_object()
    return user
