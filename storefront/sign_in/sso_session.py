"""What a single sign-on keeps in the session, and how it ends: signed in, or the reason why not."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, session, url_for
from flask_security import login_user
from flask_security.proxies import _security

from accounts import failed_sign_ins
from accounts.identities import JOIN
from accounts.reauthentication import AUTHENTICATED_AT
from core.database import db, reading
from core.views import local_path
from models import User
from storefront.invitation.state import BACK

PROVIDER = "platform"  # how Authlib calls the provider, in the session too
# in the session: where to, whether the provider was to ask for a sign-in, and when it had one
NEXT, AGAIN, WHEN = "sso_next", "sso_again", "sso_when"


def enter(user: User) -> Any:
    """Sign in on a session that keeps the visitor's language, messages and invitation."""
    target = local_path(session.get(NEXT)) or url_for("storefront.home")
    when = session.get(WHEN, 0)
    kept = {name: session[name] for name in ("locale", "_flashes", BACK) if name in session}
    session.clear()
    session.update(kept)
    # the provider stands in for the password, not for the second factor of this site
    second_step = _security.two_factor_plugins.tf_enter(user, False, "sso", next_loc=target)
    if second_step:
        db.session.commit()
        return second_step
    login_user(user, remember=False, authn_via=["sso"])
    session[AUTHENTICATED_AT] = when
    db.session.commit()
    return redirect(target)


def note_when(claims: Mapping[str, Any]) -> None:
    """Remember when the person signed in at the provider: a grave page asks how long ago it was.

    Where the provider does not say, it was now if it was asked for it, and long ago if not.
    """
    at = claims.get("auth_time")
    known = isinstance(at, int | float) and not isinstance(at, bool)
    session[WHEN] = at if known else (time.time() if session.pop(AGAIN, False) else 0)


def forget() -> None:
    """Drop what a sign-in left in the session: states, targets, what waits for a password."""
    for name in [name for name in session if name.startswith(f"_state_{PROVIDER}_")]:
        session.pop(name)
    session.pop(JOIN, None)
    for name in (NEXT, AGAIN, WHEN):
        session.pop(name, None)


def failed(words: str) -> Any:
    """Say on the sign-in page why nobody is signed in."""
    db.session.rollback()
    if not reading.get():
        failed_sign_ins.record_sso()
        db.session.commit()
    target = local_path(session.get(NEXT))
    forget()
    flash(words, "danger")
    return redirect(url_for("security.login", next=target))
