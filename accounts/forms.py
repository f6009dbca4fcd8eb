"""Login, password and confirmation forms: Flask-Security's, with our labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import wtforms
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from flask_security import (
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    ResetPasswordForm,
    SendConfirmationForm,
    TwoFactorRescueForm,
    TwoFactorSelectForm,
    hash_password,
)
from flask_security.confirmable import send_confirmation_instructions
from flask_wtf import FlaskForm

import access
from accounts import failed_sign_ins, passwords, short_passwords
from core import dry_run
from core.views import local_path
from forms import base

if TYPE_CHECKING:
    from models import User

LABELS = {
    "email": lazy_gettext("E-mail address"),
    "password": lazy_gettext("Password"),
    "password_confirm": lazy_gettext("Password, once more"),
    "new_password": lazy_gettext("New password"),
    "new_password_confirm": lazy_gettext("New password, once more"),
    "code": lazy_gettext("Code of the app"),
    "remember": lazy_gettext("Stay signed in on this device"),
}


def not_too_long(_form: wtforms.Form, field: wtforms.Field) -> None:
    """Refuse what is longer than the hasher reads, before it is asked."""
    if len(field.data or "") > passwords.LONGEST:
        field.data = ""  # nothing works on it any more
        raise wtforms.validators.StopValidation(passwords.too_long())


class AccountForm(FlaskForm):
    """What the forms share: labels and messages of the site, and a `next` that stays local."""

    class Meta(FlaskForm.Meta):
        get_translations = base.Form.Meta.get_translations
        bind_field = base.Form.Meta.bind_field

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, text in LABELS.items():
            if self._fields.get(name) is not None:
                self._fields[name].label.text = text
        if "next" in self._fields:
            self._fields["next"].data = local_path(self._fields["next"].data) or ""

    def validate(self, **kwargs: Any) -> bool:
        """Refuse passwords that are longer than the hasher reads, before it is asked.

        In a dry run the form is shown as it came, but for passwords: they never go back.
        """
        if dry_run.active():
            for field in self:
                if isinstance(field, wtforms.PasswordField):
                    field.errors = [gettext("Type the password again.")]
            return False
        extra = dict(kwargs.get("extra_validators") or {})
        for field in self:
            if isinstance(field, wtforms.PasswordField):
                extra[field.name] = [*extra.get(field.name, ()), not_too_long]
        return bool(super().validate(**kwargs | {"extra_validators": extra}))

    def validate_next(self, field: Any) -> None:
        """A target elsewhere is dropped, and the person signs in all the same."""
        field.data = local_path(field.data) or ""


class SignInForm(AccountForm, LoginForm):
    """E-mail address and password."""

    def validate(self, **kwargs: Any) -> bool:
        if dry_run.active():  # shown as it came: nobody tried, and no password was wrong
            return False
        if super().validate(**kwargs):
            short_passwords.note(cast("User", self.user), self.password.data or "")
            return True
        if self.user_authenticated:  # the password was right: the person may know what is missing
            self.form_errors.extend(self.email.errors)
            self.email.errors = []
        failed_sign_ins.record(
            cast("User | None", self.user), self.email.data, known_password=self.user_authenticated
        )
        return False


class ForgotForm(AccountForm, ForgotPasswordForm):
    """Ask for a link. Known or unknown, the answer looks alike and takes alike."""

    def validate(self, **kwargs: Any) -> bool:
        if super().validate(**kwargs):
            hash_password("not-a-password")  # as the view does for an unknown address
            return True
        if self.requires_confirmation and self.user is not None:
            send_confirmation_instructions(self.user)  # what they need before a new password
        return False


class ResetForm(AccountForm, ResetPasswordForm):
    """A new password, by the link in a mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.label.text = LABELS["new_password"]
        self.password_confirm.label.text = LABELS["new_password_confirm"]
        self.password.description = passwords.HINT


class ChangeForm(AccountForm, ChangePasswordForm):
    """The old password and a new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.label.text = lazy_gettext("Present password")
        staff = access.is_staff(current_user)
        self.new_password.description = passwords.HINT_OF_STAFF if staff else passwords.HINT


class WhichForm(AccountForm, TwoFactorSelectForm):
    """Which of several second factors goes on with a sign-in."""

    which = wtforms.StringField()  # the view gives it the `choices` of this person

    def validate(self, **kwargs: Any) -> bool:
        if not super().validate(**kwargs):
            return False
        if self.which.data in dict(self.which.choices):
            return True
        self.which.errors = [str(lazy_gettext("This cannot be chosen."))]
        return False


class NoRescueForm(AccountForm, TwoFactorRescueForm):
    """Flask-Security's page of lost devices, which this site does not have."""

    help_setup = wtforms.StringField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help_setup.choices = []


class ConfirmForm(AccountForm, SendConfirmationForm):
    """Ask for another confirmation mail."""
