"""Up to four institutions, or featured products, side by side: /compare?kind=product&id=3&id=8."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from core.ids import parse_id
from storefront import bp
from storefront.compare.tables import TABLES, Table
from web.page_cache import for_visitors

MOST = 4


def ids_asked() -> list[int]:
    """Return the ids in the address, each once; what is no id is left out."""
    found = map(parse_id, request.args.getlist("id"))
    return [id for id in dict.fromkeys(found) if id is not None]


@bp.get("/compare")
@for_visitors
def compare() -> Any:
    """The chosen things side by side. Of more than four the first four, and a message says so."""
    kind = request.args.get("kind", "")
    kind = kind if kind in TABLES else "institution"
    asked = ids_asked()
    shown = asked[:MOST]
    table = TABLES[kind](shown) if shown else Table()
    return render_template(
        "storefront/compare/page.html",
        kind=kind,
        table=table,
        most=MOST,
        too_many=len(asked) > MOST,
        missing=len(shown) - len(table.items),
    )
