"""The front page of the platform's office: what waits, and for how long."""

from __future__ import annotations

from typing import Any

from admin_views.platform.queues import piles
from models import User

TEMPLATE = "admin/dashboard.html"


def contents(user: User) -> dict[str, Any]:
    """Return what the template shows: the queues that `user` may see."""
    return {"piles": piles(user)}
