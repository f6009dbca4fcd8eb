"""The translations of a request, looked up once instead of at every phrase."""

from __future__ import annotations

from typing import Any

from flask import Flask, g
from flask_babel import Babel, Domain
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup


class Phrases(Domain):
    """Flask-Babel's catalog; it asks for the locale until the locale is changed, and no more."""

    def get_translations(self) -> Any:
        held = getattr(g, "_flask_babel", None) if g else None
        if held is None:
            return super().get_translations()
        # Flask-Babel itself forgets this attribute when a locale is forced or chosen anew
        known = getattr(held, "babel_translations", None)
        if known is None:
            known = held.babel_translations = super().get_translations()
        return known


class PhraseBabel(Babel):
    """Flask-Babel with these translations."""

    domain_instance = Phrases()

    def init_app(self, app: Flask, *args: Any, **options: Any) -> None:
        super().init_app(app, *args, **options)
        app.jinja_env.globals.update(_=phrase, ngettext=phrase_for)


@pass_eval_context
def phrase(evaluation: EvalContext, msgid: str, **values: Any) -> str:
    """Return `msgid` in the reader's language: `_` of the templates, as Jinja's own but shorter."""
    catalog = PhraseBabel.domain_instance.get_translations()  # the only domain there is
    known: dict[tuple[str, bool], str] = catalog.__dict__.setdefault("phrases", {})
    plain = (msgid, evaluation.autoescape)
    if not values and plain in known:
        return known[plain]
    text = catalog.ugettext(msgid)
    if evaluation.autoescape:
        text = Markup(text)  # noqa: S704  # a msgid is ours; what is put into it is escaped
    text = text % values
    if not values:  # as most are: a template's own words, so there are only so many
        known[plain] = text
    return text


@pass_eval_context
def phrase_for(
    evaluation: EvalContext, singular: str, plural: str, number: int, **values: Any
) -> str:
    """Return the form for `number` in the reader's language: `ngettext` of the templates."""
    text = PhraseBabel.domain_instance.get_translations().ungettext(singular, plural, number)
    if evaluation.autoescape:
        text = Markup(text)  # noqa: S704  # as above
    filled: str = text % values
    return filled


babel = PhraseBabel()
