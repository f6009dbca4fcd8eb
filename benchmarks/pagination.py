"""What a page of a long list costs, by every order and wherever it stands.

Run: `python benchmarks/pagination.py [--rows N] [--postgresql]`. Products of 1,000 institutions
with 100,000 reviews. Prints, for each order of the list, the median in milliseconds of finding the
ids of the first page and of one in the middle, of all products and of one category; and how many
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, request

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from access import row_guard
from benchmarks import large_park
from core.database import db, reading
from models import FeaturedProduct
from storefront.cards import products as cards
from storefront.listing.keyset import keyset_page
from storefront.listing.paging import MOST_COUNTED, PAGE
from storefront.product import filters, list_queries

ROUNDS = 5
LISTS = ("", "category=law")


def median(run: Callable[[], Any]) -> float:
    """Milliseconds; the first run warms up."""
    times = []
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        run()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times[1:])


def page(app: Flask, query: str) -> Callable[[], list[int]]:
    """Return what finds the ids of the page at this address."""

    def run() -> list[int]:
        with app.test_request_context(f"/products?{query}"):
            reading.set(True)
            criteria = filters.read(request.args, list_queries.categories)
            listed = cards.public(list_queries.conditions(criteria))
            order = list_queries.featured_order(criteria)
            total = MOST_COUNTED + 1
            return keyset_page(listed, FeaturedProduct.id, order, total, cards.public).ids

    return run


def by_offset(app: Flask, query: str, offset: int) -> Callable[[], list[int]]:
    """Return what finds the ids of a page by OFFSET, as one writes it first."""

    def run() -> list[int]:
        with app.test_request_context(f"/products?{query}"):
            criteria = filters.read(request.args, list_queries.categories)
            order = list_queries.featured_order(criteria)
            by = order.by.desc() if order.descending else order.by.asc()
            ties = FeaturedProduct.id.desc() if order.descending else FeaturedProduct.id.asc()
            listed = order.join(cards.public(list_queries.conditions(criteria)))
            listed = listed.order_by(by.nulls_last() if order.sparse else by, ties)
            return list(db.session.scalars(listed.limit(PAGE).offset(offset)))

    return run


def measure(app: Flask, rows: int) -> None:
    for listed_by in LISTS:
        name = listed_by or "everything"
        middle = rows // 2 if not listed_by else rows // 4
        for sort in filters.SORTS:
            query = f"{listed_by}&sort={sort}"
            place = by_offset(app, query, middle)()[0]
            first, there = page(app, query), page(app, f"{query}&page=9999&after={place}")
            took, took_there = median(first), median(there)
            plain = median(by_offset(app, query, middle))
            print(
                f"  {name:14} {sort:9} {took:8.1f} {took_there:8.1f}   OFFSET {plain:8.1f} "
                f"= {plain / took_there:7.1f}x",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    with large_park.application(postgresql=asked.postgresql) as (app, _settings):
        with row_guard.system(), app.app_context():
            firms = large_park.institutions(1000, 100_000)
            large_park.products(asked.rows, firms)
            print(
                f"{db.engine.dialect.name}, {asked.rows:,} products: ms of the first page, of one "
                "in the middle",
                flush=True,
            )
        measure(app, asked.rows)


if __name__ == "__main__":
    main()
