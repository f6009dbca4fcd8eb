"""flask activities fetch: activities out of the mailbox."""

from __future__ import annotations

from imaplib import IMAP4

import click
from flask import current_app
from flask.cli import AppGroup
from imap_tools.errors import ImapToolsError

from inbox.fetching import fetch

group = AppGroup("activities", help="Activities that institutions file by mail.")


@group.command("fetch")
def fetch_mails() -> None:
    """Turn the mails of known institutions into activities, and flag the rest for a person."""
    if not current_app.config["SETTINGS"].imap_host:
        raise click.ClickException("IMAP_HOST is not set: there is no mailbox to fetch from.")
    try:
        report = fetch()
    except (OSError, IMAP4.error, ImapToolsError) as error:
        raise click.ClickException(f"The mailbox cannot be read: {error}") from error
    click.echo(
        f"{report.filed} filed, {report.known} known already, {report.left} left for a person"
    )
