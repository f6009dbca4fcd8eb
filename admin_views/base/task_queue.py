"""Enqueueing a bulk step as a long task of the worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, url_for
from flask_babel import get_locale

from core.database import db
from worker import orders
from workflows.engine import Transition

PAGES = {"admin": "admin_task", "workbench": "task"}  # office -> the endpoint of its tasks


def enqueue(
    view: Any,
    step: Transition,
    ids: Sequence[int],
    seen: Mapping[int, int],
    answers: Mapping[str, Any],
    missing: int,
) -> Any:
    """Order `step` on the rows `ids` of `view`, commit, and lead to the page of the task."""
    office = view.admin.endpoint
    task = orders.order(
        view.person(),
        office=office,
        view=view.endpoint,
        subject_type=view.model.__tablename__,
        transition=step.name,
        ids=ids,
        seen=seen,
        answers=answers,
        missing=missing,
        locale=str(get_locale()),
    )
    db.session.commit()
    return redirect(url_for(f"{PAGES[office]}.details_view", id=task.id))
