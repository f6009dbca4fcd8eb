"""Secret tokens of links, hashed: only the SHA-256 is stored."""

from __future__ import annotations

import hashlib


def hashed(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
