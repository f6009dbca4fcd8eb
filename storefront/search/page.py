"""The search page, and what is suggested while somebody types."""

from __future__ import annotations

from typing import Any

from flask import jsonify, render_template, request

import search
from storefront import bp
from storefront.listing.categories import all_categories
from storefront.listing.filters import category_by_slug, typed_words
from storefront.listing.paging import PAGE, page_of
from storefront.search.kinds import BY_NAME, KINDS
from storefront.search.results import SHOWN_OF_EACH, SearchTerms, count, group, ranked_of
from storefront.search.suggestions import suggestions


@bp.get("/search")
def search_page() -> Any:
    """Everything public that holds the words: some of each kind, or one kind page by page."""
    query, chosen_kind = typed_words(request.args), BY_NAME.get(request.args.get("kind", ""))
    categories = all_categories()
    chosen = category_by_slug(categories, request.args.get("category", ""))
    words = search.words_of(query)
    terms = SearchTerms(words, chosen.all_ids if chosen else ())
    totals = {kind.kind: count(terms, kind) for kind in KINDS} if words else {}
    page = page_of(ranked_of(totals.get(chosen_kind.kind, 0))) if chosen_kind and words else None
    groups = [
        group(terms, kind, total, PAGE if page else SHOWN_OF_EACH, page.offset if page else 0)
        for kind in ([chosen_kind] if chosen_kind else KINDS)
        if (total := totals.get(kind.kind, 0))
    ]
    return render_template(
        "storefront/search/page.html",
        query=query,
        groups=groups,
        totals=totals,
        kinds=KINDS,
        chosen_kind=chosen_kind,
        categories=categories,
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
