"""Diff of a featured product, field by field: against the public version, or a submission."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.database import db
from models import Event, FeaturedProduct, ProductChange, ProductChangeStatus
from workflows.engine import snapshots
from workflows.product.files import NAMES
from workflows.product.rules import labels_of
from workflows.product.text import described

LONG = ("description",)  # shown line by line
NUMBER = re.compile(r" \(#\d+\)")  # of a file: two files may have one name


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that is not what it was."""

    name: str
    label: str
    before: str
    after: str

    @property
    def lines(self) -> list[tuple[str, str]]:
        """A long text line by line: ("del" | "ins" | "", line). Empty for short ones."""
        return changed_lines(self.before, self.after) if self.name in LONG else []


def changed_lines(before: str, after: str) -> list[tuple[str, str]]:
    """Return the lines of two texts: those that went, those that came, and those that stayed."""
    signs = {"- ": "del", "+ ": "ins", "  ": ""}
    found = difflib.ndiff(before.splitlines(), after.splitlines())
    return [(signs[line[:2]], line[2:]) for line in found if line[:2] in signs]


def _from_pairs(
    before: Mapping[str, Any], after: Mapping[str, Any], labels: Mapping[str, Any]
) -> list[Difference]:
    found = []
    for name in dict.fromkeys([*after, *before]):
        left, right = before.get(name) or "", after.get(name) or ""
        if left == right:
            continue
        if name in NAMES.values() and NUMBER.sub("", left) != NUMBER.sub("", right):
            left, right = NUMBER.sub("", left), NUMBER.sub("", right)  # the names are enough
        found.append(Difference(name, str(labels.get(name, name)), left, right))
    return found


def differences(change: ProductChange) -> list[Difference]:
    """Return field by field what the change changes of the public version.

    An approved change is the public version: what it changed stands in the journal.
    """
    return _on_record(change) if change.status is ProductChangeStatus.APPROVED else compare(change)


def compare(change: ProductChange) -> list[Difference]:
    """Compare the change with the public version as both are now."""
    labels = {**labels_of(change.product), **labels_of(change)}
    return _from_pairs(described(change.product), described(change), labels)


def _on_record(change: ProductChange) -> list[Difference]:
    changes = db.session.scalar(
        sa.select(Event.changes)
        .where(
            Event.subject_type == "product_change",
            Event.subject_id == change.id,
            Event.name == "approve",
        )
        .execution_options(unguarded=True)  # who may see the row may see its past
    )
    kept = ((changes or {}).get("snapshot") or {}).get("compared") or []
    labels = labels_of(change)
    return [
        Difference(name, str(labels.get(name, label)), before, after)
        for name, label, before, after in kept
    ]


def changed_since_last_submission(row: FeaturedProduct | ProductChange) -> list[Difference]:
    """Return what is different from what the reviewer saw the time before; nothing at first."""
    kept = snapshots.last_two(row)
    if kept is None:
        return []
    labels = {name: pair[0] for submission in kept for name, pair in submission.items()}
    labels |= {name: label for name, label in labels_of(row).items() if name in labels}
    before, now = ({name: pair[1] for name, pair in submission.items()} for submission in kept)
    return _from_pairs(before, now, labels)
