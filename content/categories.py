"""`flask categories load`: the categories of services that a new park begins with."""

from __future__ import annotations

import json
from pathlib import Path

import sqlalchemy as sa
from flask.cli import AppGroup

from core.database import db
from models import Category

DATA = Path(__file__).resolve().parent.parent / "data" / "categories.json"

group = AppGroup("categories", help="The categories of services.")


def load_missing() -> None:
    """Add the categories of data/categories.json that are not there yet, by their slug."""
    known = set(db.session.scalars(sa.select(Category.slug)))
    for position, entry in enumerate(json.loads(DATA.read_text(encoding="utf-8"))):
        if entry["slug"] in known:
            continue
        parent = Category(
            slug=entry["slug"],
            name=entry["name"],
            name_en=entry["name_en"],
            icon=entry["icon"],
            position=position,
        )
        parent.children = [
            Category(**child, icon=entry["icon"], position=place)
            for place, child in enumerate(entry["children"])
        ]
        db.session.add(parent)
    db.session.flush()


@group.command("load")
def load() -> None:
    """Add the categories of data/categories.json that are missing."""
    load_missing()
    db.session.commit()
