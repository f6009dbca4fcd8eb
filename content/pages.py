"""The standing pages: about, help, terms and privacy. Administrators edit them; until they do, the
texts of data/pages/ stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask
from flask.cli import AppGroup

from core.clock import now
from core.database import db
from models import Page

FOLDER = Path(__file__).resolve().parent.parent / "data/pages"
HELP = ("help-enterprise", "help-institution", "help-consultant")
AGREED_TO = ("terms", "privacy")  # whoever registers agrees to these
SLUGS = ("about", *HELP, *AGREED_TO)

group = AppGroup("pages", help="The standing pages.")


def init_app(app: Flask) -> None:
    app.cli.add_command(group)


def find(slug: str) -> Page | None:
    """Return the page as administrators left it, else the text that came along; None for others."""
    if slug not in SLUGS:
        return None
    return db.session.scalar(sa.select(Page).where(Page.slug == slug)) or bundled(slug)


def bundled(slug: str) -> Page:
    """Return the page as data/pages/ has it, not in the session."""
    title, body = _read(f"{slug}.md")
    title_en, body_en = _read(f"{slug}.en.md")
    return Page(
        slug=slug,
        title=title,
        title_en=title_en,
        body=body,
        body_en=body_en,
        edition=1,
        edited_at=now(),
    )


def _read(name: str) -> tuple[str, str]:
    """Return title and body of a file: its first line is the heading."""
    first, _, rest = (FOLDER / name).read_text(encoding="utf-8").partition("\n")
    return first.removeprefix("#").strip(), rest.strip()


def load() -> Sequence[str]:
    """Add the pages that the database has not got yet; return their slugs. The caller commits."""
    known = set(db.session.scalars(sa.select(Page.slug)))
    added = [slug for slug in SLUGS if slug not in known]
    db.session.add_all(bundled(slug) for slug in added)
    db.session.flush()
    return added


def editions() -> dict[str, int]:
    """Return the edition in force of each page that people agree to."""
    query = sa.select(Page.slug, Page.edition).where(Page.slug.in_(AGREED_TO))
    return in_force(db.session.execute(query).all())


def in_force(stored: Iterable[Sequence[Any]]) -> dict[str, int]:
    """Return the editions in force where `stored` are (slug, edition) of those that were edited."""
    return dict.fromkeys(AGREED_TO, 1) | {slug: edition for slug, edition in stored}  # noqa: C416  # rows


@group.command("load")
def load_command() -> None:
    """Add the standing pages that are not there yet; edited ones stay as they are."""
    added = load()
    db.session.commit()
    click.echo(f"{len(added)} pages added.")
