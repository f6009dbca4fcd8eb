"""Long tasks (bulk steps by the worker): the list, and the progress page of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy as sa
from flask import current_app, flash, redirect, request
from flask_admin import expose
from flask_babel import format_decimal, gettext, lazy_gettext

import access
from admin_views.base.details import DetailsView
from admin_views.base.filters import ChoiceFilter, Filter
from admin_views.base.history import Entry
from core.database import db
from models import Proposal, Task, TaskRow, TaskStatus, User
from worker import orders
from workflows.engine import Transition

ON_A_PAGE = 50  # refused rows
LOOKS = 2  # seconds between two looks of the page at its task

# Flask-Admin binds every page it finds to the class it finds it on: see workbench/unlinking.py
Details: Any = DetailsView if TYPE_CHECKING else object


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that a task refused, with the reason."""

    name: str
    url: str | None
    reason: str


def view_of(task: Task | Proposal) -> Any:
    """Return the list in which `task` was ordered or proposed; None: there is none any more."""
    for office in current_app.extensions["admin"]:
        for view in office._views:
            if view.endpoint == task.view:
                return view
    return None


def step_of(task: Task) -> str:
    """Return the label of the transition."""
    view = view_of(task)
    found = view and next((step for step in steps_of(view) if step.name == task.transition), None)
    return str(found.label) if found else task.transition


def steps_of(view: Any) -> Sequence[Transition]:
    """Return the steps that `view` offers for many rows."""
    return [view.transition(verb) for verb in view.bulk]


def what(_view: Any, _context: None, row: Task, _name: str) -> str:
    """The step and the list in which it was ordered."""
    view = view_of(row)
    return f"{view.name} · {step_of(row)}" if view else step_of(row)


def progress(_view: Any, _context: None, row: Task, _name: str) -> str:
    return f"{format_decimal(row.handled)} / {format_decimal(row.total)}"


class TaskPages(Details):
    """For a view on tasks: one's own, and the page that shows how far each is."""

    details_template = "admin/task/page.html"
    column_list: Any = ("what", "status", "progress", "refused", "created_at", "finished_at")
    column_labels = {
        "what": lazy_gettext("Step"),
        "progress": lazy_gettext("Rows dealt with"),
        "refused": lazy_gettext("Not done"),
        "created_at": lazy_gettext("Ordered at"),
        "finished_at": lazy_gettext("Ended at"),
        "actor": lazy_gettext("Ordered by"),
    }
    column_details_list = ("created_at",)
    column_sortable_list = ("status", "created_at", "finished_at")
    column_formatters = {"what": what, "progress": progress}
    filters: ClassVar[tuple[Filter, ...]] = (ChoiceFilter("status", TaskStatus),)
    empty_title = lazy_gettext("No task yet.")
    empty_hint = lazy_gettext(
        "A step on more than 1,000 rows becomes a task: it goes on by itself, and this list shows "
        "how far it is."
    )

    def named(self, row: Task) -> str:
        return what(self, None, row, "what")

    def past(self, row: Task) -> list[Entry]:
        """Return nothing: what a task did is on record with each of its rows."""
        return []

    def details_context(self, row: Task) -> dict[str, Any]:
        return {
            "number": format_decimal,
            "title": what(self, None, row, "what"),
            "looks": LOOKS if row.unfinished else None,
            "cancellable": row.unfinished and row.cancel_at is None,
            "origin": origin(row),
            "error_shown": access.runs_system(self.person()),
            **self.refused_page(row),
        }

    def refused_page(self, row: Task) -> dict[str, Any]:
        """Return one page of what was not done, with names and reasons."""
        pages = max(-(-row.refused // ON_A_PAGE), 1)
        asked = request.args.get("page", "1")
        page = min(
            int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1, pages
        )
        page = max(page, 1)
        found = db.session.execute(
            sa.select(TaskRow.row_id, TaskRow.reason)
            .where(TaskRow.task_id == row.id, TaskRow.reason.is_not(None))
            .order_by(TaskRow.row_id)
            .limit(ON_A_PAGE)
            .offset((page - 1) * ON_A_PAGE)
        )
        reasons = {id: reason or "" for id, reason in found}
        return {
            "refused_rows": named_rows(row, reasons, self.person()),
            "paging": {"page": page, "pages": pages, "total": row.refused},
        }

    @expose("/cancel/", methods=("POST",))
    def cancel_view(self) -> Any:
        """Let the task end before its next portion."""
        task = self.get_one(request.form.get("id", ""))
        if not task.unfinished:
            flash(gettext("The task had ended already."), "info")
        else:
            orders.cancel(task.id)
            db.session.commit()
            flash(gettext("The task is being ended. What is done stays done."), "success")
        return redirect(self.get_url(".details_view", id=task.id))


def origin(task: Task) -> str | None:
    """Return the address of the list in which `task` was ordered, where the reader may open it."""
    view = view_of(task)
    return view.get_url(".index_view") if view is not None and view.is_accessible() else None


def named_rows(task: Task, reasons: Mapping[int, str], user: User) -> list[RefusedRow]:
    """Return the rows by name, each with the address of its page where the reader may open it."""
    view = view_of(task)
    rows: dict[int, Any] = {}
    opens: set[int] = set()
    if view is not None and reasons:
        seen = access.visible(user, view.model).where(view.model.id.in_(reasons))
        rows = {row.id: row for row in db.session.scalars(seen.options(*view.loads)).unique()}
        if view.is_accessible():
            opens = set(view.known(list(reasons)))
    return [
        RefusedRow(
            name=view.named(rows[id]) if id in rows else gettext("No. %(number)s", number=id),
            url=view.row_url(rows[id]) if id in rows and id in opens else None,
            reason=reason,
        )
        for id, reason in reasons.items()
    ]
