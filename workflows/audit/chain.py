"""The hash chain (SHA-256, HMAC): of an event, of a seal over many, and who signed it.

All functions of values; nothing is read or written here.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64  # what comes before the first seal
RECORD = struct.Struct(">Q32s")  # an id, and the digest of the event


def content_hash(event: Any) -> str:
    """Return the hash of what an event says (reason, changes), salted: none is guessed by it."""
    if event.content_hash is not None:
        return str(event.content_hash)  # of what was erased
    said = json.dumps([event.reason, event.changes], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(f"{event.salt}{said}".encode()).hexdigest()


def digest(event: Any) -> bytes:
    """Return the SHA-256 of an event: all that can never change of it."""
    parts = [
        event.id,
        _moment(event.at),
        event.actor_id,
        event.subject_type,
        event.subject_id,
        event.name,
        event.source,
        event.target,
        event.address,
        event.sign_in_id,
        content_hash(event),
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).digest()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def packed(digests: Iterable[tuple[int, bytes]]) -> bytes:
    """Return (id, digest) of events as the bytes that a seal keeps."""
    return b"".join(RECORD.pack(id, value) for id, value in digests)


def unpacked(entries: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield what `packed` was given.

    Raises:
        struct.error: the bytes are no whole number of records.
    """
    return RECORD.iter_unpack(entries)


def seal_hash(first_id: int, last_id: int, count: int, entries: bytes, previous: str) -> str:
    """Return the hash of a seal: it covers the one before, and so all of them."""
    head = json.dumps([first_id, last_id, count, previous]).encode()
    return hashlib.sha256(head + hashlib.sha256(entries).digest()).hexdigest()


def key_id(key: bytes) -> str:
    """Return the name of a key: it says which one signed, and nothing of the key."""
    return hashlib.sha256(b"audit key id" + key).hexdigest()[:16]


def sign(key: bytes, hash: str) -> str:
    """Return the HMAC-SHA256 of a seal's hash."""
    return hmac.new(key, hash.encode(), hashlib.sha256).hexdigest()


def signed_right(keys: Mapping[str, bytes], key: str, hash: str, signature: str) -> bool | None:
    """Return whether a signature is right; None: it was made with a key that is not known."""
    if key not in keys:
        return None
    return hmac.compare_digest(sign(keys[key], hash), signature)
