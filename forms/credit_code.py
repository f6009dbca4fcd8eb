"""The unified social credit code (统一社会信用代码, GB 32100-2015): reading what people type.

python-stdnum knows the standard. Registries also handed out codes that it refuses, such as those
of the rural and military kinds, which begin with a letter. Such a code is accepted where it is
well formed, with a remark that an administrator reads.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

import wtforms
from flask_babel import force_locale, gettext
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

REMARK_LOCALE = "zh_Hans_CN"  # remarks are stored, and read by the platform's staff
WELL_FORMED = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
SEPARATORS = re.compile(r"[\s\u200b\-·.]+")


class InvalidCreditCode(ValueError):
    """No unified social credit code. Its text says why, in the reader's language."""


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A code in its plain form, and what an administrator should know of it."""

    code: str
    remark: str | None = None


def normalise(text: str) -> str:
    """Return `text` in half-width capitals without spaces and separators."""
    return SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()


def read(text: str) -> CreditCode:
    """Return the code in `text`, with a remark where it is unusual.

    Raises:
        InvalidCreditCode: it has another length, or letters that no code has.
    """
    code = normalise(text)
    if len(code) != 18:
        raise InvalidCreditCode(
            gettext(
                "A unified social credit code has 18 characters; this one has %(count)s.",
                count=len(code),
            )
        )
    if not WELL_FORMED.fullmatch(code):
        raise InvalidCreditCode(
            gettext("A unified social credit code has digits and letters, but never I, O, S, V, Z.")
        )
    return CreditCode(code, _remark(code))


def _remark(code: str) -> str | None:
    try:
        uscc.validate(code)
    except ValidationError:
        with force_locale(REMARK_LOCALE):
            if uscc.calc_check_digit(code) != code[-1]:
                return gettext("The check digit of the credit code does not fit. Please compare.")
            return gettext("The credit code begins unusually, but its check digit fits.")
    return None


def credit_code(_form: wtforms.Form, field: Any) -> None:
    """WTForms validator: brings the code into its plain form, or says what is wrong with it."""
    try:
        field.data = read(field.data or "").code
    except InvalidCreditCode as error:
        raise wtforms.validators.StopValidation(str(error)) from error
