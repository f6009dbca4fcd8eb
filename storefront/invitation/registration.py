"""Registration by the link of an invitation: address confirmed, invitation accepted at once."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
import wtforms
from flask import abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext, lazy_gettext
from flask_security import hash_password, login_user
from flask_security.proxies import _security
from sqlalchemy.exc import IntegrityError
from wtforms import validators

from access import row_guard
from accounts import passwords
from core.clock import now
from core.database import db
from core.extensions import limiter
from forms.base import Form, required
from forms.contact import phone_number
from i18n import locales
from models import Invitation, User
from storefront import bp
from storefront.invitation.link import accept, welcome
from storefront.invitation.state import has_account, masked_email, private, state, visitor
from storefront.sign_in.sso_join import SecretField
from workflows.invitation.tokens import by_token
from workflows.person import consents, registering


class InvitedForm(Form):
    """What an account needs beside the address, which the link has confirmed."""

    name = wtforms.StringField(
        lazy_gettext("Your name"),
        validators=[required(), validators.Length(max=64)],
        render_kw={"autocomplete": "name"},
    )
    phone = wtforms.TelField(
        lazy_gettext("Phone"),
        validators=[validators.Optional(), validators.Length(max=32), phone_number],
        description=lazy_gettext("Mobile or landline; you can leave it out."),
        render_kw={"autocomplete": "tel"},
    )
    password = SecretField(
        lazy_gettext("Password"),
        validators=[required()],
        description=passwords.HINT,
        render_kw={"autocomplete": "new-password"},
    )
    password_confirm = SecretField(
        lazy_gettext("Password, once more"),
        validators=[required()],
        render_kw={"autocomplete": "new-password"},
    )
    consent = wtforms.BooleanField(
        lazy_gettext("I have read the terms of use and the privacy policy, and agree to both."),
        validators=[validators.InputRequired(lazy_gettext("Registering needs your consent."))],
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def validate_password(self, field: Any) -> None:
        """The rules of every other password of the site."""
        if field.data != self.password_confirm.data:
            raise validators.ValidationError(gettext("The two passwords differ."))
        problems, plain = _security.password_util.validate(
            field.data, True, email=self.email, name=self.name.data, phone=self.phone.data
        )
        if problems:
            raise validators.ValidationError(" ".join(map(str, problems)))
        field.data = plain


@bp.route("/invitations/<token>/register", methods=["GET", "POST"])
@limiter.limit("100 per hour", methods=["POST"])  # a whole office may be invited
def register_invited(token: str) -> Any:
    """Make the account of the invited person, and accept in its name."""
    row = by_token(token) or abort(404)
    if state(row, visitor()) != "anonymous" or has_account(row):
        return redirect(url_for("storefront.invitation", token=token))
    form = InvitedForm(request.form if request.method == "POST" else None, email=row.email)
    if request.method == "POST" and form.validate():
        return registered(row, form, token)
    page = render_template(
        "storefront/invitation/register.html",
        form=form,
        invitation=row,
        token=token,
        masked_address=masked_email(row.email),
    )
    return private(page)


def registered(row: Invitation, form: InvitedForm, token: str) -> Any:
    """Add the account, say yes, and sign in: all of it, or nothing."""
    held = db.session.scalar(sa.select(User).where(User.email == row.email))
    if held is not None and registering.replaceable(held):
        registering.forget(held)  # this link has confirmed the address, theirs has not
    user = User(
        email=row.email,
        name=form.name.data,
        phone=form.phone.data or None,
        password=hash_password(form.password.data),
        locale=locales.choose(),
        fs_uniquifier=uuid.uuid4().hex,
        confirmed_at=now(),
    )
    db.session.add(user)
    try:
        db.session.flush()
        consents.give(user)
        row_guard.hold(db.session(), user)  # a stranger until now
        refused = accept(row, user)
    except IntegrityError:  # the same form twice at once: the other one has made the account
        refused = gettext("This invitation was used a moment ago.")
    if refused:
        db.session.rollback()
        flash(refused, "danger")
        return redirect(url_for("storefront.invitation", token=token))
    db.session.commit()
    kept = {name: session[name] for name in ("locale",) if name in session}
    session.clear()
    session.update(kept)
    login_user(user, remember=False, authn_via=["invitation"])
    db.session.commit()
    return welcome(by_token(token) or abort(404))
