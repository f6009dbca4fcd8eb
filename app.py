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
import web.concurrent_edits
from access import unpublished
from core import config
from core.database import db
from core.extensions import csrf, limiter, migrate
from i18n import language_markup, locales
from tables import cache_mark
from web import compression, request_hooks, retry, secret_links, static_files, template_context

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
    db.init_app(app)
    cache_mark.init_app(app)  # every engine, whoever uses it: the web, the worker, a command
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    secret_links.init_app(app)
    retry.init_app(app)
    request_hooks.init_app(app)  # first: it chooses the kind of transaction before anything loads
    compression.init_app(app)
    language_markup.init_app(app)  # what is compressed is marked already
    locales.init_app(app)
    template_context.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    outbox.init_app(app)
    search.init_app(app)
    unpublished.init_app()  # after the search's hooks: what it writes belongs to a flush
    accounts.init_app(app)
    storefront.init_app(app)
    admin_views.init_app(app)
    web.concurrent_edits.init_app(app)
    cli.init_app(app)
    static_files.init_app(app, request_hooks.headers_of(settings))  # outermost
    return app
