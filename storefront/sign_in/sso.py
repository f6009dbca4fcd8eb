"""Single sign-on with an account of the park's enterprise development service platform.

OpenID Connect: code flow with PKCE, state and nonce. Without an issuer there are no such pages.
"""

from __future__ import annotations

import logging
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client.errors import MismatchingStateError
from authlib.integrations.flask_client import OAuth
from flask import Flask, abort, current_app, request, session, url_for
from flask_babel import gettext
from joserfc.errors import JoseError
from requests import RequestException
from sqlalchemy.exc import IntegrityError

from accounts import identities
from core.config import UnsafeSettings
from core.database import db
from core.views import local_path, writes
from i18n import locales
from storefront import bp
from storefront.sign_in.sso_join import ask_for_password
from storefront.sign_in.sso_session import AGAIN, NEXT, PROVIDER, enter, failed, forget, note_when

log = logging.getLogger(__name__)
LONGEST_ISSUER = 200  # characters: it is kept with each identity
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


def init_app(app: Flask) -> None:
    """Make the provider known, where the settings name one.

    Raises:
        UnsafeSettings: production would connect without TLS, or its name is too long.
    """
    settings = app.config["SETTINGS"]
    if not settings.oidc_issuer:
        return
    if settings.production and not settings.oidc_issuer.startswith("https://"):
        raise UnsafeSettings("OIDC_ISSUER must be an https address")
    if len(settings.oidc_issuer) > LONGEST_ISSUER:
        raise UnsafeSettings(f"OIDC_ISSUER is longer than {LONGEST_ISSUER} characters")
    OAuth(app).register(
        PROVIDER,
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
    return oauth.create_client(PROVIDER) if oauth else abort(404)


@bp.get("/login/sso")
def sso_start() -> Any:
    """Send the person to the provider, and remember where they were going."""
    provider = _provider()
    target = local_path(request.args.get("next"))
    settings = current_app.config["SETTINGS"]
    back_here = settings.public_url.rstrip("/") + url_for("storefront.sso_callback")
    forget()  # one sign-in at a time: the cookie has little room
    session[NEXT] = target
    # a fresh sign-in is one there as well, not the answer of a session that goes on
    fresh = {"prompt": "login", "max_age": 0} if "again" in request.args else {}
    session[AGAIN] = bool(fresh)
    try:
        return provider.authorize_redirect(back_here, **fresh)
    except TROUBLE:
        log.warning("single sign-on: the provider cannot be asked", exc_info=True)
        return failed(_unreachable())


@bp.get("/login/sso/callback")
@writes
def sso_callback() -> Any:
    """OpenID Connect callback: sign the person in."""
    provider = _provider()
    db.session.rollback()  # no lock is held while the provider thinks
    settings = current_app.config["SETTINGS"]
    try:
        claims = _claims(provider, settings)
        note_when(claims)
        identity = identities.from_claims(
            settings.oidc_issuer, claims, settings.oidc_credit_code_claim
        )
    except identities.Refused as refusal:
        return failed(str(refusal))
    except MismatchingStateError:
        return failed(
            gettext("This sign-in was begun elsewhere or too long ago. Please begin again.")
        )
    except TROUBLE as trouble:
        if getattr(trouble, "error", "") == "access_denied":
            return failed(gettext("The platform did not confirm the sign-in."))
        log.warning("single sign-on: no sign-in came of it", exc_info=True)
        return failed(_unreachable())
    try:
        return _recognised(identity)
    except identities.Refused as refusal:
        return failed(str(refusal))


def _claims(provider: Any, settings: Any) -> dict[str, Any]:
    """Return the claims of a checked ID token, with those of the user info beside them.

    Raises:
        what TROUBLE lists.
    """
    token = provider.authorize_access_token(
        claims_options={"iss": {"essential": True, "values": [settings.oidc_issuer]}}
    )
    claims = dict(token["userinfo"])
    more = {"email", "email_verified", settings.oidc_credit_code_claim} - claims.keys()
    if more and provider.load_server_metadata().get("userinfo_endpoint"):
        userinfo = provider.userinfo(token=token)
        if userinfo.get("sub") == claims["sub"]:  # else it is about somebody else
            if "email" in claims and userinfo.get("email") != claims["email"]:
                userinfo.pop("email_verified", None)  # what it says of another address
            claims = dict(userinfo) | claims
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
        return enter(found.user)
    return ask_for_password(identity, found.user)


def _unreachable() -> str:
    return gettext(
        "The platform cannot be reached or gave no valid answer. Try again later, or sign in with "
        "an account of this site."
    )
