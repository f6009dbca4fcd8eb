"""Who hears of a step: rows of the outbox and of the bell, written with the step itself.

Only template, context and recipient are written here; the words are rendered when a mail is sent
or a notice is read, so a thousand approvals cost a thousand short rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

import access
from clock import now
from database import db
from models import Mail, Notification, User
from workflows import notice_kinds

Row = Any


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to tell: by mail, in the application, or both."""

    email: str | None = None
    user_id: int | None = None
    locale: str = "zh_Hans_CN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A mail template, whom it goes to, and the page it links to.

    `to` resolves all rows at once: {row id: recipients}, in a fixed number of queries.
    """

    template: str  # templates/email/<template>.html
    to: Callable[[Sequence[Row]], Mapping[int, Sequence[Recipient]]]
    link: Callable[[Row], str]  # a path, joined to PUBLIC_URL


def tell(
    kind: str,
    notice: Notice,
    rows: Sequence[Row],
    context: Callable[[Row], dict[str, Any]],
    answers: Mapping[str, Any],
) -> None:
    """Write the mails and notifications of `notice` for all rows.

    The key names the row and its version: the same step is never told twice to one address.
    """
    recipients = notice.to(rows)
    people = {one.user_id for many in recipients.values() for one in many if one.user_id}
    muted = notice_kinds.muted(notice.template, people)
    mails, bells = [], []
    for row in rows:
        key = f"{kind}:{row.id}:{row.version}:{notice.template}"
        words = context(row) | ({"reason": answers["reason"]} if answers.get("reason") else {})
        link = notice.link(row)
        for one in dict.fromkeys(recipients.get(row.id, ())):
            shared = {"template": notice.template, "context": words, "link": link}
            if one.email and one.user_id not in muted:
                mails.append(
                    shared
                    | {"key": f"{key}:{one.email}", "recipient": one.email, "locale": one.locale}
                )
            if one.user_id:
                bells.append(shared | {"key": f"{key}:{one.user_id}", "user_id": one.user_id})
    insert_new(Mail, mails)
    insert_new(Notification, bells)


def insert_new(model: type[Mail] | type[Notification], rows: list[dict[str, Any]]) -> None:
    """Insert rows whose key is not known yet; the others were told before."""
    if not rows:
        return
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    at = now()
    if model is Mail:
        rows = [{"due_at": at} | row for row in rows]
    insert = dialect.insert(model).on_conflict_do_nothing(index_elements=["key"])
    db.session.execute(insert, [{"created_at": at} | row for row in rows])


def users(people: Iterable[User]) -> list[Recipient]:
    """Return the people as recipients of mail and bell."""
    return [Recipient(user.email, user.id, user.locale) for user in people if user.active]


def reviewers(rows: Sequence[Row]) -> dict[int, list[Recipient]]:
    """Everybody who works the review queues, for every row."""
    everyone = users(db.session.scalars(sa.select(User).where(User.role.in_(access.QUEUE_ROLES))))
    return {row.id: everyone for row in rows}
