"""Confirmation of an e-mail address: the link in the mail opens a page, its button confirms.

Asked is the password of this registration. Whoever registered the address of somebody else does
not read their mail, and whose address it is does not know that password: neither can confirm the
other's account. GET and HEAD change nothing, so that a scanner of mails may open what it likes.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
import wtforms
from flask import (
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext, lazy_gettext
from flask_login import current_user, logout_user
from flask_security import login_user, verify_password
from flask_security.confirmable import confirm_email_token_status, confirm_user
from flask_security.proxies import _security
from flask_security.utils import do_flash, get_message

from access import row_guard
from accounts.forms import AccountForm
from core.database import db
from core.views import local_path
from forms.base import required
from models import User
from workflows.person import registering

WANTED = "wanted"  # in the session: where somebody was going as they registered


class ConfirmAddressForm(AccountForm):
    """The password that was chosen at this registration."""

    password = wtforms.PasswordField(
        lazy_gettext("Password"),
        description=lazy_gettext("The one that you chose when you registered."),
        validators=[required()],
        render_kw={"autocomplete": "current-password"},
    )


def confirm_address(token: str) -> Any:
    """Show the page of the link; confirm the address by its button, and sign in."""
    expired, invalid, user = confirm_email_token_status(token)
    if user is None or invalid or expired:
        do_flash(*get_message("CONFIRMATION_EXPIRED" if expired else "INVALID_CONFIRMATION_TOKEN"))
        return redirect(url_for("security.send_confirmation"))
    if user.confirmed_at is not None:
        do_flash(*get_message("ALREADY_CONFIRMED"))
        return redirect(url_for("security.login"))
    form = ConfirmAddressForm()
    email = user.email
    if request.method == "POST" and form.validate():
        confirmed = _confirmed(user, form.password.data or "")
        if confirmed is not None:
            return _entered(confirmed)
        form.password.errors = [gettext("The password is not right.")]
    return _private(
        render_template(
            "security/confirm_address.html", form=form, email=email, confirmation_token=token
        )
    )


def _private(page: str) -> Response:
    """The address of the page is a key: it is handed on to nobody."""
    response = make_response(page)
    response.headers["Referrer-Policy"] = "strict-origin"  # which the check of forms needs
    response.headers["Cache-Control"] = "no-store"
    return response


def _confirmed(user: User, password: str) -> User | None:
    """Confirm the account where `password` is its own; None where it is not.

    No lock is held while it is hashed; whoever registered anew meanwhile has another row.
    """
    id, stored = user.id, user.password
    db.session.rollback()
    if not stored or not verify_password(_security.password_util.normalize(password), stored):
        return None
    found = db.session.scalar(
        sa.select(User)
        .where(User.id == id, User.password == stored, User.confirmed_at.is_(None))
        .execution_options(unguarded=True, populate_existing=True)
        .with_for_update(key_share=True)
    )
    if found is None:
        return None
    row_guard.hold(db.session(), found)  # a stranger until now
    confirm_user(found)
    registering.complete(found)
    return found


def _entered(user: User) -> Any:
    """Sign in on this browser, whoever was signed in before, and go where they were going."""
    target = local_path(session.get(WANTED))
    if current_user.is_authenticated:
        logout_user()
    session.pop(WANTED, None)
    login_user(user, remember=False, authn_via=["confirm"])
    message, category = get_message("EMAIL_CONFIRMED")
    flash(message, category)
    return redirect(target or url_for("storefront.account"))
