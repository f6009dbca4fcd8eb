"""Long tasks in words."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import LazyString, lazy_gettext

from models import TaskStatus

LABELS: dict[type[StrEnum], dict[StrEnum, LazyString]] = {
    TaskStatus: {
        TaskStatus.QUEUED: lazy_gettext("Waiting for the worker"),
        TaskStatus.RUNNING: lazy_gettext("Under way"),
        TaskStatus.FINISHED: lazy_gettext("Finished"),
        TaskStatus.CANCELLED: lazy_gettext("Ended early"),
        TaskStatus.STOPPED: lazy_gettext("Stopped"),
        TaskStatus.BROKEN: lazy_gettext("Broken off after an error"),
    },
}
