"""Notifications of a transition: recipients, and rows of the outbox and of the bell for them.

Only template, context and recipient are written here; the words are rendered when a mail is sent
or a notice is read. Who is concerned by many rows of one step hears of them at once: one mail, one
line in the bell, which name them all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

import access
from core.clock import now
from core.database import db
from models import Duty, Mail, NoticeKind, Notification, User
from outbox.keys import key_of
from workflows.engine import notice_kinds

OTHERS, COUNT = "others", "other_count"  # in the context of a mail about many rows
MOST_NAMED = 30  # of the others, in one mail

# What takes rows in for mails that wait already, and returns the others: of a task in portions.
Gather = Callable[["type[Mail] | type[Notification]", list[dict[str, Any]]], list[dict[str, Any]]]
gathers: ContextVar[Gather | None] = ContextVar("gathers", default=None)


class Noticed(Protocol):
    """What a notice is about: a row, or what stands in place of one."""

    @property
    def id(self) -> Any: ...  # of a row it is a mapped column to the type checker

    @property
    def version(self) -> Any: ...


N = TypeVar("N", bound=Noticed, contravariant=True)
S = TypeVar("S", bound=Noticed)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to notify: by mail, in the application, or both."""

    email: str | None = None
    user_id: int | None = None
    locale: str = "zh_Hans_CN"


@dataclass(frozen=True, kw_only=True)
class Notice(Generic[N]):
    """A mail template, whom it goes to, and the page it links to.

    `recipients` resolves all rows at once: {row id: recipients}, in a fixed number of queries.
    Whoever is concerned by many rows gets one mail for all of them, unless there is one for `each`.
    """

    template: str  # templates/email/<template>.html
    kind: NoticeKind | None  # what a person mutes; None: the mail always goes out
    recipients: Callable[[Sequence[N]], Mapping[int, Sequence[Recipient]]]
    link: Callable[[N], str]  # a path, joined to PUBLIC_URL
    each: bool = False  # where the link is a key, or the mail's key is looked up later


def notify(
    subject: str,
    notice: Notice[S],
    rows: Sequence[S],
    context: Callable[[Sequence[S]], Mapping[int, dict[str, Any]]],
    answers: Mapping[str, Any],
) -> None:
    """Write the mails and notifications of `notice` for all rows.

    The key names the rows and their versions: nobody is notified twice of the same step.

    Args:
        subject: what kind of thing the rows are, as the journal calls it.
        context: returns what the mail says of each row: {row id: words}.
        answers: what the step asked; a reason among them stands in the mail.
    """
    recipients = notice.recipients(rows)
    people = {
        recipient.user_id for many in recipients.values() for recipient in many if recipient.user_id
    }
    muted = notice_kinds.muted(notice.kind, people)
    more = {"reason": answers["reason"]} if answers.get("reason") else {}
    words = context(rows)
    mails, bells = [], []
    for recipient, link, about in _by_recipient(notice, rows, recipients):
        parts = (subject, _name_of(about), notice.template)
        merged = _together([words[row.id] for row in about]) | more
        shared = {"template": notice.template, "context": merged, "link": link}
        if recipient.email and recipient.user_id not in muted:
            mails.append(
                shared
                | {
                    "key": key_of(*parts, recipient.email),
                    "recipient": recipient.email,
                    "locale": recipient.locale,
                }
            )
        if recipient.user_id:
            bells.append(
                shared | {"key": key_of(*parts, recipient.user_id), "user_id": recipient.user_id}
            )
    gather = None if notice.each else gathers.get()
    insert_new(Mail, gather(Mail, mails) if gather and mails else mails)
    insert_new(Notification, gather(Notification, bells) if gather and bells else bells)


def _by_recipient(
    notice: Notice[S], rows: Sequence[S], recipients: Mapping[int, Sequence[Recipient]]
) -> Iterator[tuple[Recipient, str, list[S]]]:
    """Yield whom to notify, where it leads, and the rows it is about: of one list, or just one."""
    together: dict[tuple[Recipient, str], list[S]] = {}
    for row in rows:
        link = notice.link(row)
        for recipient in dict.fromkeys(recipients.get(row.id, ())):
            if notice.each:
                yield recipient, link, [row]
            else:
                together.setdefault((recipient, list_of(link)), []).append(row)
    for (recipient, place), about in together.items():
        yield recipient, notice.link(about[0]) if len(about) == 1 else place, about


def list_of(path: str) -> str:
    """Return the list that the page of one row stands in; a path that names no row as it is."""
    return re.sub(r"(details/\?id=|/)[0-9]+$", "", path)


def _name_of(rows: Sequence[Noticed]) -> str:
    """Return what names these rows in these versions, in a key."""
    names = [f"{row.id}:{row.version}" for row in rows]
    return names[0] if len(names) == 1 else hashlib.sha256(",".join(names).encode()).hexdigest()


def _together(words: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the context of a mail about many rows: the first in full, the others by their name."""
    first, *others = words
    return first | {OTHERS: others[:MOST_NAMED], COUNT: len(others)} if others else first


def insert_new(model: type[Mail] | type[Notification], rows: list[dict[str, Any]]) -> None:
    """Insert rows whose key is not known yet; the others were written before."""
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


@dataclass(frozen=True, slots=True)
class HoldersOf:
    """Everybody whose role holds `duty`, for every row."""

    duty: Duty

    def __call__(self, rows: Sequence[Noticed]) -> dict[int, list[Recipient]]:
        everyone = users(db.session.scalars(sa.select(User).where(access.holding(self.duty))))
        return {row.id: everyone for row in rows}

    @property
    def __name__(self) -> str:
        """How the generated documents call it."""
        return f"who_holds_the_duty_{self.duty}"


reviewers_of_applications = HoldersOf(Duty.APPLICATIONS)
reviewers_of_trade = HoldersOf(Duty.TRADE)
dispatchers = HoldersOf(Duty.DISPATCH)
