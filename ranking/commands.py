"""flask ranking: the nightly refresh, by hand."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from tqdm import tqdm

from core.clock import now
from ranking import marks, months

group = AppGroup("ranking", help="The activity ranking.")


@group.command("refresh")
def refresh() -> None:
    """Compute all scores anew, and the places of last month where they are missing."""
    with tqdm(total=marks.mark_everybody(), unit="") as bar:
        number = marks.settle(progress=bar.update)
    places = months.store_places(now())
    click.echo(f"{number} refreshed, {places} places of last month stored")
