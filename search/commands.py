"""flask search: the index, made anew."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from tqdm import tqdm

from search import index

group = AppGroup("search", help="The storefront's search index.")


@group.command("rebuild")
@click.option("--if-empty", is_flag=True, help="Only where nothing was indexed yet.")
def rebuild(if_empty: bool) -> None:
    """Write every entry of the index anew. Searching and writing go on meanwhile."""
    if if_empty and not index.is_empty():
        return
    with tqdm(total=index.count(), unit="entries", disable=None) as bar:
        done = index.rebuild(bar.update)
    click.echo(f"{done} entries.")
