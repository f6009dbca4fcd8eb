"""flask backup and flask restore."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from backup import archive
from backup.dump import back_up
from backup.restore import Refused
from backup.restore import restore as fill

PATH = click.Path(dir_okay=False, path_type=Path)


@click.command("backup")
@click.argument("file", type=PATH)
@with_appcontext
def backup(file: Path) -> None:
    """Write database, files and settings without secrets to FILE, while the site is used."""
    try:
        manifest = back_up(file, lambda word: click.echo(f"  {word}", err=True))
    except OSError as error:
        raise click.ClickException(f"No backup was written: {error}") from error
    rows = sum(manifest["rows"].values())
    click.echo(f"{rows} rows of {len(manifest['rows'])} tables in {file}.")
    for key in manifest["missing_files"]:
        click.echo(f"File {key} is missing in the store.", err=True)


@click.command("restore")
@click.argument("file", type=PATH)
@click.option("--into", required=True, help="DATABASE_URL of an empty database, of either engine.")
@with_appcontext
def restore(file: Path, into: str) -> None:
    """Fill an empty database and this site's store of files from FILE."""
    try:
        manifest = fill(file, into, lambda word: click.echo(f"  {word}", err=True))
    except (Refused, archive.Damaged, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"{sum(manifest['rows'].values())} rows of {manifest['made_at']} are restored. "
        "Start the site and the worker with this DATABASE_URL."
    )
    for key in manifest["missing_files"]:
        click.echo(f"File {key} was missing when the backup was made.", err=True)
