"""Long tasks of the platform's office; administrators see everybody's, of both offices."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

import access
from admin_views.base import PlatformView
from admin_views.base.tasks import TaskPages
from admin_views.platform import menu
from models import PlatformRole, Task

POSITION = 35  # in the menu


class TaskView(TaskPages, PlatformView):
    """The steps on very many rows. Auditors take none."""

    roles = (PlatformRole.ADMINISTRATOR, PlatformRole.REVIEWER)
    column_list = (*TaskPages.column_list[:1], "actor", *TaskPages.column_list[1:])

    def scope(self) -> sa.ColumnElement[bool]:
        user = self.person()
        if access.is_administrator(user):
            return sa.true()
        return sa.and_(access.account(user, Task), Task.office == "admin")


def register(admin: Any) -> None:
    menu.place(
        admin,
        TaskView,
        Task,
        name=lazy_gettext("Bulk tasks"),
        endpoint="admin_task",
        url="task",
        group=menu.ADMINISTRATION,
        icon="list",
    )
