"""Long tasks and proposals in words."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import LazyString, lazy_gettext

from models import ProposalStatus, TaskStatus

LABELS: dict[type[StrEnum], dict[StrEnum, LazyString]] = {
    ProposalStatus: {
        ProposalStatus.PROPOSED: lazy_gettext("Waits for a second person"),
        ProposalStatus.CONFIRMED: lazy_gettext("Confirmed and carried out"),
        ProposalStatus.DECLINED: lazy_gettext("Declined by the second person"),
        ProposalStatus.WITHDRAWN: lazy_gettext("Withdrawn by the proposer"),
        ProposalStatus.EXPIRED: lazy_gettext("Expired unconfirmed"),
    },
    TaskStatus: {
        TaskStatus.QUEUED: lazy_gettext("Waiting for the worker"),
        TaskStatus.RUNNING: lazy_gettext("Under way"),
        TaskStatus.FINISHED: lazy_gettext("Finished"),
        TaskStatus.CANCELLED: lazy_gettext("Ended early"),
        TaskStatus.STOPPED: lazy_gettext("Stopped"),
        TaskStatus.BROKEN: lazy_gettext("Broken off after an error"),
    },
}
