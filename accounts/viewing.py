"""View-as (impersonation, reading only): the request hook that puts a person in the viewer's place.

The session stays the viewer's. For each request the person is loaded anew, statements are held to
what that person may see, whatever is posted is refused, and what a page would write is undone.
"""

from __future__ import annotations

from flask import abort, flash, g, request, session
from flask_babel import gettext, lazy_gettext
from flask_login import current_user

from access import row_guard
from core.database import db, discarding
from models import User, ViewAs
from workflows.person import view_as

KEY = "view_as"  # in the session: the row
CURRENT = "viewing"  # in `g`
END = "storefront.end_view_as"
OUT = frozenset({END, "security.logout"})  # whoever wants to leave may: the view goes with them
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# of the account's owner alone: their secrets, and all their data in one file
CLOSED = frozenset(
    {
        "storefront.my_data",
        "storefront.security",
        "storefront.close_account",
        "storefront.staff_invitation",
    }
)
READING_ONLY = lazy_gettext(
    "You are looking at the product as somebody else: you can read, and change nothing. End the "
    "view to go on as yourself."
)
NOT_YOURS = lazy_gettext("This page is for the owner of the account alone.")


def begin(row: ViewAs) -> None:
    """Let the requests of this session show what the person of `row` sees."""
    session[KEY] = row.id


def current() -> ViewAs | None:
    """Return the view of this request, None where people look as themselves."""
    found: ViewAs | None = g.get(CURRENT)
    return found


def leave() -> ViewAs | None:
    """Take the view out of the session; return it where it is still under way."""
    id = session.pop(KEY, None)
    viewer = current_user._get_current_object()
    return view_as.under_way(id, viewer) if id is not None else None


def look() -> None:
    """Request hook: put the person in the viewer's place, and refuse whatever changes something."""
    id = session.get(KEY)
    if id is None or request.endpoint in OUT or (request.endpoint or "").endswith("static"):
        return
    known = current_user.is_authenticated
    viewer: User | None = current_user._get_current_object() if known else None
    row = view_as.under_way(id, viewer) if viewer is not None else None
    if row is None:
        session.pop(KEY)
        flash(gettext("The view as somebody else has ended."), "info")
        return
    g.viewing = row
    g._login_user = row.user
    row_guard.hold(db.session(), row.user)
    discarding.set(True)
    if request.method not in SAFE:
        abort(403, READING_ONLY)
    if request.endpoint in CLOSED or request.blueprint == "security":
        abort(403, NOT_YOURS)
