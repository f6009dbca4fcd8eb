"""`flask demo load` and `flask demo accounts`."""

from __future__ import annotations

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

import ranking
from core.database import db
from demo.park import PASSWORD
from demo.whole import raise_park
from models import User

group = AppGroup("demo", help="The demo park.")


@group.command("load")
def load() -> None:
    """Fill an empty database with the demo park; leave any other as it is."""
    if current_app.config["SETTINGS"].production:
        raise click.ClickException("The demo is not for production.")
    if db.session.scalar(sa.select(User.id).limit(1)) is not None:
        click.echo("The database holds accounts already; nothing to load.")
        return
    raise_park()
    db.session.commit()
    ranking.settle()  # the ranking stands before the worker runs
    click.echo("The demo park is loaded.")


@group.command("accounts")
def accounts() -> None:
    """Print who signs in where."""
    for email, who in (
        ("admin@demo.example", "administrator            /admin/"),
        ("reviewer@demo.example", "reviewer                 /admin/"),
        ("auditor@demo.example", "auditor                  /admin/"),
        ("jintiancheng@demo.example", "institution, owner       /workbench/"),
        ("jintiancheng.staff@demo.example", "institution, staff       /workbench/"),
        ("chenyu@demo.example", "consultant, linked       /account/consultant"),
        ("wangqing@demo.example", "consultant, with demands /workbench/"),
        ("tangyi@demo.example", "consultant, returned     /account/consultant"),
        ("naxin@demo.example", "enterprise               /account/"),
        ("ordinary@demo.example", "ordinary user            /account/"),
        ("applicant@demo.example", "about to apply           /certification/"),
    ):
        click.echo(f"  {email:34} {who}")
    click.echo(f"  password of all: {PASSWORD}\n")
