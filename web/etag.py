"""ETag of a page that visitors share: the tables it was made of, and a hash of their marks.

`<a bit for each table>-<hash of marks and address>`. Any process can tell whether a tag stands,
also one that never made the page: the tag itself names the tables.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, request
from flask_babel import get_locale

from tables.cache_mark import marked_tables
from web.cache_marks import Marks

EXTENSION = "page_edition"
Address = tuple[str, ...]


def init_app(app: Flask) -> None:
    app.extensions[EXTENSION] = _edition(Path(app.root_path))


def _edition(root: Path) -> str:
    """Return what tells this edition of the code from others: its pages are others, too."""
    digest = hashlib.sha256()
    for folder in ("templates", "translations", "static", "storefront", "web"):
        for file in sorted((root / folder).rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                digest.update(f"{file.name}{file.stat().st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


def address() -> Address:
    """Return what tells the page asked for from all others, of this and other editions."""
    edition = current_app.extensions[EXTENSION]
    path = (request.script_root, request.full_path)
    return (current_app.instance_path, edition, str(get_locale()), *path)


def etag(tables: frozenset[str], marks: Marks, address: Address) -> str:
    """Return the tag of the page at `address`, made of `tables` under `marks`."""
    bits = _bits_of(tables)
    content = "\n".join((*address[1:], bits, *marks.stamp(tables)))
    return f"{bits}-{hashlib.sha256(content.encode()).hexdigest()[:32]}"


def stands(tag: str, marks: Marks, address: Address) -> bool:
    """Whether `tag` is one of ours, of this page, and nothing that it shows has changed."""
    tables = _tables_by(tag.partition("-")[0])
    return tables is not None and tag == etag(tables, marks, address)


@lru_cache(maxsize=256)
def _bits_of(tables: frozenset[str]) -> str:
    every = marked_tables()
    return f"{sum(1 << every.index(name) for name in tables):x}"


@lru_cache(maxsize=256)
def _tables_by(bits: str) -> frozenset[str] | None:
    every = marked_tables()
    if not re.fullmatch(r"[0-9a-f]{1,32}", bits) or int(bits, 16) >> len(every):
        return None
    return frozenset(name for place, name in enumerate(every) if int(bits, 16) >> place & 1)
