"""File storage for uploaded bytes (S3, ...): any address that fsspec knows, by default a folder.

The folder lies outside the web root. Names are random, so neither the file's own name nor a guess
leads anywhere. What may be stored is decided in uploads/checks.py, and who may read it in access.
"""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from typing import IO, cast

from flask import current_app
from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from core import dry_run

KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")


def _folder() -> tuple[AbstractFileSystem, str]:
    """The file system and the folder that the settings name."""
    system, root = url_to_fs(current_app.config["SETTINGS"].storage)
    if isinstance(system, LocalFileSystem):
        system.auto_mkdir = True
    return system, root.rstrip("/")


def _path(root: str, key: str) -> str:
    """The path of `key`; a key that we did not make is refused.

    Raises:
        ValueError: `key` is not of the form that `save` returns.
    """
    if not KEY.fullmatch(key):
        raise ValueError("not a storage key")
    return f"{root}/{key}"


def save(data: bytes) -> str:
    """Store `data` under a random name and return that name, the key.

    Raises:
        WouldWrite: in a dry run.
    """
    dry_run.forbid()
    name = secrets.token_hex(16)
    key = f"{name[:2]}/{name}"
    put(key, data)
    return key


def put(key: str, data: bytes) -> None:
    """Store `data` under `key`: whole or not at all.

    In a folder it is written aside and renamed; an object store does so by itself.

    Raises:
        ValueError: `key` is not of the form that `save` returns.
        OSError: the disk is full, the store does not answer.
    """
    system, root = _folder()
    path = _path(root, key)
    if not isinstance(system, LocalFileSystem):
        system.pipe_file(path, data)
        return
    aside = f"{path}.part"
    try:
        system.pipe_file(aside, data)
        os.replace(aside, path)
    except OSError:
        with suppress(OSError):
            os.unlink(aside)
        raise


def open(key: str) -> IO[bytes]:
    """Return the stored bytes as a file to read.

    Raises:
        FileNotFoundError: nothing is stored under `key`.
    """
    system, root = _folder()
    return cast("IO[bytes]", system.open(_path(root, key), "rb"))


def delete(key: str) -> None:
    """Remove what is stored under `key`; what is gone already is no error."""
    system, root = _folder()
    try:
        system.rm_file(_path(root, key))
    except FileNotFoundError:
        return
