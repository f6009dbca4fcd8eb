"""What a search costs: the index against LIKE over the same texts.

Run: `python benchmarks/search.py [--rows N] [--postgresql]`. Prints, for words of one, two and
more characters, the median in milliseconds of a count up to 10,001 and the first twenty in the
index, how many times longer LIKE takes, and the whole search among published products: counted,
ranked, its first twenty shown.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from access import row_guard
from benchmarks import large_park
from core.database import db
from models import FeaturedProduct, SearchEntry, SearchKind
from search.query import holding
from search.text import entry_grams, folded, words_of
from storefront.listing.paging import PAGE
from storefront.search.kinds import BY_NAME
from storefront.search.results import SearchTerms, count, group
from tables.search import GIN, Grams

ROUNDS = 5
DISTINCT = 20_000  # texts; every so many products say the same
TITLE = "服务"  # of every product
WORDS = ("企", TITLE, "专利", "高企", "高企认定", "锦天城", "劳动争议 苏州", "iso9001")
PIECES = (
    "专利申请", "商标注册", "高企认定", "劳动争议", "合同审查", "税务筹划", "代理记账",
    "审计报告", "知识产权", "法律顾问", "人才招聘", "薪酬外包", "软件开发", "数据安全",
    "等保测评", "融资顾问", "股权激励", "环境评估", "苏州", "工业园区", "上海市",
    "事务所", "有限公司", "咨询", "服务", "流程", "材料",
)  # fmt: skip


def texts(count: int) -> list[str]:
    chance = random.Random(7)  # the same corpus at every run
    letters = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
    found = []
    for place in range(count):
        words = [
            *chance.choices(PIECES, k=8),
            *("".join(chance.choices(letters, k=4)) for _ in range(4)),
        ]
        if place % (count // 4) == 0:
            words += ["锦天城", "iso9001"]
        found.append(folded(" ".join(words)))
    return found


def fill(rows: int) -> None:
    """Write products, and their entries out of some texts, the way a rebuild would leave them."""
    first = large_park.products(rows, large_park.institutions(1000, 10_000), f"{TITLE} ")
    product, entry = FeaturedProduct.__table__, SearchEntry.__table__
    postgres = db.engine.dialect.name == "postgresql"
    if postgres:  # an index is made in one go, as for every bulk load
        db.session.execute(sa.text("DROP INDEX ix_search_entry_grams"))
    else:
        db.session.execute(sa.text("DROP TRIGGER search_entry_added"))
    sample = sa.Table("sample", sa.MetaData(), sa.Column("n", sa.Integer, primary_key=True),
                      sa.Column("text", sa.Text), sa.Column("grams", Grams))  # fmt: skip
    sample.create(db.session.connection())
    entries = [
        {"n": n, "text": text, "grams": entry_grams("", text)}
        for n, text in enumerate(texts(DISTINCT))
    ]
    db.session.execute(sa.insert(sample), entries)
    entries = sa.select(
        sa.literal(SearchKind.PRODUCT, entry.c.kind.type), product.c.id, product.c.name,
        sample.c.text, sample.c.grams,
    ).join(sample, sample.c.n == (product.c.id - first) % DISTINCT)  # fmt: skip
    names = ["kind", "ref_id", "title", "text", "grams"]
    db.session.execute(sa.insert(entry).from_select(names, entries.where(product.c.id >= first)))
    if postgres:
        db.session.execute(sa.text("SET LOCAL maintenance_work_mem = '1GB'"))
        db.session.execute(sa.text(GIN))
    else:
        db.session.execute(sa.text("INSERT INTO search_grams(search_grams) VALUES ('rebuild')"))
    large_park.settled()


def ask(query: sa.Select[Any]) -> None:
    """A count up to ten thousand and one, and the first twenty."""
    rows = query.limit(10_001).subquery()
    db.session.scalar(sa.select(sa.func.count()).select_from(rows))
    db.session.execute(query.limit(20)).all()
    db.session.rollback()


def median(run: Callable[[], None]) -> float:
    run()
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        run()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def page(app: Flask, query: str) -> Callable[[], None]:
    """Return what finds the page of products that hold `query`, made anew: best first, counted."""

    def run() -> None:
        with app.test_request_context(f"/search?q={query}&kind=product"):
            terms, kind = SearchTerms(words_of(query)), BY_NAME["product"]
            group(terms, kind, count(terms, kind), PAGE)

    return run


def measure(app: Flask, rows: int) -> None:
    for query in WORDS:
        words = words_of(query)
        whole = median(page(app, query))
        with row_guard.system(), app.app_context():
            conditions = (SearchEntry.text.contains(word) for word in words)
            like = sa.select(SearchEntry.ref_id).where(*conditions)
            ours = median(lambda words=words: ask(holding(words, SearchEntry.ref_id)))
            plain = median(lambda like=like: ask(like))
        print(
            f"  {query:12} index {ours:8.1f} ms   LIKE {plain:8.1f} ms   {plain / ours:6.1f}x"
            f"   ranked page {whole:8.1f} ms",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--postgresql", action="store_true")
    options = parser.parse_args()
    with large_park.application(postgresql=options.postgresql) as (app, _settings):
        with row_guard.system(), app.app_context():
            fill(options.rows)
            print(f"{db.engine.dialect.name}, {options.rows:,} products", flush=True)
        measure(app, options.rows)


if __name__ == "__main__":
    main()
