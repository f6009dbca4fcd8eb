"""Access control of the back offices: denied by default, duties and memberships by office."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import abort, g, redirect, request
from flask_babel import lazy_gettext
from flask_login import current_user

import access
from core.database import db
from models import Affiliation, AffiliationStatus, Duty, MembershipRole, User

LOGIN = "/login"
NO_LONGER = lazy_gettext("You no longer speak for the institution: its workbench is closed to you.")
NOT_SAVED = lazy_gettext("You no longer speak for the institution. What you typed was not saved.")


def signed_in() -> User | None:
    """Return the person of this request, or None."""
    user = (
        g.get("_login_user") or current_user._get_current_object()
    )  # asked for by every menu item
    return user if user is not None and user.is_authenticated else None


def was_consultant(user: User) -> bool:
    """Whether `user` was a linked consultant once and has no workbench now."""
    if access.institution_ids(user) or (user.linked and access.consulted_institution_ids(user)):
        return False
    former = sa.select(Affiliation.id).where(
        access.account(user, Affiliation), Affiliation.status == AffiliationStatus.UNLINKED
    )
    return db.session.scalar(former.limit(1)) is not None


class DenyByDefault:
    """Lets nobody in until a subclass says whom. For pages and for tables of rows."""

    under: str | None = None  # set by the menu: the entry that leads here, where there is no own

    def is_visible(self) -> bool:
        """Whether the menu shows an entry of this view's own."""
        return self.under is None

    def admits(self, user: User) -> bool:
        """Whether `user` may open this view. Nobody, unless a subclass says otherwise."""
        return False

    def is_accessible(self) -> bool:
        user = signed_in()
        return user is not None and bool(user.active) and self.admits(user)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Any:
        """Send strangers to the sign-in page, and refuse everybody else."""
        if signed_in() is not None:
            abort(403)
        here = request.full_path.rstrip("?") if request.method == "GET" else request.path
        return redirect(f"{LOGIN}?{urlencode({'next': here})}")

    def person(self) -> User:
        """Return who is signed in. Only for code that runs behind `is_accessible`."""
        user = signed_in()
        if user is None:
            abort(403)
        return user

    def may_create(self, user: User) -> bool:
        """Whether `user` may add rows, where the view has a page for it."""
        return False

    def may_edit(self, user: User, row: Any) -> bool:
        """Whether `user` may change `row`, where the view has a page for it."""
        return False

    def _run_view(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run the view once. Flask-Admin's own runs it again after any TypeError inside it."""
        return fn(self, *args, **kwargs)


class ForStaff(DenyByDefault):
    """The platform's office: who holds one of `opens` gets in, one of `writes` creates and edits.

    Nobody does, unless a view names the duties.
    """

    opens: ClassVar[frozenset[Duty]] = frozenset()
    writes: ClassVar[frozenset[Duty]] = frozenset()

    def admits(self, user: User) -> bool:
        return access.holds(user, self.opens)

    def may_create(self, user: User) -> bool:
        return access.holds(user, self.writes)

    def may_edit(self, user: User, row: Any) -> bool:
        return access.holds(user, self.writes)


class ForInstitutions(DenyByDefault):
    """The workbench: people of an institution get in, its owners create and edit.

    Its consultants get into those views alone that say so, each with what is their own.
    """

    consultants: ClassVar[bool] = False

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Any:
        """As for everybody; a consultant who was unlinked meanwhile gets the reason."""
        user = signed_in()
        if user is not None and was_consultant(user):
            abort(403, NO_LONGER if request.method == "GET" else NOT_SAVED)
        return super().inaccessible_callback(name, **kwargs)

    def admits(self, user: User) -> bool:
        return bool(
            access.institution_ids(user)
            or (self.consultants and user.linked and access.consulted_institution_ids(user))
        )

    def may_create(self, user: User) -> bool:
        return any(held.active and held.role is MembershipRole.OWNER for held in user.memberships)

    def may_edit(self, user: User, row: Any) -> bool:
        return access.owns(user, row)
