"""Where a notice of an offer leads, and what it says."""

from __future__ import annotations

from typing import Any

from models import (
    RegularOffer,
)


def to_workbench(row: RegularOffer) -> str:
    return f"/workbench/offer/details/?id={row.id}"


def context(row: RegularOffer) -> dict[str, Any]:
    return {"product": row.item.name, "institution": row.institution.name}
