"""The storefront's frame: footer and menu, fragments that are made once for everybody."""

from __future__ import annotations

from flask import Flask, render_template, request
from flask_babel import get_locale
from markupsafe import Markup

from web.fragment_cache import cached


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(footer=footer, main_menu=main_menu)


def footer() -> Markup:
    """Return the footer of every page, in the reader's language."""
    name = ("footer", str(get_locale()), request.script_root)
    return cached(name, lambda: Markup(render_template("_footer.html")), alone=True)  # noqa: S704  # a template


def main_menu() -> Markup:
    """Return the storefront's menu, with the page of the request marked."""
    name = ("menu", str(get_locale()), request.script_root, request.endpoint)
    return cached(name, lambda: Markup(render_template("_main_menu.html")), alone=True)  # noqa: S704  # a template
