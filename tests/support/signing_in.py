"""Signing in by the form, as a browser does: a session that ends when the product says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password

from core.clock import frozen, now
from core.database import db
from models import User
from tests.support.application import forget
from tests.support.cast import PASSWORD


def enter(client: FlaskClient, user: User, **more: str) -> FlaskClient:
    """Sign `user` in on `client` by the form.

    Args:
        more: what else is typed or ticked, such as `remember`.
    """
    if not user.password:
        user.password = hash_password(PASSWORD)
        db.session.commit()
    forget()
    typed = {"email": user.email, "password": PASSWORD} | more
    assert client.post("/login", data=typed).status_code == 302
    forget()
    return client


def copied(app: Flask, client: FlaskClient) -> FlaskClient:
    """Return the browser of a thief: another, with a copy of every cookie."""
    thief = app.test_client()
    for cookie in client._cookies.values():  # Werkzeug has no list of them
        thief.set_cookie(cookie.key, cookie.value, path=cookie.path)
    forget()
    return thief


def opens(client: FlaskClient, path: str = "/account/profile") -> bool:
    """Whether the browser still opens somebody's page.

    The test lets go of its transaction: each request has one of its own in the product, and what
    notes the use of a session waits for nobody's lock.
    """
    db.session.rollback()
    forget()
    status = client.get(path).status_code
    db.session.rollback()
    forget()
    assert status in (200, 302), status
    return status == 200


def told_at_sign_in(client: FlaskClient, path: str = "/account/") -> str:
    """Return the sign-in page that the browser is sent to."""
    forget()
    answer = client.get(path)
    forget()
    assert answer.status_code == 302
    page: str = client.get(answer.location).text
    forget()
    return page


@contextmanager
def later(**span: float) -> Iterator[None]:
    """Let it be that much later, as `timedelta` names it."""
    with frozen(now() + timedelta(**span)):
        yield
