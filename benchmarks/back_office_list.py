"""Requests a second of a list of 50 rows: stock Flask-Admin, our two offices, a bare Jinja table.

    .venv/bin/python -m benchmarks.back_office_list

One process, the three taking turns on the same rows of one SQLite file; processor time, so that
a busy neighbour does not count. Stock and bare live in a
plain application with a signed-in reader and Flask-Babel; ours is the whole application, with its
guard, menu, footer and security headers.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from flask import Flask, render_template_string
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from flask_login import LoginManager, login_required
from sqlalchemy.orm import joinedload

from access import row_guard
from admin_views.base import ChoiceFilter, PlatformView, WorkbenchView
from app import create_app
from core import config
from core.clock import now
from core.database import db
from models import EVERY_DUTY, Demand, DemandStatus, User
from tests.support.application import sign_in
from tests.support.cast import Cast, raise_cast

ROWS = 400
ROUNDS = 10
REQUESTS = 10  # a round, of each
COLUMNS = ("number", "title", "status", "institution", "category", "budget", "created_at")
BARE = """<!doctype html><title>Demands</title><table><tr>{% for name in columns %}
<th>{{ name }}</th>{% endfor %}</tr>{% for row in rows %}<tr>{% for name in columns %}
<td>{{ row[name] }}</td>{% endfor %}</tr>{% endfor %}</table>"""


class Stock(ModelView):
    """What Flask-Admin gives for the same declaration."""

    column_list = COLUMNS
    column_searchable_list = ("title",)
    column_filters = ("status",)
    can_view_details = True
    page_size = 50
    form_columns = ("title",)


class Ours(PlatformView):
    opens = EVERY_DUTY
    column_list = COLUMNS
    column_searchable_list = ("title",)
    filters = (ChoiceFilter("status", DemandStatus),)
    page_size = 50


class OursAtWork(WorkbenchView):
    column_list = COLUMNS
    column_searchable_list = ("title",)
    filters = (ChoiceFilter("status", DemandStatus),)
    page_size = 50
    bulk = ("accept", "decline")


def plain_app(url: str) -> Flask:
    """An application with nothing but Flask-Admin, a signed-in reader and the bare table."""
    app = Flask("plain", template_folder="none")  # not ours: Flask-Admin brings its own
    app.config.update(SECRET_KEY="x" * 40, SQLALCHEMY_DATABASE_URI=url)
    db.init_app(app)
    Babel(app, default_locale="zh_Hans_CN")
    manager = LoginManager(app)
    manager.user_loader(
        lambda key: db.session.query(User).filter_by(fs_uniquifier=key).one_or_none()
    )
    admin = Admin(app, url="/stock")
    admin.add_view(Stock(Demand, db, endpoint="stock_demand", url="/stock/demand"))
    admin.index_view.is_accessible = lambda: True

    @app.get("/bare")
    @login_required
    def bare() -> str:
        db.session.scalar(db.select(db.func.count()).select_from(Demand))
        rows = db.session.scalars(
            db.select(Demand)
            .options(joinedload(Demand.institution), joinedload(Demand.category))
            .order_by(Demand.id.desc())
            .limit(50)
        )
        return render_template_string(BARE, rows=rows, columns=COLUMNS)

    return app


def fill(cast: Cast) -> None:
    """Write the demands that are listed."""
    ann, bridge, law = cast.ann, cast.bridge, cast.law
    states = [DemandStatus.SUBMITTED, DemandStatus.READ, DemandStatus.ACCEPTED]
    db.session.add_all(
        Demand(
            status=states[place % 3],
            number=f"XQ20260101{place:05d}",
            form_key=f"key-{place}",
            poster=ann,
            institution=bridge,
            category=law,
            title=f"合同审查与知识产权咨询 {place}",
            description="说明" * 200,
            budget=Decimal(1000 + place % 40),
            contact_name="Ann",
            contact_phone="13812345678",
            contact_email="ann@example.com",
            consented_at=now(),
            created_at=now() - timedelta(hours=place),
        )
        for place in range(ROWS)
    )
    db.session.commit()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = config.Settings(
            environment="test", instance_path=Path(folder), ratelimit_enabled=False
        )
        app = create_app(settings)
        office, workbench = app.extensions["admin"]
        office.add_view(Ours(Demand, endpoint="our_demand", url="/admin/our-demand"))
        workbench.add_view(OursAtWork(Demand, endpoint="at_work", url="/workbench/our-demand"))
        with row_guard.system(), app.app_context():
            db.create_all()
            raise_cast()
            fill(Cast())
            root, bella = Cast().root, Cast().bella
        # every request stands alone, as when served: nothing of another is remembered in `g`
        plain = plain_app(settings.sqlalchemy_url)
        clients = {
            "stock": (sign_in(plain.test_client(), root), "/stock/demand/"),
            "office": (sign_in(app.test_client(), root), "/admin/our-demand/"),
            "workbench": (sign_in(app.test_client(), bella), "/workbench/our-demand/"),
            "bare": (sign_in(plain.test_client(), root), "/bare"),
        }
        times: dict[str, list[float]] = {name: [] for name in clients}
        with row_guard.system():  # the plain application holds nobody to anything
            for client, url in clients.values():
                for _warm in range(5):
                    reply = client.get(url)
                    assert reply.status_code == 200, (url, reply.status_code)
                    assert "XQ2026010100000" in reply.text or "XQ2026010100399" in reply.text
            for _round in range(ROUNDS):
                for name, (client, url) in clients.items():
                    start = time.process_time()
                    for _request in range(REQUESTS):
                        client.get(url)
                    times[name].append((time.process_time() - start) / REQUESTS)
        for name, taken in times.items():
            # compared within each round: the machine's own pace drops out
            ratio = statistics.median(a / b for a, b in zip(times["stock"], taken, strict=True))
            print(f"{name:6} {1 / statistics.median(taken):7.1f} requests/s   {ratio:.2f} x stock")


if __name__ == "__main__":
    main()
