"""Parsing ids: what an address or a form sends as the id of a row, or as its version, read once.

Everything else is no id: lists, signs, spaces, digits of other scripts, and numbers that an INTEGER
column cannot hold (PostgreSQL refuses to compare with them).
"""

from __future__ import annotations

LARGEST_ID = 2**31 - 1  # of an INTEGER column


def parse_id(text: object) -> int | None:
    """Return the id that `text` writes in ASCII digits, 1 to LARGEST_ID; None for anything else."""
    digits = str(text)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 10):
        return None
    id = int(digits)
    return id if 0 < id <= LARGEST_ID else None
