"""Form of re-authentication: the password, or the code of the authenticator app."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import gettext, lazy_gettext
from flask_security import VerifyForm
from flask_security.proxies import _security

from accounts import factors
from accounts.authenticator import WINDOW
from accounts.forms import AccountForm


class FreshForm(AccountForm, VerifyForm):
    """Who are you, once more? One of the two is enough."""

    code = wtforms.StringField(render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code.label.text = lazy_gettext("Code of the authenticator app")
        self.password.flags.required = not factors.real(self.user).tf_primary_method

    def validate(self, **kwargs: Any) -> bool:
        user = factors.real(self.user)
        code = "".join((self.code.data or "").split())
        if not code or not user.tf_totp_secret:
            return bool(super().validate(**kwargs))
        if _security.totp_factory.verify_totp(code, user.tf_totp_secret, user, WINDOW):
            return True
        user.track_failed_authn("code", True)
        self.code.errors = [gettext("The code is not right. Take the one that the app shows now.")]
        return False
