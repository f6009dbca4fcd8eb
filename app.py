"""The application: configuration, extensions, rooms, commands. A column of init_app lines."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

import accounts
import admin_views
import cli
import outbox
import search
import storefront
import web
from access import row_guard, unpublished
from core import config, database, dry_run
from core.extensions import csrf, limiter, migrate
from i18n import locales
from tables import cache_mark
from web import hooks

ROOT = Path(__file__).parent


def create_app(settings: config.Settings | None = None) -> Flask:
    """Build the application from `settings`, or from the environment.

    Raises:
        UnsafeSettings: the environment must not be served.
    """
    settings = settings or config.from_environment()
    settings.instance_path.mkdir(parents=True, exist_ok=True)
    app = Flask(
        "app",
        root_path=str(ROOT),
        instance_path=str(settings.instance_path.resolve()),
    )
    app.config.update(config.flask_config(settings))
    database.init_app(app)
    dry_run.init_app(app)
    cache_mark.init_app(app)  # every engine, whoever uses it: the web, the worker, a command
    row_guard.install()
    migrate.init_app(app, database.db, directory=str(ROOT / "migrations"), render_as_batch=True)
    locales.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    outbox.init_app(app)
    search.init_app(app)
    unpublished.init_app()  # after the search's hooks: what it writes belongs to a flush
    accounts.init_app(app)
    web.init_app(app)
    storefront.init_app(app)
    admin_views.init_app(app)
    cli.init_app(app)
    hooks.init_app(app, storefront.hooks())  # last: every hook is known, and takes its place
    return app
