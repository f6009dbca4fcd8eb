"""The platform's dashboard: what waits, and for how long."""

from __future__ import annotations

from typing import Any

import access
from admin_views.base.office import OfficeIndex
from admin_views.base.rules import ForStaff
from admin_views.platform.queues import queue_counts
from core.clock import now
from models import EVERY_DUTY, User
from workflows.calendar import upkeep


class PlatformIndex(ForStaff, OfficeIndex):
    """What waits for the platform's staff."""

    opens = EVERY_DUTY
    index_template = "admin/dashboard.html"

    def contents(self, user: User) -> dict[str, Any]:
        """Return the queues that `user` may see, and for who can enter them the years whose
        holidays are missing."""
        years = upkeep.missing_years(now()) if access.runs_system(user) else []
        return {"queue_counts": queue_counts(user), "missing_years": years}
