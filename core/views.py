"""What views share: redirect targets (no open redirect), and the mark of a view that writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

View = TypeVar("View", bound=Callable[..., Any])


def writes(view: View) -> View:
    """Mark a view that writes though it answers GET: its transaction takes the lock at once."""
    view.writes = True  # type: ignore[attr-defined]  # a mark of ours
    return view


def local_path(target: str | None) -> str | None:
    """Return `target` where it is a path of this site, else None.

    Browsers drop tabs and newlines and read a backslash as a slash, so both are refused.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or any(ord(letter) < 33 for letter in target):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None
