"""Validators for how somebody is reached: telephone, mobile, e-mail, web address."""

from __future__ import annotations

import unicodedata
from typing import Any
from urllib.parse import urlsplit

import wtforms
from email_validator import EmailNotValidError
from flask_babel import gettext
from wtforms import validators

from core.email_addresses import LONGEST, normalized
from forms.base import LANDLINE, MOBILE


def half_width(text: str) -> str:
    """Return `text` with full-width digits, letters and signs as plain ones (NFKC)."""
    return unicodedata.normalize("NFKC", text)


def phone_number(_form: wtforms.Form, field: wtforms.Field) -> None:
    """A Chinese mobile or landline number, a 400 number, with or without an extension."""
    field.data = half_width(field.data or "")
    if not (MOBILE.match(field.data) or LANDLINE.match(field.data)):
        raise validators.ValidationError(
            gettext("Give a mobile or telephone number, such as 13812345678 or 0512-67068048.")
        )


def mobile_number(_form: wtforms.Form, field: wtforms.Field) -> None:
    """A Chinese mobile number."""
    field.data = half_width(field.data or "")
    if not MOBILE.match(field.data):
        raise validators.ValidationError(gettext("Give a mobile number, such as 13812345678."))


def email_address() -> list[Any]:
    """Validators of an e-mail address."""
    return [validators.Length(max=LONGEST), _one_spelling]


def _one_spelling(_form: wtforms.Form, field: Any) -> None:
    try:
        field.data = normalized(field.data or "")
    except EmailNotValidError as error:
        raise validators.ValidationError(
            gettext("Give an e-mail address, such as li@example.com.")
        ) from error


def web_address(_form: wtforms.Form, field: Any) -> None:
    """An http or https address; what comes without a scheme gets https."""
    text = half_width(field.data or "")
    if "://" not in text and not text.lower().startswith(("javascript:", "data:", "mailto:")):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        fits = parts.scheme.lower() in ("http", "https") and "." in (parts.hostname or "")
        fits = fits and parts.username is None and not any(sign.isspace() for sign in text)
    except ValueError:
        fits = False
    if not fits:
        raise validators.ValidationError(gettext("Give an address such as https://example.com."))
    field.data = text


def plain_mobile(form: wtforms.Form, field: Any) -> None:
    """A Chinese mobile number, stored as its eleven digits."""
    mobile_number(form, field)
    field.data = "".join(sign for sign in field.data if sign.isdigit())[-11:]
