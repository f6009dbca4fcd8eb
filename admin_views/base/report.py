"""The outcome of a bulk step as flash messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash
from flask_babel import gettext

from workflows.engine import Outcome

NAMED = 20  # rows that are named; the rest is a number. A flash lives in a cookie of 4 KB
LONGEST_NAME = 24  # characters


def short_name(row: Any) -> str:
    """Return what a row is called, cut to a length that twenty of them share a message."""
    name = str(row)
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def flash_outcome(outcome: Outcome, names: Mapping[int, str], senseless: int = 0) -> None:
    """Flash how many rows were done and, row by row, why others were not."""
    if outcome.done:
        flash(gettext("%(count)s done.", count=len(outcome.done)), "success")
    refused = [
        f"{names.get(key, key)}: {words}" for key, words in list(outcome.refused.items())[:NAMED]
    ]
    if refused:
        more = len(outcome.refused) - len(refused)
        if more:
            refused.append(gettext("and %(count)s more", count=more))
        head = gettext("%(count)s not done.", count=len(outcome.refused))
        flash(f"{head} {' · '.join(refused)}", "warning")
    missing = len(outcome.missing) + senseless
    if missing:
        flash(gettext("%(count)s not found.", count=missing), "warning")
