"""Collected static files: each under a name that holds the hash of its content, beside its gzip
and brotli.

The name is made of the content, so a collected file is never stale and never written twice: several
processes and several releases share one folder. What refers to a file by `url()` in a style sheet
gets the hashed name too.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, join, normpath

from werkzeug.utils import safe_join
from whitenoise.compress import Compressor

HASHED = re.compile(r"(?P<stem>.+)\.[0-9a-f]{12}(?P<suffix>\.[A-Za-z0-9]+)")
_URL = re.compile(r"""url\((["']?)(?![\w+.-]+:|/|#)([^"')#?]+)""")


@dataclass(frozen=True, slots=True)
class Source:
    """A folder whose files are served under an address that begins with `prefix`."""

    prefix: str  # "/static/"
    folder: str


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a file: its hashed name, and which state of the file that was."""

    name: str
    state: tuple[int, int]  # modified at (ns), bytes


class Collection:
    """The files of one source, and where their collected copies stand."""

    def __init__(self, source: Source, folder: Path, *, fixed: bool) -> None:
        """Read nothing yet.

        Args:
            source: the files as they are written.
            folder: holds the copies; where it cannot be written, a temporary one does.
            fixed: the files do not change while the process runs, and are looked at once.
        """
        self.source = source
        self._folder = folder / source.prefix.strip("/")
        self._fixed = fixed
        self._known: dict[str, Known] = {}
        self._temporary: Path | None = None

    def path(self, name: str) -> Path | None:
        """Return the file `name` of the source, or None: there is none of that name."""
        found = safe_join(self.source.folder, name) if name == normpath(name) else None
        return Path(found) if found and os.path.isfile(found) else None

    def hashed(self, name: str) -> str:
        """Return the hashed name of a file; `name` itself where there is none, or no suffix."""
        known = self._known.get(name)
        if known is not None and self._fixed:
            return known.name
        path = self.path(name)
        if path is None or not path.suffix:
            return name
        stat = path.stat()
        state = (stat.st_mtime_ns, stat.st_size)
        if known is None or known.state != state:
            digest = hashlib.sha256(self._content(path, name)).hexdigest()[:12]
            known = Known(f"{name.removesuffix(path.suffix)}.{digest}{path.suffix}", state)
            self._known[name] = known
        return known.name

    def names(self) -> list[str]:
        """Return the names of all files of the source."""
        root = Path(self.source.folder)
        return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())

    def collect(self, name: str) -> Path | None:
        """Return the collected copy of a file, made where it is missing; None where it cannot be.

        The copy comes last: where it stands, its compressed forms do, too.
        """
        hashed, path = self.hashed(name), self.path(name)
        if (found := self.collected(hashed)) or path is None or hashed == name:
            return found
        for folder in self._folders():
            try:
                return self._write(path, name, folder / hashed)
            except OSError:  # a deployment that may not write
                continue
        return None

    def collected(self, hashed: str) -> Path | None:
        """Return the copy of that name, of this release or an earlier one, if there is one."""
        for folder in (self._folder, self._temporary):
            found = safe_join(str(folder), hashed) if folder else None
            if found and HASHED.fullmatch(hashed) and os.path.isfile(found):
                return Path(found)
        return None

    def _folders(self) -> list[Path]:
        if self._temporary is None and not _writable(self._folder):
            try:
                self._temporary = Path(tempfile.mkdtemp(prefix="static-"))
            except OSError:
                return []
            weakref.finalize(self, shutil.rmtree, self._temporary, ignore_errors=True)
        return [self._temporary or self._folder]

    def _write(self, path: Path, name: str, target: Path) -> Path:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            copy = Path(folder, target.name)
            copy.write_bytes(self._content(path, name))
            shutil.copystat(path, copy)
            compressor = Compressor(quiet=True)
            if compressor.should_compress(copy.name):
                for other in compressor.compress(str(copy)):
                    os.replace(other, target.parent / Path(other).name)
            os.replace(copy, target)
        return target

    def _content(self, path: Path, name: str) -> bytes:
        data = path.read_bytes()
        if path.suffix != ".css":
            return data

        def renamed(match: re.Match[str]) -> str:
            quote, address = match.groups()
            way, slash, _ = address.rpartition("/")
            hashed = self.hashed(normpath(join(dirname(name), address)))
            return f"url({quote}{way}{slash}{hashed.rpartition('/')[2]}"

        return _URL.sub(renamed, data.decode()).encode()


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)
