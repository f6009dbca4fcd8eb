"""Recovery codes of a second factor: hashed like passwords, each taken once, shown when made."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import g, session
from flask_babel import lazy_gettext
from flask_security import (
    MfRecoveryCodesUtil,
    MfRecoveryForm,
    UserMixin,
    hash_password,
    verify_password,
)
from flask_security.proxies import _datastore, _security
from sqlalchemy.orm.exc import StaleDataError

from accounts import factors, failed_sign_ins
from accounts.forms import AccountForm
from core.database import db

NUMBER = 10  # codes that are made at once
DIGITS = 12  # hexadecimal, of one code
SHAPE = re.compile(r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}")


def plain(typed: str) -> str:
    """Return a typed code as it was made: in lower case, in three groups."""
    digits = "".join(letter for letter in typed.lower() if letter in "0123456789abcdef")[:DIGITS]
    return "-".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def from_the_choice(view: Callable[[], Any]) -> Callable[[], Any]:
    """Return the page of recovery codes, open also to who has several factors and chose none.

    Flask-Security opens it after one of them was chosen; who lost all of them can choose none. That
    the password was right is in the session either way.
    """

    @wraps(view)
    def opened() -> Any:
        if "tf_user_id" in session and "tf_select" in session:
            session.setdefault("tf_state", "ready")
        return view()

    return opened


class HashedCodes(MfRecoveryCodesUtil):
    """Flask-Security's recovery codes; the database holds no code, only hashes with a salt each."""

    def create_recovery_codes(self, user: UserMixin) -> list[str]:
        """Make new codes in place of the old ones, and return them: they are never shown again."""
        db.session.rollback()  # the ten of them are hashed without the lock of a writer
        codes: list[str] = _security.totp_factory.generate_recovery_codes(NUMBER)
        hashes = [hash_password(code) for code in codes]
        _datastore.mf_set_recovery_codes(user, hashes)
        factors.codes_made(factors.real(user))
        return codes

    def get_recovery_codes(self, user: UserMixin) -> list[str]:
        return []  # nobody knows them any more

    def check_recovery_code(self, user: UserMixin, code: str) -> bool:
        typed, kept = plain(code), _datastore.mf_get_recovery_codes(user)
        matches = (one for one in kept if SHAPE.fullmatch(typed) and verify_password(typed, one))
        g.matched_code = next(matches, None)
        return g.matched_code is not None

    def delete_recovery_code(self, user: UserMixin, code: str) -> bool:
        """Take the code that was just checked from the list, and tell its owner.

        Raises:
            StaleDataError: another request used it meanwhile.
        """
        left = list(_datastore.mf_get_recovery_codes(user))
        if g.matched_code not in left:
            raise StaleDataError("the recovery code was used meanwhile")
        left.remove(g.matched_code)
        _datastore.mf_set_recovery_codes(user, left)
        factors.code_used(factors.real(user))
        return True


class RecoveryForm(AccountForm, MfRecoveryForm):
    """One of the codes that were kept for the day on which the other factor is lost."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code.label.text = lazy_gettext("Recovery code")

    def validate(self, **kwargs: Any) -> bool:
        if super().validate(**kwargs):
            return True
        if self.user is not None:
            failed_sign_ins.record_factor(factors.real(self.user))
        return False
