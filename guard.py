"""The second guard: a forgotten scope shows nothing rather than another's rows."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

import access
from models import (
    Affiliation,
    Attachment,
    Confirmation,
    Consultant,
    Demand,
    EnterpriseMembership,
    Event,
    FeaturedProduct,
    Institution,
    Invitation,
    Mail,
    Notification,
    ProductChange,
    ProfileChange,
    Qualification,
    Review,
    Transaction,
    User,
)

GUARDED: tuple[type, ...] = (
    Institution,
    Consultant,
    Qualification,
    Affiliation,
    FeaturedProduct,
    ProductChange,
    Demand,
    Transaction,
    Confirmation,
    Review,
    Attachment,
    Event,
    Mail,
    Notification,
    Invitation,
    ProfileChange,
    EnterpriseMembership,
)


def condition_on(user: User | None, model: type) -> access.Condition:
    """Return what `user` may come across of `model`: what he may see, and what is public."""
    return sa.or_(access.sees(user, model), access.known(model))


def hold(session: Session, user: User | None) -> None:
    """Hold every ORM query of `session` to what `user` may see, until the session is removed.

    A statement that must look past it says so: `.execution_options(unguarded=True)`.
    """
    models = GUARDED
    if user is not None and access.is_staff(user):  # who sees all but others' notices
        models = (Notification,)
    session.info["guard"] = [
        with_loader_criteria(model, condition_on(user, model), include_aliases=True)
        for model in models
    ]


def apply(state: ORMExecuteState) -> None:
    """Session event `do_orm_execute`: add the guard's conditions to a SELECT."""
    options = state.session.info.get("guard")
    if options and state.is_select and not state.execution_options.get("unguarded"):
        state.statement = state.statement.options(*options)
