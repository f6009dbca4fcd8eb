"""The home page and the language switch."""

from typing import Any

from flask import render_template, request, session

from http_layer import back
from locales import LANGUAGES
from storefront import bp


@bp.get("/")
def home() -> Any:
    return render_template("storefront/home.html")


@bp.post("/language")
def set_language() -> Any:
    """Remember the chosen language and return to the page."""
    if request.form.get("locale") in LANGUAGES:
        session["locale"] = request.form["locale"]
    return back("storefront.home")
