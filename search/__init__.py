"""Full-text search in Chinese and Latin by bigrams, the same on both databases.

text.py       folding, bigrams (pairs of letters), marks in what is shown
documents.py  what of each kind of thing is searched
index.py      follows the things, or made anew
query.py      conditions for lists and pages
commands.py   flask search rebuild
"""

from __future__ import annotations

from flask import Flask

from search import commands, index
from search.documents import flat
from search.query import categories_of, found, ids, in_category, matches, named
from search.text import excerpt, folded, marked, words_of

__all__ = [
    "categories_of",
    "excerpt",
    "flat",
    "folded",
    "found",
    "ids",
    "in_category",
    "init_app",
    "marked",
    "matches",
    "named",
    "words_of",
]


def init_app(app: Flask) -> None:
    index.install()
    app.cli.add_command(commands.group)
