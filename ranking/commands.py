"""flask ranking: the nightly refresh, by hand."""

from __future__ import annotations

from collections.abc import Iterable

import click
from flask.cli import AppGroup
from tqdm import tqdm

from core.clock import now
from ranking import keeping, months
from ranking.kinds import Kind

group = AppGroup("ranking", help="The activity ranking.")


@group.command("refresh")
def refresh() -> None:
    """Compute all scores anew, and the places of last month where they are missing."""
    at = now()
    number = keeping.refresh_all(at, _with_bar)
    places = months.keep_places(at)
    click.echo(f"{number} refreshed, {places} places of last month kept")


def _with_bar(kind: Kind, batches: Iterable[list[int]]) -> Iterable[list[int]]:
    """Show a bar of the subjects computed; batches are of unlike sizes only at the end."""
    batches = list(batches)
    with tqdm(total=sum(map(len, batches)), desc=kind.name, unit="") as bar:
        for batch in batches:
            yield batch
            bar.update(len(batch))
