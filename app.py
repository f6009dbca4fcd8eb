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
from core import config
from core.database import db
from core.extensions import csrf, limiter, migrate
from i18n import language_markup, locales
from web import compression, request_hooks, secret_links, template_context

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
    migrate.init_app(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    secret_links.init_app(app)
    request_hooks.init_app(app)  # first: it chooses the kind of transaction before anything loads
    compression.init_app(app)
    language_markup.init_app(app)  # what is compressed is marked already
    locales.init_app(app)
    template_context.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    outbox.init_app(app)
    search.init_app(app)
    accounts.init_app(app)
    storefront.init_app(app)
    admin_views.init_app(app)
    cli.init_app(app)
    return app
