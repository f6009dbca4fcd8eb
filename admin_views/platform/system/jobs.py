"""Scheduled jobs: last run, rows changed, errors."""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString, gettext, lazy_gettext

from admin_views.base import PlatformView
from models import Duty, JobRun
from worker import jobs
from worker.faults import LOOPS

NAMES: dict[str, LazyString] = {
    "ranking": lazy_gettext("Compute the ranking of the day"),
    "kept_forms": lazy_gettext("Delete forms that were kept while somebody signed in"),
    "sessions": lazy_gettext("End sessions that are idle or too old"),
    "silence": lazy_gettext("Count the silence of enterprises about deals"),
    "remind_invited": lazy_gettext("Remind invited consultants, and let invitations expire"),
    "holidays": lazy_gettext("Fill the calendar of working days, and warn of a missing year"),
    "warn_of_expiry": lazy_gettext("Warn of qualifications that run out"),
    "review_settle": lazy_gettext("Publish sealed reviews whose time has come"),
    "review_remind": lazy_gettext("Remind of reviews to be written"),
    "activity_mails": lazy_gettext("Fetch the mails about activities"),
    "forget_unconfirmed": lazy_gettext("Forget accounts whose address nobody confirmed"),
    "proposals_expire": lazy_gettext("Let proposals expire that nobody confirmed"),
    "month_end": lazy_gettext("Keep the places of the month that ended"),
    "purge_counters": lazy_gettext("Forget counted attempts whose time is over"),
    "retention": lazy_gettext("Delete what was kept long enough"),
    "backup": lazy_gettext("Write the backup of the night"),
    "audit_seal": lazy_gettext("Seal the audit log"),
    "audit_check": lazy_gettext("Check the audit log against its seals"),
    "loop_jobs": lazy_gettext("The worker: running what is due"),
    "loop_tasks": lazy_gettext("The worker: working on bulk tasks"),
    "loop_mails": lazy_gettext("The worker: sending the mails"),
    "loop_scores": lazy_gettext("The worker: computing the scores"),
}


def name(_view: Any, _context: None, row: JobRun, _name: str) -> str:
    """What the job does, in words; its name where it has left the list."""
    return str(NAMES.get(row.name, row.name))


def rhythm(_view: Any, _context: None, row: JobRun, _name: str) -> str:
    """How often the job is due; of the worker's own loops, that they never rest."""
    if row.name in LOOPS:
        return gettext("All the time")
    job = next((candidate for candidate in jobs.JOBS if candidate.name == row.name), None)
    if job is None:
        return gettext("No more")
    if job.at is not None:
        return gettext("Daily at %(hour)s", hour=job.at.strftime("%H:%M"))
    seconds = int(job.every.total_seconds()) if job.every else 0
    if seconds < 120:
        return gettext("Every %(count)s seconds", count=seconds)
    if seconds < 7200:
        return gettext("Every %(count)s minutes", count=seconds // 60)
    return gettext("Every %(count)s hours", count=seconds // 3600)


class JobView(PlatformView):
    """What the worker did last. Nobody writes here but the worker."""

    opens = frozenset({Duty.SYSTEM, Duty.AUDIT})
    column_list = (
        "name",
        "rhythm",
        "started_at",
        "finished_at",
        "moved",
        "due_at",
        "error",
    )
    column_labels = {
        "name": lazy_gettext("Job"),
        "rhythm": lazy_gettext("Rhythm"),
        "started_at": lazy_gettext("Last begun"),
        "finished_at": lazy_gettext("Last ended"),
        "moved": lazy_gettext("Things moved"),
        "due_at": lazy_gettext("Next due"),
        "leased_until": lazy_gettext("In hand until"),
        "error": lazy_gettext("Last error"),
    }
    column_details_list = (*column_list, "leased_until")
    column_sortable_list = ("started_at", "finished_at", "moved", "due_at")
    column_default_sort = "due_at"
    column_formatters = {"name": name, "rhythm": rhythm}
    empty_title = lazy_gettext("No job has run yet.")
    empty_hint = lazy_gettext("The worker runs them: see the page on deployment.")
