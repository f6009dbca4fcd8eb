"""Authentication by Flask-Security-Too: its forms, signals, request hooks and mails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, abort, after_this_request, request, session, url_for
from flask_login import current_user, user_logged_out
from flask_security import (
    Security,
    password_changed,
    password_reset,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
    user_confirmed,
    user_failed_authn,
    user_registered,
    wan_deleted,
    wan_registered,
)

from accounts import (
    authenticator,
    commands,
    commits,
    confirmation,
    factors,
    mails,
    passkey_forms,
    passkeys,
    sessions,
    short_passwords,
    sign_ins,
    signing_in,
)
from accounts.confirmation import WANTED
from accounts.datastore import UserDatastore
from accounts.forms import (
    ChangeForm,
    ConfirmForm,
    ForgotForm,
    NoRescueForm,
    ResetForm,
    SignInForm,
    WhichForm,
)
from accounts.hashing import Hasher, Outcome, conclude
from accounts.options import options
from accounts.passwords import SitePasswordUtil
from accounts.recovery_codes import HashedCodes, RecoveryForm, from_the_choice
from accounts.registration import RegistrationForm, enter_enterprise, retry_lost
from accounts.verify_form import FreshForm
from core import audit_context
from core.clock import now
from core.database import db
from core.views import local_path
from models import EventName, SessionEnd, User
from workflows import engine
from workflows.person import consents


def init_app(app: Flask) -> None:
    app.config.update(options(app))
    security = Security(
        app,
        UserDatastore(),
        login_form=SignInForm,
        register_form=RegistrationForm,
        forgot_password_form=ForgotForm,
        reset_password_form=ResetForm,
        change_password_form=ChangeForm,
        send_confirmation_form=ConfirmForm,
        mail_util_cls=mails.OutboxMailUtil,
        two_factor_select_form=WhichForm,
        two_factor_rescue_form=NoRescueForm,
        two_factor_setup_form=authenticator.SetUpForm,
        two_factor_verify_code_form=authenticator.CodeForm,
        totp_cls=authenticator.Authenticator,
        mf_recovery_form=RecoveryForm,
        mf_recovery_codes_util_cls=HashedCodes,
        wan_register_form=passkey_forms.NameForm,
        wan_register_response_form=passkey_forms.NewPasskeyForm,
        wan_signin_form=passkey_forms.StartForm,
        wan_signin_response_form=passkey_forms.PasskeyForm,
        wan_delete_form=passkey_forms.RemoveForm,
        webauthn_util_cls=passkeys.PasskeyUtil,
        verify_form=FreshForm,
        password_util_cls=SitePasswordUtil,
    )
    signing_in.init_app(app, security)
    # a session is the only way in: no tokens in headers and addresses, no answers in JSON
    security.login_manager.request_loader(lambda _request: None)
    security.want_json(lambda _request: False)
    # the platform role is what counts; nothing asks the identities of Flask-Principal
    security.principal.identity_loaders.clear()
    security.pwd_context = Hasher(security.pwd_context)
    commits.init_app(app)
    adapt_views(app)
    connect_signals(app)
    app.cli.add_command(commands.admin)


def adapt_views(app: Flask) -> None:
    """Put what this site does otherwise in the place of views of Flask-Security."""
    views = app.view_functions
    views["security.register"] = retry_lost(views["security.register"])
    # a wrong code keeps the secret that the app has read; nobody is written to about lost devices
    views["security.two_factor_setup_validate"] = authenticator.same_secret(
        views["security.two_factor_setup_validate"]
    )
    views["security.mf_recovery"] = from_the_choice(views["security.mf_recovery"])
    views["security.two_factor_rescue"] = lambda: abort(404)
    views["security.confirm_email"] = retry_lost(
        commits.committed_within(confirmation.confirm_address)
    )
    # the link opens a page, its button confirms: GET and HEAD change nothing
    app.add_url_rule("/confirm/<token>", endpoint="security.confirm_email", methods=["POST"])


def connect_signals(app: Flask) -> None:
    """Let each signal of Flask-Security reach what this site does about it."""
    user_failed_authn.connect(failed, app)
    user_authenticated.connect(signed_in, app)
    user_logged_out.connect(signed_out, app)
    password_changed.connect(new_password, app)
    password_reset.connect(new_password, app)
    user_registered.connect(enter_enterprise, app)
    user_registered.connect(record_consent, app)
    user_confirmed.connect(welcome, app)
    tf_profile_changed.connect(factors.authenticator_added, app)
    tf_disabled.connect(factors.authenticator_removed, app)
    wan_registered.connect(factors.passkey_added, app)
    wan_deleted.connect(factors.passkey_removed, app)


def forms_only() -> None:
    """Request hook: the pages of signing in read forms and nothing else."""
    if request.blueprint == "security" and request.is_json:
        abort(415)


def stay_on_site(response: Response) -> Response:
    """Request hook: signing in leads to a path of this site, whatever `next` asked for."""
    if request.blueprint == "security" and response.location:
        # Flask-Security quotes a backslash, which browsers may read as a slash
        response.location = local_path(response.location.replace("%5C", "\\")) or "/"
    return response


def keep_destination(response: Response) -> Response:
    """Request hook: bring whoever registered to where they were going, at their first sign-in.

    A mail lies between. It is kept for a known address too, so that the cookie does not
    give away which are known.
    """
    if request.method != "POST" or not response.location:
        return response
    if request.endpoint not in ("security.register", "security.login"):
        return response  # and leave what was sent unread
    target = local_path(request.form.get("next"))
    if request.endpoint == "security.register" and target:
        session[WANTED] = target
        # straight to the sign-in: by way of the target they would be asked to sign in, too
        response.location = url_for("security.login", next=target)
    elif request.endpoint == "security.login" and current_user.is_authenticated:
        wanted = local_path(session.pop(WANTED, None))
        if wanted and not target:
            response.location = wanted
    return response


def signed_in(
    _app: Flask, user: User, authn_via: Sequence[str] | None = None, **_extra: Any
) -> None:
    """Signal `user_authenticated`: remember when, and use the person's language."""
    # past the mapper: two sign-ins at once are no conflict, and no new version of the person
    db.session.execute(sa.update(User).where(User.id == user.id).values(last_login_at=now()))
    session.setdefault("locale", user.locale)
    sign_ins.begin(user, authn_via or ())
    audit_context.hold(request.remote_addr, session[sessions.KEY])
    engine.note(user, EventName.SIGNED_IN, user)


def failed(_app: Flask, **_extra: Any) -> None:
    """Signal `user_failed_authn`: a password or a code did not fit."""
    conclude(Outcome.WRONG)


def signed_out(_app: Flask, **_extra: Any) -> None:
    """Signal `user_logged_out`: the cookie is worth nothing any more, nor is a copy of it."""
    sign_ins.end_this()
    db.session.commit()
    after_this_request(signing_in.clear_site_data)


def new_password(_app: Flask, user: User, **_extra: Any) -> None:
    """Signals `password_changed` and `password_reset`: the other sessions are over."""
    session.pop(short_passwords.KEY, None)
    sign_ins.end_others(user, SessionEnd.PASSWORD)


def record_consent(_app: Flask, user: User, **_extra: Any) -> None:
    """Signal `user_registered`: nobody registers without agreeing."""
    consents.give(user)


def welcome(_app: Flask, user: User, **_extra: Any) -> None:
    """Signal `user_confirmed`: the account is ready."""
    mails.send(user, "welcome")
