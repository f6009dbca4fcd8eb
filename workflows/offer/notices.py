"""Links and template context of the notices about an offer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models import NoticeKind, RegularOffer
from workflows.engine.notices import Notice
from workflows.engine.recipients import institution_people


def to_workbench(row: RegularOffer) -> str:
    return f"/workbench/offer/details/?id={row.id}"


def context(rows: Sequence[RegularOffer]) -> dict[int, dict[str, Any]]:
    return {row.id: {"product": row.item.name, "institution": row.institution.name} for row in rows}


def notify_institution(template: str) -> Notice[RegularOffer]:
    return Notice(
        template=template,
        kind=NoticeKind.PRODUCT,
        recipients=institution_people,
        link=to_workbench,
    )
