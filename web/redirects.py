"""Redirects to a local path, and nowhere else."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Response, redirect, request, url_for

from core.views import local_path


def without_host(response: Response) -> Response:
    """Request hook: a redirect to this site leads to a path, not to what the header Host says.

    Those of a missing slash are made by Werkzeug, past every handler, with a page that names both.
    """
    parts = urlsplit(response.location or "")
    if parts.netloc and parts.netloc == request.host:
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        response.location = local_path(path) or "/"
        response.set_data(b"")
    return response


def back(endpoint: str, **values: Any) -> Any:
    """Redirect to the local path in `next`, else to `endpoint`."""
    return redirect(local_path(request.values.get("next")) or url_for(endpoint, **values))
