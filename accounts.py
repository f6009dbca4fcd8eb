"""Signing in, by Flask-Security-Too, in our look, with its mails through the outbox."""

from __future__ import annotations

from flask import Flask
from flask_login import LoginManager

from database import db
from models import User


def init_app(app: Flask) -> None:
    manager = LoginManager(app)

    @manager.user_loader
    def load(key: str) -> User | None:
        return db.session.query(User).filter_by(fs_uniquifier=key).one_or_none()
