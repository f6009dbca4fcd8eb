"""Redirects to a local path, and nowhere else."""

from __future__ import annotations

from typing import Any

from flask import (
    redirect,
    request,
    url_for,
)

from core.views import local_path


def back(endpoint: str, **values: Any) -> Any:
    """Redirect to the local path in `next`, else to `endpoint`."""
    return redirect(local_path(request.values.get("next")) or url_for(endpoint, **values))
