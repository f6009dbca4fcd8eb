"""Forms of passkeys (WebAuthn): registering one, signing in with one, removing one."""

from __future__ import annotations

from typing import Any

import wtforms
from flask import session
from flask_babel import lazy_gettext
from flask_login import current_user
from flask_security import (
    WebAuthnDeleteForm,
    WebAuthnRegisterForm,
    WebAuthnRegisterResponseForm,
    WebAuthnSigninForm,
    WebAuthnSigninResponseForm,
)

from accounts import factors
from accounts.forms import AccountForm
from accounts.passkeys import CHALLENGE, USAGE, of_this_site
from core.database import storable

LONGEST_ID = 1023  # bytes of a credential id, by the standard


def begun_here(form: NewPasskeyForm | PasskeyForm) -> bool:
    """Whether this session asked for what was answered, the first time that it is answered.

    Flask-Security signs its challenges and binds them to nobody.
    """
    if form.challenge == session.pop(CHALLENGE, None):
        return True
    form.credential.errors = [str(lazy_gettext("This took too long. Please begin again."))]
    return False


class NameForm(AccountForm, WebAuthnRegisterForm):
    """What the person calls a new passkey."""

    usage = wtforms.StringField()  # one for all

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name.label.text = lazy_gettext("Name of the passkey")
        self.name.description = lazy_gettext("So that you know it again, such as: office computer")

    def validate(self, **kwargs: Any) -> bool:
        self.usage.data = USAGE
        self.name.data = " ".join(storable(self.name.data or "").split())
        return bool(super().validate(**kwargs))


class NewPasskeyForm(AccountForm, WebAuthnRegisterResponseForm):
    """What the authenticator answers to a registration."""

    def validate(self, **kwargs: Any) -> bool:
        if not begun_here(self):
            return False
        with of_this_site():
            if not super().validate(**kwargs):
                return False
        self.extensions = ""  # whatever the browser says of itself
        if len(self.registration_verification.credential_id) <= LONGEST_ID:
            return True
        self.credential.errors = [str(lazy_gettext("This cannot be used here."))]
        return False


class StartForm(AccountForm, WebAuthnSigninForm):
    """Begin to sign in with a passkey."""


class PasskeyForm(AccountForm, WebAuthnSigninResponseForm):
    """What the authenticator answers to a sign-in."""

    def validate(self, **kwargs: Any) -> bool:
        if not begun_here(self):
            return False
        verify, self.is_verify = self.is_verify, self.is_verify or self.is_secondary
        with of_this_site():
            answered = bool(super().validate(**kwargs))
        self.is_verify = verify
        return answered and self._of_whom_it_is_about()

    def _of_whom_it_is_about(self) -> bool:
        """A second step is that of the person whose password was right, and nobody disabled."""
        user = factors.real(self.user)
        if self.is_secondary and user.fs_uniquifier != session.get("tf_user_id"):
            self.credential.errors = [str(lazy_gettext("This passkey is not of this account."))]
            return False
        return user.active


class RemoveForm(AccountForm, WebAuthnDeleteForm):
    """Remove a passkey by its name."""

    def validate(self, **kwargs: Any) -> bool:
        if not super().validate(**kwargs):
            return False
        if words := factors.why_keep(factors.real(current_user)):
            self.name.errors = [str(words)]
            return False
        return True
