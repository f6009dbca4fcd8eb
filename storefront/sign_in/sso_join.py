"""Single sign-on with the address of an account that is here: joined after its password only."""

from __future__ import annotations

from typing import Any

import wtforms
from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext, lazy_gettext
from flask_security import hash_password
from flask_security.proxies import _security
from sqlalchemy.exc import IntegrityError

from accounts import identities, passwords
from accounts.identities import JOIN
from core.clock import now
from core.database import db
from forms.base import Form, required
from models import User
from storefront import bp
from storefront.sign_in.sso_session import WHEN, enter, failed

JOIN_WITHIN = 600  # seconds


class SecretField(wtforms.Field):
    """A password as it was typed: no space is taken off."""

    widget = wtforms.widgets.PasswordInput()


class JoinForm(Form):
    """The password of the account that is here already."""

    password = SecretField(lazy_gettext("Password"), validators=[required()])


def ask_for_password(identity: identities.Identity, user: User) -> Any:
    """Keep the identity for a short while, and ask for the password of `user`."""
    session[JOIN] = {
        "issuer": identity.issuer,
        "subject": identity.subject,
        "user": user.id,
        "until": now().timestamp() + JOIN_WITHIN,
    }
    return redirect(url_for("storefront.sso_join"))


def _waiting() -> dict[str, Any] | None:
    """Return the identity that waits for a password, unless it has waited too long."""
    waiting = session.get(JOIN)
    return waiting if waiting and waiting["until"] > now().timestamp() else None


@bp.route("/login/sso/join", methods=["GET", "POST"])
def sso_join() -> Any:
    """Ask for the password of the account that has the same address, then join the two."""
    if not current_app.config["SETTINGS"].oidc_issuer:
        abort(404)
    waiting = _waiting()
    user = db.session.get(User, waiting["user"]) if waiting else None
    if waiting is None or user is None:
        return failed(gettext("This took too long. Please begin again."))
    form = JoinForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        if _password_fits(user, form.password.data):
            return _joined(user, waiting)
        form.password.errors = [gettext("The password is not right.")]
    return render_template("storefront/sign_in/sso_join.html", form=form, email=user.email)


def _password_fits(user: User, password: str) -> bool:
    if len(password) > passwords.LONGEST:
        return False
    if not user.password:  # made by single sign-on: it has none until it is reset
        hash_password(password)  # which takes as long, and is a wrong try
        return False
    return bool(user.verify_and_update_password(_security.password_util.normalize(password)))


def _joined(user: User, waiting: dict[str, Any]) -> Any:
    try:
        identities.join(user, waiting["issuer"], waiting["subject"])
        db.session.commit()
    except identities.Refused as refusal:
        return failed(str(refusal))
    except IntegrityError:
        db.session.rollback()
        return failed(gettext("This took too long. Please begin again."))
    flash(gettext("From now on you can sign in with either."), "success")
    session[WHEN] = now().timestamp()  # they have just given the password
    return enter(user)
