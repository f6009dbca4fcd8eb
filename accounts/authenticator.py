"""TOTP (authenticator app): secrets encrypted with a key of the secret key, no code taken twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

import sqlalchemy as sa
import wtforms
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app, make_response, render_template
from flask_login import current_user
from flask_security import (
    Totp,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    UserMixin,
    url_for_security,
)
from flask_security.proxies import _security
from flask_security.utils import check_and_get_token_status
from passlib.exc import UsedTokenError
from passlib.totp import TOTP, AppWallet, TotpMatch

from accounts import factors, failed_sign_ins
from accounts.forms import AccountForm
from accounts.hashing import Outcome, conclude
from content import settings
from core.clock import now
from core.config import Settings
from core.database import db
from models import User

PURPOSE = b"supermarket: secrets of authenticators"
WINDOW = 30  # seconds: the code before and the one after are taken too, for clocks that differ


def keys(deployment: Settings) -> dict[str, str]:
    """Return {tag: key} to encrypt TOTP secrets with; the first is the present one.

    A stored secret names the tag of its key, so it stays readable as long as the secret key that it
    came from is among the former ones.
    """
    return dict(_derived(secret) for secret in (deployment.secret_key, *deployment.former_keys))


def _derived(secret: str) -> tuple[str, str]:
    key = HKDF(hashes.SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode()).hex()
    return hashlib.sha256(key.encode()).hexdigest()[:16], key


class Authenticator(Totp):
    """Flask-Security's TOTP, with the counter of the last code kept with the person."""

    def __init__(self, secrets: dict[str, str], issuer: str) -> None:
        wallet = AppWallet(secrets, default_tag=next(iter(secrets)))
        self._totp = TOTP.using(issuer=issuer, wallet=wallet, now=lambda: now().timestamp())

    def get_totp_uri(self, username: str, totp_secret: str) -> str:
        """Return the address in the QR code; the app shows the name of the platform with it."""
        issuer = str(settings.get("platform_name")).replace(":", " ")
        return str(self._totp.from_source(totp_secret).to_uri(username, issuer=issuer))

    def verify_totp(self, token: str, totp_secret: str, user: UserMixin, window: int = 0) -> bool:
        """Whether `token` is the code of now; a wrong one counts as a try (accounts/limits.py)."""
        right = bool(super().verify_totp(token, totp_secret, user, window))
        conclude(Outcome.RIGHT if right else Outcome.WRONG)
        return right

    def get_last_counter(self, user: UserMixin) -> int | None:
        return db.session.scalar(sa.select(User.tf_last_counter).where(User.id == user.id))

    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        """Keep that this code was used; of two requests with the same one only the first succeeds.

        Raises:
            UsedTokenError: it was used meanwhile, or a later one was.
        """
        used = sa.or_(User.tf_last_counter.is_(None), User.tf_last_counter < tmatch.counter)
        written = db.session.execute(
            sa.update(User)
            .where(User.id == user.id, used)
            .values(tf_last_counter=tmatch.counter)
            .execution_options(synchronize_session=False)
        )
        if not written.rowcount:  # type: ignore[attr-defined]  # of an UPDATE
            raise UsedTokenError(expire_time=tmatch.expire_time)

    def renewed(self, stored: str) -> str | None:
        """Return a secret encrypted with the present key, or None: it is already."""
        secret = self._totp.from_source(stored)
        return secret.to_json(encrypt=True) if secret.changed else None


class SetUpForm(AccountForm, TwoFactorSetupForm):
    """Set up an authenticator app, or remove it."""

    setup = wtforms.StringField()  # "authenticator" or "disable"; Flask-Security checks which

    def validate(self, **kwargs: Any) -> bool:
        if not super().validate(**kwargs):
            return False
        if self.setup.data == "disable" and (words := factors.why_keep(factors.real(self.user))):
            self.setup.errors = [str(words)]
            return False
        return True


class CodeForm(AccountForm, TwoFactorVerifyCodeForm):
    """The six digits that the app shows; a space between them is taken off."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code.render_kw = {"autocomplete": "one-time-code", "inputmode": "numeric"}

    def validate(self, **kwargs: Any) -> bool:
        self.code.data = "".join(str(self.code.data or "").split())
        if super().validate(**kwargs):
            return True
        if not self.is_setup and self.user is not None:
            failed_sign_ins.record_factor(factors.real(self.user))
        return False


def same_secret(view: Callable[[str], Any]) -> Callable[[str], Any]:
    """Let `view`, which checks the first code of an app, ask again for the same secret.

    Flask-Security would make a new one, and the person would have to scan once more.
    """

    @wraps(view)
    def answer(token: str) -> Any:
        response = make_response(view(token))
        if response.location != url_for_security("two_factor_setup"):
            return response
        expired, invalid, state = check_and_get_token_status(
            token, "tf_setup", current_app.config["SECURITY_TWO_FACTOR_SETUP_WITHIN"]
        )
        if expired or invalid:
            return response
        made = _security.totp_factory.fetch_setup_values(state["totp_secret"], current_user)
        return render_template(
            "security/two_factor_setup.html",
            two_factor_verify_code_form=CodeForm(formdata=None),
            chosen_method=state["method"],
            state_token=token,
            authr_qrcode=made["image"],
            authr_key=made["key"],
        )

    return answer
