"""`flask park import FILE`: the register from a file, on the command line."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup
from tqdm import tqdm

from core.database import db
from park import register
from spreadsheets import cells

park = AppGroup("park", help="The park's register of enterprises.")


@park.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_file(file: Path) -> None:
    """Add the enterprises of FILE (xlsx or csv) to the register, update those it knows."""
    try:
        with file.open("rb") as stream:
            report = register.import_register(
                tqdm(register.read(stream), desc="read", unit=" lines"),
                None,
                watch=lambda rows: tqdm(rows, desc="written", unit=" lines"),
                source=file.name,
            )
    except cells.Unreadable as error:
        raise click.ClickException(str(error)) from error
    db.session.commit()
    for line, reason in report.bad:
        click.echo(f"{file.name}:{line}: {reason}", err=True)
    for line, remark in report.remarks:
        click.echo(f"{file.name}:{line}: {remark}", err=True)
    click.echo(
        f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged, "
        f"{len(report.bad)} refused."
    )
