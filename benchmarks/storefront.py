"""Requests a second of a list of 20 products with filters and a count, against a plain page.

Run: `.venv/bin/python benchmarks/storefront.py [--rows N] [--postgresql]`. One process, all taking
turns on the same rows; processor time on SQLite, so that a busy neighbour does not count; on
PostgreSQL the time that passes, for the server has a part in it.

floor     static cards through Jinja, no database
plain     ORM objects, a full count, Jinja, Flask-Babel; nothing else of the house
new       our whole page, nothing kept at all: the first after something changed
fresh     our page made anew for a visitor, out of the count and the cards that others kept
far down  a page from the middle of the list, made anew: what follows a product (keyset)
kept      our page for a visitor, when another had it under the same mark
asked     our page for a visitor who has it, and asks whether it stands (304)
signed in our page for a person, made anew
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, render_template, request
from flask_babel import Babel
from jinja2 import DictLoader
from sqlalchemy.orm import joinedload

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from access import row_guard
from benchmarks import large_park
from core import config
from core.database import db
from models import Category, FeaturedProduct, ProductStatus
from tests.support.application import sign_in
from tests.support.cast import Cast
from web import fragment_cache, page_cache

FEW = 50_000  # rows up to which all is quick
QUERY = "/products?kind=featured&category=law&price_from=100"
CARDS = """<!doctype html><title>{{ _("Service products") }}</title>
<h1>{{ _("Service products") }}</h1>
<form><label>{{ _("Search products") }} <input name="q"></label><label>{{ _("Price from (yuan)") }}
<input name="price_from"></label><button>{{ _("Apply") }}</button></form>
<ul>{% for category in fields %}
<li><a href="?category={{ category.slug }}">{{ category.name }}</a></li>
{% endfor %}</ul>
<p>{{ ngettext("%(count)s product", "%(count)s products", total, count=total) }}</p>
{% for row in rows %}<article><h2>
<a href="{{ url_for('page', id=row.id) }}">{{ row.name }}</a></h2><p>{{ row.summary }}</p>
<p>{{ row.institution.name }}</p><p>{{ _("Price") }} {{ row.price_from }}
<span>{{ row.category.name }}</span></p><a href="{{ url_for('page', id=row.id) }}">
{{ _("Post a demand") }}</a></article>{% endfor %}"""


def plain_app(settings: config.Settings) -> Flask:
    """What one writes first: rows of the ORM, a count of all, translations where they stand."""
    app = Flask("plain")
    app.config.update(config.flask_config(settings))
    db.init_app(app)
    Babel(app, default_locale="zh_Hans_CN")
    app.jinja_loader = DictLoader({"cards.html": CARDS})
    static: list[Any] = []

    @app.get("/page/<int:id>", endpoint="page")
    def page(id: int) -> str:
        return str(id)

    @app.get("/products")
    def products() -> str:
        conditions = [
            FeaturedProduct.status == ProductStatus.LISTED,
            FeaturedProduct.price_from >= Decimal(request.args["price_from"]),
            Category.slug == request.args["category"],
        ]
        query = sa.select(FeaturedProduct).join(FeaturedProduct.category).where(*conditions)
        query = query.execution_options(unguarded=True)  # nobody's rules apply to it
        count = sa.select(sa.func.count()).select_from(query.subquery())
        total = db.session.scalar(count.execution_options(unguarded=True))
        rows = db.session.scalars(
            query.options(
                joinedload(FeaturedProduct.institution), joinedload(FeaturedProduct.category)
            )
            .order_by(FeaturedProduct.listed_at.desc())
            .limit(20)
        ).all()
        fields = db.session.scalars(sa.select(Category).where(~Category.retired)).all()
        return render_template("cards.html", rows=rows, total=total, fields=fields)

    @app.get("/floor")
    def floor() -> str:
        if not static:
            static.extend(
                {
                    "id": number, "name": "合同审查", "summary": "说明" * 30, "price_from": 1200,
                    "institution": {"name": "机构"}, "category": {"name": "法律服务"},
                }
                for number in range(20)
            )  # fmt: skip
        return render_template("cards.html", rows=static, total=10_000, fields=[])

    return app


def get(client: Any, path: str, before: Callable[[], object] = bool, tag: str = "") -> Any:
    headers = {"If-None-Match": tag} if tag else {}

    def run() -> int:
        before()
        return int(client.get(path, headers=headers).status_code)

    return run


def forget() -> None:
    page_cache._pages.clear()
    fragment_cache._fragments.clear()


def measure(app: Flask, settings: config.Settings, rows: int) -> None:
    with row_guard.system(), app.app_context():
        cast = Cast()
        first = large_park.products(rows, [cast.bridge.id, cast.rival.id])
        ann, dialect = Cast().ann, db.engine.dialect.name
    plain = plain_app(settings).test_client()
    ours = app.test_client(use_cookies=False)
    tag = ours.get(QUERY).headers["ETag"]
    far = f"{QUERY}&page=251&after={first + rows // 4 * 2}"  # an even number: of the category
    rounds, requests = (9, 10) if rows <= FEW else (5, 2)
    runs = {
        "floor": get(plain, "/floor"),
        "plain": get(plain, QUERY),
        "new": get(ours, QUERY, forget),
        "fresh": get(ours, QUERY, page_cache._pages.clear),
        "far down": get(ours, far, page_cache._pages.clear),
        "kept": get(ours, QUERY),
        "asked": get(ours, QUERY, tag=tag),
        "signed in": get(sign_in(app.test_client(), ann), QUERY),
    }
    times: dict[str, list[float]] = {name: [] for name in runs}
    for name, run in runs.items():
        assert run() == (304 if name == "asked" else 200), name
    for _round in range(rounds):
        for name, run in runs.items():
            started, wall = time.process_time(), time.perf_counter()
            for _request in range(requests):
                run()
            spent = time.process_time() - started
            if dialect == "postgresql":  # the server's part is time that we wait
                spent = time.perf_counter() - wall
            times[name].append(spent / requests)
    rates = {name: 1 / statistics.median(taken) for name, taken in times.items()}
    print(f"{dialect}, {rows:,} products")
    for name, rate in rates.items():
        print(f"  {name:10} {rate:8.1f} requests/s   {rate / rates['plain']:6.2f} x plain")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    with large_park.application(postgresql=asked.postgresql) as (app, settings):
        measure(app, settings, asked.rows)


if __name__ == "__main__":
    main()
