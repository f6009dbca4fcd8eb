"""Kept forms: what somebody sent who was signed out meanwhile, until they are back.

Encrypted (Fernet) by a key of the application's secret and of one that the browser alone has, in a
cookie; for half an hour; for the person who began the form. Passwords and files are never kept.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core import tokens
from core.clock import now
from core.database import db
from models import KeptForm

KEPT_FOR = timedelta(minutes=30)
LARGEST = 200_000  # characters of what was typed, names of fields included
MOST = 5  # for one person
MOST_AT_ALL = 2_000  # so that they never fill a disk


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent, and from where."""

    path: str
    query: str
    page: str  # the local address of the page on which the form stood, or ""
    fields: list[tuple[str, str]]
    files: list[str]  # their names

    @property
    def fits(self) -> bool:
        """Whether it is small enough to be kept."""
        return sum(len(name) + len(value) for name, value in self.fields) <= LARGEST


def new_browser() -> str:
    """Return a key for a browser that has none yet."""
    return secrets.token_urlsafe(32)


def put(sent: Sent, owner: int, browser: str, secret: str) -> int:
    """Keep what was sent for the person `owner` in the browser, in the caller's unit of work.

    The oldest of theirs make room. Returns the id under which `find` returns it.
    """
    _drop(KeptForm.at < now() - KEPT_FOR)
    newest = sa.select(KeptForm.id).order_by(KeptForm.id.desc())
    theirs = newest.where(KeptForm.user_id == owner).offset(MOST - 1)
    _drop(KeptForm.id.in_(db.session.scalars(theirs).all()))
    _drop(KeptForm.id.in_(db.session.scalars(newest.offset(MOST_AT_ALL - 1)).all()))
    content = _cipher(browser, secret).encrypt(json.dumps(asdict(sent)).encode())
    row = KeptForm(user_id=owner, browser=tokens.hashed(browser), content=content)
    db.session.add(row)
    db.session.flush()
    return row.id


def find(id: int, owner: int, browser: str, secret: str) -> Sent | None:
    """Return what is kept under `id` for this person in this browser, or None."""
    content = db.session.scalar(
        sa.select(KeptForm.content).where(
            KeptForm.id == id,
            KeptForm.user_id == owner,
            KeptForm.browser == tokens.hashed(browser),
            KeptForm.at >= now() - KEPT_FOR,
        )
    )
    if content is None:
        return None
    try:
        kept = json.loads(_cipher(browser, secret).decrypt(content))
    except InvalidToken:  # the secret is another now
        return None
    return Sent(**kept | {"fields": [(name, value) for name, value in kept["fields"]]})


def is_somebody_elses(id: int, owner: int, browser: str) -> bool:
    """Whether this browser keeps a form under `id` that another person began."""
    query = sa.select(KeptForm.id).where(
        KeptForm.id == id,
        KeptForm.user_id != owner,
        KeptForm.browser == tokens.hashed(browser),
        KeptForm.at >= now() - KEPT_FOR,
    )
    return db.session.scalar(query) is not None


def forget(at: datetime) -> int:
    """Delete what was kept long enough, and commit. Returns how many. A job of the worker."""
    count = _drop(KeptForm.at < at - KEPT_FOR)
    db.session.commit()
    return count


def without_secrets(fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the fields that may be kept and sent back: no password, no code, no token."""
    return [(name, value) for name, value in fields if not is_secret(name)]


def is_secret(name: str) -> bool:
    """Whether a field of this name is never sent back."""
    return name in ("code", "secret", "token", "csrf_token") or "password" in name


def _drop(condition: sa.ColumnElement[bool]) -> int:
    statement = sa.delete(KeptForm).where(condition)
    done = db.session.execute(statement, execution_options={"synchronize_session": False})
    return int(done.rowcount)  # type: ignore[attr-defined]  # of a DELETE it is there


def _cipher(browser: str, secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=browser.encode(), info=b"kept form")
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret.encode())))
