"""The search page, and what is suggested while somebody types."""

from __future__ import annotations

from typing import Any

from flask import jsonify, render_template, request

import search
from storefront import bp
from storefront.public.fields import all_fields
from storefront.public.finding import BY_NAME, KINDS, SHOWN_OF_EACH, found
from storefront.public.listing.filters import field_called, typed_words
from storefront.public.paging import MOST_COUNTED, PAGE, page_of
from storefront.public.suggesting import suggestions


@bp.get("/search")
def search_page() -> Any:
    """Everything public that holds the words: some of each kind, or one kind page by page."""
    query, one = typed_words(request.args), BY_NAME.get(request.args.get("kind", ""))
    fields = all_fields()
    chosen = field_called(fields, request.args.get("category", ""))
    groups, page = [], None
    if search.words_of(query):
        keep = chosen.all_ids if chosen else []
        groups = found(query, KINDS, keep, SHOWN_OF_EACH)
        totals = {group.kind: group.total for group in groups}
        if one is not None:
            page = page_of(min(totals.get(one.kind, 0), MOST_COUNTED))
            groups = found(query, [one], keep, PAGE, page.offset)
    else:
        totals = {}
    return render_template(
        "storefront/search.html",
        query=query,
        groups=groups,
        totals=totals,
        kinds=KINDS,
        one=one,
        fields=fields,
        chosen=chosen,
        page=page,
    )


@bp.get("/search/suggest")
def suggest() -> Any:
    """Names that hold what was typed so far, for the script that offers them."""
    response = jsonify(suggestions(typed_words(request.args)))
    response.cache_control.max_age = 60
    response.cache_control.public = True
    return response
