"""The archive of a backup: a gzipped tar of manifest, tables and files, with the sum of each.

    manifest.json          what it is, when, of which migration; {table: {column: kind}}; settings
    tables/<name>.jsonl    a row a line: a list of values in the order of the columns
    files/<key>            uploaded files, by their storage key
    sums.json              {name: SHA-256} of all of them; the last entry

Nothing in it needs this program to be read. It holds personal data and no secret of the site.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Self

FORMAT = 1
SUMS = "sums.json"
SPOOL = 16 * 1024 * 1024  # bytes of an entry in memory; beyond, on disk
CHUNK = 1024 * 1024


class Damaged(ValueError):
    """The archive is none of ours, of a later format, or not as it was written."""


class Writer:
    """Writes an archive beside its place, and puts it there once it is whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sums: dict[str, str] = {}

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.part = self.path.with_name(f".{self.path.name}.part")
        self.file = os.fdopen(
            os.open(self.part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
        )
        self.tar = tarfile.open(fileobj=self.file, mode="w:gz", compresslevel=6)
        return self

    def __exit__(self, kind: object, *_error: object) -> None:
        try:
            if kind is None:
                self.add(SUMS, json.dumps(self.sums, indent=0).encode())
            self.tar.close()
            self.file.flush()
            os.fsync(self.file.fileno())
        finally:
            self.file.close()
        if kind is None:
            self.part.replace(self.path)
        else:
            self.part.unlink(missing_ok=True)

    def add(self, name: str, data: bytes) -> None:
        self.copy(name, io.BytesIO(data))

    def copy(self, name: str, source: IO[bytes]) -> None:
        """Add an entry. Its size must be known before it is written, so it is spooled first."""
        with tempfile.SpooledTemporaryFile(max_size=SPOOL) as spool:
            digest = hashlib.sha256()
            while part := source.read(CHUNK):
                digest.update(part)
                spool.write(part)
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = spool.tell(), int(time.time()), 0o600
            spool.seek(0)
            self.tar.addfile(entry, spool)
        self.sums[name] = digest.hexdigest()

    @contextmanager
    def lines(self, name: str) -> Iterator[Any]:
        """Yield a function that writes a value as a line of JSON; the entry follows at the end."""
        with tempfile.SpooledTemporaryFile(max_size=SPOOL) as spool:

            def write(value: Any) -> None:
                text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
                spool.write(text.encode() + b"\n")

            yield write
            spool.seek(0)
            self.copy(name, spool)


@contextmanager
def reading(path: Path) -> Iterator[tarfile.TarFile]:
    """Open an archive whose sums were checked.

    Raises:
        Damaged: it is no archive of ours, or differs from what was written.
        FileNotFoundError: there is none.
    """
    check(path)
    with tarfile.open(path, "r:gz") as tar:
        yield tar


def check(path: Path) -> None:
    """Read the whole archive and compare each entry with its sum.

    Raises:
        Damaged: as `reading`.
    """
    found: dict[str, str] = {}
    sums: dict[str, str] | None = None
    try:
        with tarfile.open(path, "r:gz") as tar:
            for entry in tar:
                source = tar.extractfile(entry)
                if source is None:
                    raise Damaged(f"{entry.name} is no file")
                if entry.name == SUMS:
                    sums = json.load(source)
                    continue
                digest = hashlib.file_digest(source, "sha256")  # type: ignore[arg-type]  # it reads
                found[entry.name] = digest.hexdigest()
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        if isinstance(error, FileNotFoundError | Damaged):
            raise
        raise Damaged(f"{path} cannot be read as a backup: {error}") from error
    if sums is None:
        raise Damaged(f"{path} is not whole: it has no sums")
    wrong = sorted(name for name in sums | found if sums.get(name) != found.get(name))
    if wrong:
        raise Damaged(f"{path} is not as it was written: {', '.join(wrong[:5])}")


def load(tar: tarfile.TarFile, name: str) -> Any:
    """Return the value of a JSON entry."""
    return json.loads(_open(tar, name).read())


def rows(tar: tarfile.TarFile, table: str) -> Iterator[list[Any]]:
    """Yield the rows of a table."""
    for line in _open(tar, f"tables/{table}.jsonl"):
        yield json.loads(line)


def files(tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield storage key and content of each uploaded file."""
    for entry in tar.getmembers():
        if entry.name.startswith("files/"):
            yield entry.name.removeprefix("files/"), _open(tar, entry.name)


def _open(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        source = tar.extractfile(name)
    except KeyError:
        source = None
    if source is None:
        raise Damaged(f"the backup has no {name}")
    return source
