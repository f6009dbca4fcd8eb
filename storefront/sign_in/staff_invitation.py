"""The link in the invitation of a member of staff: choosing a password. GET changes nothing."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_security import hash_password
from flask_security.proxies import _security
from wtforms import validators

from accounts import passwords
from core.database import db
from core.extensions import limiter
from forms.base import Form, required
from models import User
from storefront import bp
from storefront.invitation.state import private
from storefront.sign_in.sso_join import SecretField
from workflows.person import staff_accounts


class PasswordForm(Form):
    """The password of the account that was made for somebody."""

    password = SecretField(
        lazy_gettext("Password"),
        validators=[required()],
        description=passwords.HINT_OF_STAFF,
        render_kw={"autocomplete": "new-password"},
    )
    password_confirm = SecretField(
        lazy_gettext("Password, once more"),
        validators=[required()],
        render_kw={"autocomplete": "new-password"},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def validate_password(self, field: Any) -> None:
        """The rules of every other password of the staff."""
        if field.data != self.password_confirm.data:
            raise validators.ValidationError(gettext("The two passwords differ."))
        problems, plain = _security.password_util.validate(
            field.data, True, email=self.user.email, name=self.user.name, staff=True
        )
        if problems:
            raise validators.ValidationError(" ".join(map(str, problems)))
        field.data = plain


@bp.route("/staff-invitation/<token>", methods=["GET", "POST"])
@limiter.limit("20 per hour", methods=["POST"])
def staff_invitation(token: str) -> Any:
    """Ask for a password, and let the person in; a link that is spent says what to do."""
    row = staff_accounts.by_token(token)
    if row is None:
        page = render_template("storefront/sign_in/staff_invitation_over.html")
        return private(page)
    form = PasswordForm(request.form if request.method == "POST" else None, user=row.user)
    if request.method == "POST" and form.validate():
        return accepted(token, form.password.data)
    page = render_template(
        "storefront/sign_in/staff_invitation.html", form=form, token=token, user=row.user
    )
    return private(page)


def accepted(token: str, password: str) -> Any:
    """Write the password; no lock is held while it is hashed."""
    db.session.rollback()
    hashed = hash_password(password)
    row = staff_accounts.by_token(token, lock=True)
    if row is None:  # used, renewed or withdrawn a moment ago
        return redirect(url_for("storefront.staff_invitation", token=token))
    staff_accounts.accept(row, hashed)
    db.session.commit()
    flash(gettext("Your password is set. Please sign in."), "success")
    return redirect(url_for("security.login", next="/admin/"))
