"""What every request passes: hooks in one order (web/hooks.py), headers, caches, error pages."""

from __future__ import annotations

from flask import Flask

from web import (
    concurrent_edits,
    error_pages,
    etag,
    headers,
    health,
    log_redaction,
    lost_races,
    rerun,
    second_factor,
    static_files,
    template_context,
)


def init_app(app: Flask) -> None:
    """Bind what needs the application. The hooks come last, when all have been registered."""
    log_redaction.init_app(app)
    headers.init_app(app)
    rerun.init_app(app)
    error_pages.init_app(app)
    lost_races.init_app(app)
    concurrent_edits.init_app(app)
    health.init_app(app)
    etag.init_app(app)
    template_context.init_app(app)
    second_factor.init_app(app)
    static_files.init_app(app)
