"""The mail to the owner of an account that too many wrong passwords were tried for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from limits import parse

from accounts import mails
from core.database import db
from core.networks import sender
from models import User

# of mails to one person, however many networks try
OFTEN_ENOUGH = (parse("1 per hour"), parse("3 per day"))


def send(account: str, strategy: Any, until: float) -> None:
    """Mail whoever has this account, if anybody does, once a lock. Commits.

    Args:
        account: an address in its one spelling.
        strategy: counts the mails.
        until: when the account may be tried from this network again, in seconds of the epoch.
    """
    query = sa.select(User).where(User.email == account, User.active)
    user = db.session.scalar(query.execution_options(unguarded=True))
    if user is None:
        return
    if not all(strategy.hit(item, "locked mail", account) for item in OFTEN_ENOUGH):
        return
    mails.send_locked(user, sender(), datetime.fromtimestamp(until, UTC))
    db.session.commit()
