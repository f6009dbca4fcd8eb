"""What a run of the tests prepares. The fixtures of all tests are in tests/support/fixtures.py."""

from __future__ import annotations

import gc

import pytest

from tests.support import shared


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="the database of the fast tests; those marked `sqlite` are about that one alone",
    )
    parser.addoption(
        "--all-combinations",
        action="store_true",
        help="every page in a browser in each theme, language and width, each address of the back"
        " offices as everybody, each row of the crawl; without, those that the tests choose",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder that the workers of this run share, and bring in the fixtures.

    A template is compiled once in a run, whoever shows it first. The process that only hands out
    tests to workers does without the application, which takes seconds to import.
    """
    if not hasattr(config, "workerinput"):
        shared.make()
    if config.getoption("dist", "no") != "no" and not config.getoption("collectonly"):
        return
    from flask import Flask
    from jinja2 import FileSystemBytecodeCache

    templates = FileSystemBytecodeCache(str(shared.folder("templates")))
    Flask.jinja_options = {"bytecode_cache": templates}
    for name in ("fixtures", "postgresql"):
        config.pluginmanager.import_plugin(f"tests.support.{name}")


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks for PostgreSQL is marked so, and never starts a server among the fast tests."""
    for item in items:
        if "postgres_url" in getattr(item, "fixturenames", ()):
            item.add_marker("postgres")


def pytest_collection_finish() -> None:
    """What stands after the import of everything stays: nobody need look for garbage in it.

    What comes later is looked through seldom: it was a seventh of the time of a run.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1_000)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shared.remove()
