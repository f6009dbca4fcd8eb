"""Cookies that the product sets beside the session's, with the same attributes in one place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import current_app, request


def name_of(word: str) -> str:
    """Return the name of the cookie `word`.

    In production it has the prefix `__Host-`: a browser takes it over TLS and from this host alone,
    so that no neighbouring name can set it.
    """
    return f"__Host-{word}" if current_app.config["SESSION_COOKIE_SECURE"] else word


def read(word: str) -> str:
    """Return what the cookie `word` of the request says; "" where there is none."""
    return request.cookies.get(name_of(word), "")


def put(response: Any, word: str, value: str, max_age: timedelta) -> None:
    """Set the cookie `word`: for all paths, out of the reach of scripts and other sites."""
    response.set_cookie(
        name_of(word),
        value,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
