"""The selection of a bulk action: row ids with the versions that were shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from core.ids import parse_id

PIECE = re.compile(r"([0-9]{1,10})(?::([0-9]{1,9}))?")


@dataclass(slots=True)
class Selection:
    """Rows by id, each with the version that was seen, and how many were no rows at all."""

    seen: dict[int, int | None] = field(default_factory=dict)
    senseless: int = 0

    @property
    def unseen(self) -> list[int]:
        """The rows of which was not said in which version they were looked at."""
        return [key for key, version in self.seen.items() if version is None]

    @property
    def versions(self) -> dict[int, int]:
        return {key: version for key, version in self.seen.items() if version is not None}

    def field(self) -> str:
        """Return the rows as one form field: "12:3,15:1"."""
        return ",".join(
            str(key) if version is None else f"{key}:{version}"
            for key, version in self.seen.items()
        )


def read_selection(form: Mapping[str, str]) -> Selection:
    """Return the rows named by one `ids` field, or by boxes called `pick`."""
    pieces: Iterable[str] = form.get("ids", "").split(",")
    if isinstance(form, MultiDict):
        pieces = [*pieces, *form.getlist("pick")]
    found = Selection()
    for piece in pieces:
        if not piece:
            continue
        match = PIECE.fullmatch(piece)
        key = parse_id(match[1]) if match else None
        if match is None or key is None:
            found.senseless += 1
        else:
            found.seen[key] = int(match[2]) if match[2] else None
    return found
