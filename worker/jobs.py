"""The schedule of timed jobs (cron): what happens by itself, and how often.

A job is a function of the moment: it does what is due at `at`, commits, and returns how many
things it moved. It is safe to run twice, at once or again: it acts as `access.SYSTEM` through the
engine's transitions, whose source states let each thing move once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import inbox
import ranking
from accounts import counters, kept_forms, overdue
from backup import nightly
from core.clock import PARK, park_day
from workflows.audit import check, sealing
from workflows.calendar import upkeep
from workflows.confirmation import timing
from workflows.consultant import expiry
from workflows.invitation import reminders
from workflows.person import registering
from workflows.privacy import retention
from workflows.proposal import timing as proposal_timing
from workflows.review import timing as review_timing


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One timed job: due `every` so often, or daily once it is `at` o'clock in the park."""

    name: str
    run: Callable[[datetime], int]
    every: timedelta | None = None
    at: time | None = None

    def next(self, moment: datetime) -> datetime:
        """Return when the job is due again after a run at `moment`. A missed night is not a night
        lost: what was due stays due until it is done.

        Raises:
            ValueError: the job has neither an interval nor an hour, or both.
        """
        if (self.every is None) == (self.at is None):
            raise ValueError(f"{self.name} is due every so often, or daily at an hour")
        if self.every is not None:
            return moment + self.every
        today = datetime.combine(park_day(moment), self.at or time(), PARK)
        due = today if today > moment else today + timedelta(days=1)
        return due.astimezone(moment.tzinfo)


JOBS: tuple[Job, ...] = (
    Job(name="remind_invited", run=reminders.remind, every=timedelta(hours=1)),
    Job(name="holidays", run=upkeep.keep_filled, at=time(7)),
    Job(name="warn_of_expiry", run=expiry.warn, at=time(8)),
    Job(name="review_settle", run=review_timing.settle, every=timedelta(minutes=10)),
    Job(name="review_remind", run=review_timing.remind, every=timedelta(hours=1)),
    Job(name="activity_mails", run=inbox.fetch_due, every=timedelta(minutes=5)),
    Job(name="kept_forms", run=kept_forms.forget, every=timedelta(minutes=10)),
    Job(name="sessions", run=overdue.end_overdue, every=timedelta(minutes=10)),
    Job(name="forget_unconfirmed", run=registering.forget_overdue, every=timedelta(hours=1)),
    Job(name="proposals_expire", run=proposal_timing.expire, every=timedelta(hours=1)),
    Job(name="silence", run=timing.count_silence, every=timedelta(hours=1)),
    Job(name="purge_counters", run=counters.purge, every=timedelta(hours=1)),
    Job(name="audit_seal", run=sealing.seal, every=timedelta(minutes=10)),
    Job(name="audit_check", run=check.check, at=time(3)),
    Job(name="retention", run=retention.run, at=time(2)),
    Job(name="backup", run=nightly.back_up_nightly, at=time(2, 30)),
    # the first of the day: scores fade from day to day, and a new rule holds from midnight
    Job(name="ranking", run=ranking.mark_everybody, at=time(0, 5)),
    Job(name="month_end", run=ranking.store_places, at=time(0, 10)),
)
