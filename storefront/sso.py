"""Single sign-on with an account of the park's enterprise development service platform.

OpenID Connect: code flow with PKCE, state and nonce. Without an issuer there are no such pages.
"""

from __future__ import annotations

import logging
from typing import Any

import wtforms
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client.errors import MismatchingStateError
from authlib.integrations.flask_client import OAuth
from flask import (
    Flask,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext, lazy_gettext
from flask_security import login_user
from flask_security.proxies import _security
from joserfc.errors import JoseError
from requests import RequestException
from sqlalchemy.exc import IntegrityError

import identities
import locales
from clock import now
from config import UnsafeSettings
from database import db
from extensions import limiter
from forms import Form, required
from http_layer import local_path, writes
from models import User
from storefront import bp

log = logging.getLogger(__name__)
NAME = "platform"
JOIN, NEXT = "sso_join", "sso_next"  # in the session
JOIN_WITHIN = 600  # seconds
TIMEOUT = 10  # seconds, for each answer of the provider
# what Authlib lets through when a provider is down, or answers with nonsense
TROUBLE = (
    AuthlibBaseError,
    JoseError,
    RequestException,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RuntimeError,
)


class SecretField(wtforms.Field):
    """A password as it was typed: no space is taken off."""

    widget = wtforms.widgets.PasswordInput()


class JoinForm(Form):
    """The password of the account that is here already."""

    password = SecretField(lazy_gettext("Password"), validators=[required()])


def init_app(app: Flask) -> None:
    """Make the provider known, where the settings name one.

    Raises:
        UnsafeSettings: production would speak with it in the clear.
    """
    settings = app.config["SETTINGS"]
    if not settings.oidc_issuer:
        return
    if settings.production and not settings.oidc_issuer.startswith("https://"):
        raise UnsafeSettings("OIDC_ISSUER must be an https address")
    OAuth(app).register(
        NAME,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        server_metadata_url=settings.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile email phone",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT,
        },
    )


def _provider() -> Any:
    oauth = current_app.extensions.get("authlib.integrations.flask_client")
    return oauth.create_client(NAME) if oauth else abort(404)


@bp.get("/login/sso")
def sso_start() -> Any:
    """Send the person to the provider, and remember where he was going."""
    provider = _provider()
    target = local_path(request.args.get("next"))
    settings = current_app.config["SETTINGS"]
    back_here = settings.public_url.rstrip("/") + url_for("storefront.sso_callback")
    _forget()  # one sign-in at a time: the cookie has little room
    session[NEXT] = target
    try:
        return provider.authorize_redirect(back_here)
    except TROUBLE:
        log.warning("single sign-on: the provider cannot be asked", exc_info=True)
        return _failed(_unreachable())


@bp.get("/login/sso/callback")
@writes
def sso_callback() -> Any:
    """Hear from the provider who came back, and sign him in."""
    provider = _provider()
    db.session.rollback()  # no lock is held while the provider thinks
    settings = current_app.config["SETTINGS"]
    try:
        claims = _claims(provider, settings)
        identity = identities.from_claims(
            settings.oidc_issuer, claims, settings.oidc_credit_code_claim
        )
    except identities.Refused as refusal:
        return _failed(str(refusal))
    except MismatchingStateError:
        return _failed(
            gettext("This sign-in was begun elsewhere or too long ago. Please begin again.")
        )
    except TROUBLE as trouble:
        if getattr(trouble, "error", "") == "access_denied":
            return _failed(gettext("The platform did not confirm the sign-in."))
        log.warning("single sign-on: no sign-in came of it", exc_info=True)
        return _failed(_unreachable())
    try:
        return _recognised(identity)
    except identities.Refused as refusal:
        return _failed(str(refusal))


def _claims(provider: Any, settings: Any) -> dict[str, Any]:
    """Return the claims of a checked ID token, with those of the user info beside them.

    Raises:
        what TROUBLE lists.
    """
    token = provider.authorize_access_token(
        claims_options={"iss": {"essential": True, "values": [settings.oidc_issuer]}}
    )
    claims = dict(token["userinfo"])
    more = {"email", settings.oidc_credit_code_claim} - claims.keys()
    if more and provider.load_server_metadata().get("userinfo_endpoint"):
        told = provider.userinfo(token=token)
        if told.get("sub") == claims["sub"]:  # else it speaks of somebody else
            claims = dict(told) | claims
    return claims


def _recognised(identity: identities.Identity) -> Any:
    """Sign the person in, or ask for the password of the account with the same address."""
    try:
        found = identities.find(identity, locales.choose())
    except IntegrityError:  # two windows at once: the other one made the account
        db.session.rollback()
        found = identities.find(identity, locales.choose())
    if not found.password_needed:
        db.session.commit()
        return _enter(found.user)
    session[JOIN] = {
        "issuer": identity.issuer,
        "subject": identity.subject,
        "user": found.user.id,
        "until": now().timestamp() + JOIN_WITHIN,
    }
    return redirect(url_for("storefront.sso_join"))


def _waiting() -> dict[str, Any] | None:
    """Return the identity that waits for a password, unless it has waited too long."""
    waiting = session.get(JOIN)
    return waiting if waiting and waiting["until"] > now().timestamp() else None


@bp.route("/login/sso/join", methods=["GET", "POST"])
@limiter.limit(
    "10 per 10 minutes",
    methods=["POST"],
    key_func=lambda: f"sso-join:{(_waiting() or {}).get('user')}",
)
def sso_join() -> Any:
    """Ask for the password of the account that has the same address, then join the two."""
    _provider()
    waiting = _waiting()
    user = db.session.get(User, waiting["user"]) if waiting else None
    if waiting is None or user is None:
        return _failed(gettext("This took too long. Please begin again."))
    form = JoinForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        if _password_fits(user, form.password.data):
            return _joined(user, waiting)
        form.password.errors = [gettext("The password is not right.")]
    return render_template("storefront/sso_join.html", form=form, email=user.email)


def _password_fits(user: User, password: str) -> bool:
    if not user.password:  # made by single sign-on: it has none until it is reset
        return False
    return bool(user.verify_and_update_password(_security.password_util.normalize(password)))


def _joined(user: User, waiting: dict[str, Any]) -> Any:
    try:
        identities.join(user, waiting["issuer"], waiting["subject"])
        db.session.commit()
    except identities.Refused as refusal:
        return _failed(str(refusal))
    except IntegrityError:
        db.session.rollback()
        return _failed(gettext("This took too long. Please begin again."))
    flash(gettext("From now on you can sign in with either."), "success")
    return _enter(user)


def _enter(user: User) -> Any:
    """Sign in on a session that keeps nothing of the visitor but his language and messages."""
    target = local_path(session.get(NEXT)) or url_for("storefront.home")
    kept = {name: session[name] for name in ("locale", "_flashes") if name in session}
    session.clear()
    session.update(kept)
    login_user(user, remember=False, authn_via=["sso"])
    db.session.commit()
    return redirect(target)


def _forget() -> None:
    """Drop what a sign-in left in the session: states, targets, what waits for a password."""
    for name in [name for name in session if name.startswith(f"_state_{NAME}_")]:
        session.pop(name)
    session.pop(JOIN, None)
    session.pop(NEXT, None)


def _unreachable() -> str:
    return gettext(
        "The platform cannot be reached or gave no valid answer. Try again later, or sign in with "
        "an account of this site."
    )


def _failed(words: str) -> Any:
    """Say on the sign-in page why nobody is signed in."""
    db.session.rollback()
    target = local_path(session.get(NEXT))
    _forget()
    flash(words, "danger")
    return redirect(url_for("security.login", next=target))
