"""Idempotency keys of mails and notices: what makes two the same, as a hash of fixed length."""

from __future__ import annotations

import hashlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from core.database import sha256_hex

LENGTH = 64  # letters of a SHA-256 in hexadecimal: the width of the columns


def key_of(*parts: object) -> str:
    """Return the key that is made of `parts`, whatever their length; 64 letters.

    The same parts in the same order give the same key. An address comes last: it alone may hold
    the colon that stands between parts.
    """
    return hashlib.sha256(":".join(map(str, parts)).encode()).hexdigest()


def key_in_sql(*parts: object) -> sa.ColumnElement[str]:
    """Return the key that is made of `parts`, columns among them, as the database computes it."""
    text: Any = sa.literal("")
    for number, part in enumerate(parts):
        column = isinstance(part, sa.ColumnElement | InstrumentedAttribute)
        piece: Any = sa.cast(part, sa.Text) if column else sa.literal(str(part), sa.Text)
        text = text + sa.literal(":") + piece if number else piece
    return sha256_hex(text)
