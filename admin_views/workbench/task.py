"""Long tasks of the workbench: each person sees their own."""

from __future__ import annotations

import sqlalchemy as sa

import access
from admin_views.base import WorkbenchView
from admin_views.base.tasks import TaskPages
from models import Task


class TaskView(TaskPages, WorkbenchView):
    """The steps on very many rows."""

    consultants = True

    def scope(self) -> sa.ColumnElement[bool]:
        return sa.and_(access.account(self.person(), Task), Task.office == "workbench")
