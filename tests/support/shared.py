"""The folder that all workers of a run share: what is slow to make is made by the first of them."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

NAME = "TEST_PARK"  # of the environment variable


def make() -> None:
    os.environ[NAME] = tempfile.mkdtemp(prefix="supermarket-park-")


def folder(*below: str) -> Path:
    """Return the folder, or one below it."""
    found = Path(os.environ[NAME], *below)
    found.mkdir(exist_ok=True)
    return found


def remove() -> None:
    shutil.rmtree(os.environ[NAME], ignore_errors=True)
