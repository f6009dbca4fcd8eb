"""The base form: translated messages, trimmed text, and the key that makes a form post once.

Plain WTForms without a token of its own: CSRFProtect guards every changing request (CSRF), so a
form never needs the request.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any

import wtforms
from flask_babel import gettext, lazy_gettext
from wtforms import validators
from wtforms.fields.choices import SelectChoice

from core import dry_run
from forms import text

MOBILE = re.compile(r"^(?:\+?86[- ]?)?1[3-9]\d{9}$")


LANDLINE = re.compile(
    r"^(?:(?:\+?86[- ]?)?0\d{2,3}[- ]?\d{7,8}|400[- ]?\d{3,4}[- ]?\d{3,4}|\d{7,8})"
    r"(?:(?:[-*#]|转|[ ]?ext\.?[ ]?)\d{1,6})?$"
)


class _Babel:
    """WTForms' own messages, through our catalog."""

    def gettext(self, text: str) -> str:
        return gettext(text)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return gettext(singular if n == 1 else plural)


def one_line(value: Any) -> Any:
    """Fold line breaks and runs of spaces: a title also stands in the subject of a mail."""
    return " ".join(value.split()) if isinstance(value, str) else value


def normaliser(kind: type[Any], name: str) -> Callable[[Any], Any] | None:
    """Return what normalises the text of a field of this kind and name; None: it is no text.

    A password is what was typed, sign by sign.
    """
    if not issubclass(kind, wtforms.StringField) or issubclass(kind, wtforms.PasswordField):
        return None
    if issubclass(kind, wtforms.TextAreaField):
        return text.lines
    is_name = "name" in name.split("_") or name == "legal_person"
    return text.name if is_name else text.line


# Asked by every form that finds nothing wrong with itself: called, it says why no form is taken in
# this request. Set where what was typed met a newer version (web/concurrent_edits.py).
objection: ContextVar[Callable[[], None] | None] = ContextVar("objection", default=None)


class Form(wtforms.Form):
    """The base of every form."""

    def validate(self, extra_validators: Any = None) -> bool:
        if dry_run.active():  # it is shown as it came, and judged when it is sent
            return False
        valid: bool = super().validate(extra_validators)
        objects = objection.get()
        if valid and objects is not None:
            objects()
            return False
        return valid

    class Meta(wtforms.Form.Meta):
        def get_translations(self, _form: wtforms.Form) -> _Babel:
            return _Babel()

        def bind_field(self, form: Any, unbound: Any, options: dict[str, Any]) -> Any:
            clean = normaliser(unbound.field_class, options.get("name", ""))
            filters = list(unbound.kwargs.get("filters", []))
            if clean is not None and clean not in filters:
                unbound.kwargs["filters"] = [clean, *filters]
            return unbound.bind(form=form, **options)


def choices(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Return (value, label) pairs as WTForms' choices."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


class StoredLength(validators.Length):
    """At most so many characters in the form in which a text is stored, which may be longer.

    Half-width signs, capitals: one sign that was typed can become eighteen.
    """

    def __init__(self, max: int, stored: Callable[[str], str]) -> None:
        super().__init__(max=max)
        self.stored = stored

    def __call__(self, form: Any, field: Any) -> None:
        stored = self.stored(field.data or "")
        measured: Any = SimpleNamespace(data=stored, gettext=field.gettext, ngettext=field.ngettext)
        super().__call__(form, measured)


def required(message: Any = None) -> validators.DataRequired:
    return validators.DataRequired(message or lazy_gettext("Please fill this in."))


def new_key() -> str:
    """Return an idempotency key: it makes a form post once."""
    return str(uuid.uuid4())


def posted_key(value: str | None) -> str:
    """Return the key that the form came with where it is one of ours, else a new one."""
    try:
        return str(uuid.UUID(value or ""))
    except ValueError:
        return new_key()


class ReasonForm(Form):
    """Why: read by the person on the other side."""

    reason = wtforms.TextAreaField(
        lazy_gettext("Reason"), validators=[required(), validators.Length(max=2000)]
    )


class ReturnForm(Form):
    """What to correct: in general, and field by field."""

    reason = wtforms.TextAreaField(
        lazy_gettext("What to correct"), validators=[required(), validators.Length(max=2000)]
    )
    remarks = wtforms.Field(default=dict)  # {field name: remark}; the review page fills it
