"""Long tasks of the platform's office; who runs the system sees everybody's, of both."""

from __future__ import annotations

import sqlalchemy as sa

import access
from admin_views.base import PlatformView
from admin_views.base.tasks import TaskPages
from models import Duty, Task


class TaskView(TaskPages, PlatformView):
    """The steps on very many rows. Auditors take none."""

    opens = frozenset({Duty.APPLICATIONS, Duty.TRADE, Duty.DISPATCH, Duty.SANCTIONS, Duty.SYSTEM})
    column_list = (*TaskPages.column_list[:1], "actor", *TaskPages.column_list[1:])

    def scope(self) -> sa.ColumnElement[bool]:
        user = self.person()
        if access.runs_system(user):
            return sa.true()
        return sa.and_(access.account(user, Task), Task.office == "admin")
