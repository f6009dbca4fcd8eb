"""Registration form of ordinary and enterprise users; user and membership are created together."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import wtforms
from flask import Flask, request
from flask_babel import force_locale, gettext, lazy_gettext
from flask_security import RegisterFormV2
from flask_security.utils import get_message
from sqlalchemy.exc import IntegrityError
from wtforms import validators

from accounts import password_words, passwords
from accounts.forms import AccountForm
from core.database import db
from forms import credit_code as forms_credit_code
from forms.base import required
from forms.contact import phone_number
from i18n import locales
from models import AccountKind, User
from workflows.person import entering, registering

ROUNDS = 5  # of a race, before its loser is told


class RegistrationForm(AccountForm, RegisterFormV2):
    """Both registrations. The enterprise's fields are there for enterprise users only."""

    kind = wtforms.HiddenField()
    as_ordinary = wtforms.HiddenField()  # the button 'register as an ordinary user instead'
    credit_code = wtforms.StringField(
        lazy_gettext("Unified social credit code"),
        description=lazy_gettext("The 18 characters on the business licence."),
        validators=[required(), forms_credit_code.credit_code],
    )
    enterprise_name = wtforms.StringField(
        lazy_gettext("Name of the enterprise"),
        validators=[required(), validators.Length(max=200)],
    )
    name = wtforms.StringField(
        lazy_gettext("Your name"),
        render_kw={"autocomplete": "name"},
        validators=[required(), validators.Length(max=64)],
    )
    phone = wtforms.TelField(
        lazy_gettext("Phone"),
        description=lazy_gettext("Mobile or landline; you can leave it out."),
        render_kw={"autocomplete": "tel"},
        validators=[validators.Optional(), validators.Length(max=32), phone_number],
    )
    consent = wtforms.BooleanField(
        lazy_gettext("I have read the terms of use and the privacy policy, and agree to both."),
        validators=[validators.InputRequired(lazy_gettext("Registering needs your consent."))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wanted = self.kind.data or request.args.get("kind")
        self.enterprise = wanted == AccountKind.ENTERPRISE and not self.as_ordinary.data
        self.kind.data = (
            AccountKind.ENTERPRISE.value if self.enterprise else AccountKind.ORDINARY.value
        )
        self.not_listed = False
        self.password.description = passwords.HINT
        if not self.enterprise:
            del self.credit_code
            del self.enterprise_name

    def validate_credit_code(self, field: Any) -> None:
        """Only enterprises of the park register as such."""
        if entering.find_in_register(field.data) is None:
            self.not_listed = True
            raise validators.ValidationError(
                gettext("The park's register has no enterprise with this credit code.")
            )

    def validate(self, **kwargs: Any) -> bool:
        """As ever; and the words of the enterprise are no password either.

        An address that nobody has confirmed is free to be registered again.
        """
        fits = bool(super().validate(**kwargs)) or self._free_again()
        if self.enterprise and self.password.data and not self.password.errors:
            texts = [self.credit_code.data or "", self.enterprise_name.data or ""]
            words = password_words.words_of_texts(texts)
            if problem := passwords.weakness(self.password.data, words):
                self.password.errors = [problem]
                return False
        return fits

    def _free_again(self) -> bool:
        """Whether nothing is wrong but that the address was registered, and never confirmed."""
        held = self.existing_email_user
        if not isinstance(held, User) or not registering.replaceable(held):
            return False
        taken = get_message("EMAIL_ALREADY_ASSOCIATED", email=self.email.data)[0]
        self.email.errors = [words for words in self.email.errors if words != taken]
        self.existing_email_user = None
        return not self.errors

    def to_dict(self, only_user: bool) -> dict[str, Any]:
        """Return the columns of the new user, or what was filled in beyond them."""
        if only_user:
            return {
                "email": self.email.data,
                "password": self.password.data,
                "name": self.name.data,
                "phone": self.phone.data or None,
                "locale": locales.choose(),
            }
        if not self.enterprise:
            return {}
        return {"credit_code": self.credit_code.data, "enterprise_name": self.enterprise_name.data}


def enter_enterprise(_app: Flask, user: User, form_data: dict[str, Any], **_extra: Any) -> None:
    """Signal `user_registered`: note the enterprise, joined once the address is confirmed."""
    if not form_data:
        return
    code = forms_credit_code.read(form_data["credit_code"])
    remarks = [code.remark] if code.remark else []
    listed = entering.find_in_register(code.code)
    if listed is not None and listed.name != form_data["enterprise_name"]:
        with force_locale(forms_credit_code.REMARK_LOCALE):
            remarks.append(
                gettext("Name given at registration: %(name)s", name=form_data["enterprise_name"])
            )
    registering.keep(user, code.code, "\n".join(remarks) or None)


def retry_lost(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let the losers of a race try again: they then find the address, or the enterprise, taken.

    Of several who register one address at once, each round has one that gets through.
    """

    @wraps(view)
    def tried(**values: Any) -> Any:
        for _round in range(ROUNDS):
            try:
                return view(**values)
            except IntegrityError:
                db.session.rollback()
        return view(**values)

    return tried
