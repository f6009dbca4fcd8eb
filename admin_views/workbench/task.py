"""Long tasks of the workbench: each person sees their own."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

import access
from admin_views.base import WorkbenchView
from admin_views.base.tasks import TaskPages
from core.database import db
from models import Task

POSITION = 90  # in the menu: at its end


class TaskView(TaskPages, WorkbenchView):
    """The steps on very many rows."""

    consultants = True

    def scope(self) -> sa.ColumnElement[bool]:
        return sa.and_(access.account(self.person(), Task), Task.office == "workbench")


def register(admin: Any) -> None:
    admin.add_view(
        TaskView(
            Task,
            db,
            name=lazy_gettext("Bulk tasks"),
            endpoint="task",
            url="task",
            menu_icon_type="icon",
            menu_icon_value="list",
        )
    )
