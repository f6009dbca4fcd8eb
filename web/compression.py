"""Compression (gzip) of pages that visitors share; static files: web/static_files.py.

Pages of a person go out as they are: beside what they typed they hold a token, and the length of a
compressed answer tells of both (BREACH).
"""

from __future__ import annotations

import gzip

from flask import Response, request

from core.shared_cache import SharedCache

TYPES = frozenset(
    {
        "text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml",
        "application/xml", "text/plain", "application/json",
    }
)  # fmt: skip
SHORTEST = 1_000  # bytes below which it does not pay
MOST = 512  # answers in a process
_packed: SharedCache[tuple[str, str | None], bytes] = SharedCache(MOST)  # compressed, by path, ETag


def compress(response: Response) -> Response:
    """Request hook: compress an answer that anybody may share, where the browser takes it so."""
    if not response.cache_control.public or response.mimetype not in TYPES:
        return response
    response.vary.add("Accept-Encoding")
    whole = request.method == "GET" and response.status_code == 200
    if not whole or response.content_encoding or not request.accept_encodings["gzip"]:
        return response
    tag, _ = response.get_etag()
    name = (request.path, tag)
    packed = _packed.get(name) if tag else None
    if packed is None:
        response.direct_passthrough = False
        data = response.get_data()
        if len(data) < SHORTEST:
            return response
        packed = gzip.compress(data, mtime=0)
        if tag:
            _packed.put(name, packed)
    elif close := getattr(response.response, "close", None):
        response.call_on_close(close)  # the file that is not read after all
    response.direct_passthrough = False
    response.set_data(packed)
    response.content_encoding = "gzip"
    if tag:
        response.set_etag(tag, weak=True)  # the same words, other bytes
    return response
