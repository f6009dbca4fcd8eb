"""Long tasks of the platform's office; administrators see everybody's, of both offices."""

from __future__ import annotations

import sqlalchemy as sa

import access
from admin_views.base import PlatformView
from admin_views.base.tasks import TaskPages
from models import PlatformRole, Task


class TaskView(TaskPages, PlatformView):
    """The steps on very many rows. Auditors take none."""

    roles = (PlatformRole.ADMINISTRATOR, PlatformRole.REVIEWER)
    column_list = (*TaskPages.column_list[:1], "actor", *TaskPages.column_list[1:])

    def scope(self) -> sa.ColumnElement[bool]:
        user = self.person()
        if access.is_administrator(user):
            return sa.true()
        return sa.and_(access.account(user, Task), Task.office == "admin")
