"""Scopes, the conditions that hold a query to the rows of a tenant (multi-tenancy).

Three: in the workbench, as a customer, and all that somebody may see.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from access import aliases
from access.account_scopes import ACCOUNT
from access.actors import SYSTEM, Bearer
from access.predicates import is_staff
from access.subqueries import Condition
from access.workbench_scopes import WORKBENCH
from models import Confirmation, DemandDraft, Notification, Task, Transaction, User

PRIVATE = (Notification, DemandDraft, Task)  # not for the platform's staff either


# What the link in a mail opens, without signing in.
HELD: dict[type, Callable[[Bearer], Condition]] = {
    Confirmation: lambda bearer: Confirmation.token_hash == bearer.token_hash,
    Transaction: lambda bearer: Transaction.id.in_(
        sa.select(aliases.answer.c.transaction_id).where(
            aliases.answer.c.token_hash == bearer.token_hash
        )
    ),
}


def workbench(user: User | None, model: type) -> Condition:
    """Return the condition that keeps `model` to what the person's institution works with."""
    scope = WORKBENCH.get(model)
    return scope(user) if user is not None and scope else sa.false()


def account(user: User | None, model: type) -> Condition:
    """Return the condition that keeps `model` to what the person holds as a customer."""
    scope = ACCOUNT.get(model)
    return scope(user) if user is not None and scope else sa.false()


def sees(user: User | Bearer | None, model: type) -> Condition:
    """Return the condition on `model` for all that the person may see, anywhere."""
    if isinstance(user, Bearer):
        return HELD[model](user) if model in HELD else sa.false()
    if user is SYSTEM or (user is not None and is_staff(user) and model not in PRIVATE):
        return sa.true()
    return sa.or_(workbench(user, model), account(user, model))


def visible(user: User | None, model: type[Any]) -> sa.Select[Any]:
    """Return a SELECT of the rows of `model` that the person may see. Start every query here."""
    return sa.select(model).where(sees(user, model))
