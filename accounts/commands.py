"""`flask admin create`: the first administrator, and a way in when all others are gone."""

from __future__ import annotations

import sys
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import AppGroup
from flask_security import hash_password
from flask_security.mail_util import EmailValidateException
from flask_security.proxies import _security

from accounts import factors
from accounts.datastore import UserDatastore
from core.clock import now
from core.database import db
from models import EventName, PlatformRole, SessionEnd, User
from workflows import engine
from workflows.person import roles, sessions

admin = AppGroup("admin", help="The platform's administrators.")


@admin.command("create")
@click.argument("email")
@click.option("--name", required=True, help="How the person is called.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create(email: str, name: str, password_stdin: bool) -> None:
    """Make EMAIL an administrator: a new account, or the role for one that exists."""
    try:
        email = _security.mail_util.validate(email)
    except EmailValidateException as error:
        raise click.ClickException(f"{email} is no e-mail address") from error
    datastore = UserDatastore()
    user = datastore.find_user(email=email)
    if user is None:
        user = datastore.create_user(
            email=email,
            name=name,
            password=_password(password_stdin, email, name),
            confirmed_at=now(),
        )
    elif roles.takes_sides(user):
        raise click.ClickException(str(roles.TAKES_SIDES))
    if user.role is not PlatformRole.ADMINISTRATOR:
        sessions.end_all(user, SessionEnd.ROLE)
    user.role, user.custom_role_id = PlatformRole.ADMINISTRATOR, None
    user.active = True
    user.confirmed_at = user.confirmed_at or now()
    engine.note(
        user, EventName.APPOINTED, None, changes={"role": [None, PlatformRole.ADMINISTRATOR.value]}
    )
    db.session.commit()
    click.echo(f"{email} is an administrator.")


@admin.command("reset-factor")
@click.argument("email")
@click.option("--reason", required=True, help="Goes on record, and into the mail to the person.")
def reset_factor(email: str, reason: str) -> None:
    """Take away the second factors of EMAIL, who has lost them, when no administrator is left."""
    user = UserDatastore().find_user(email=email)
    if user is None:
        raise click.ClickException(f"there is no account of {email}")
    factors.reset(user, None, reason)
    db.session.commit()
    click.echo(f"{email} signs in with the password, and sets up a new second factor.")


@admin.command("renew-factors")
def renew_factors() -> None:
    """Encrypt the secrets of authenticator apps with the present SECRET_KEY."""
    factory: Any = _security.totp_factory  # ours, which Flask-Security was given
    count = 0
    for user in db.session.scalars(sa.select(User).where(User.tf_totp_secret.is_not(None))):
        if renewed := factory.renewed(user.tf_totp_secret):
            user.tf_totp_secret, count = renewed, count + 1
    db.session.commit()
    click.echo(f"{count} renewed.")


def _password(from_stdin: bool, email: str, name: str) -> str:
    """Ask for a password and return its hash.

    Raises:
        ClickException: it is too easy to guess.
    """
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    wrong, password = _security.password_util.validate(
        password, True, email=email, name=name, staff=True
    )
    if wrong:
        raise click.ClickException(str(wrong[0]))
    return hash_password(password)
