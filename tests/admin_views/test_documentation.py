"""docs/back-office.md says what is so: its names exist, and no view uses what has no effect."""

from __future__ import annotations

import ast
import re

import pytest
from flask_admin.contrib.sqla import ModelView

import admin_views.base as base
from admin_views.base import PlatformView, WorkbenchView
from admin_views.base.rows import CLOSED
from tests.support.paths import ROOT

PAGE = (ROOT / "docs/back-office.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)`", re.M)
OURS = (
    "Who gets in, and to which rows",
    "List and details",
    "Steps",
    "Forms",
)
WORKS, REFUSED, IGNORED = (
    "Works as Flask-Admin documents it",
    "Refused when the view is made",
    "There, but without effect",
)


def names_under(words: str) -> list[str]:
    """Return the first column of the table that follows the line beginning with `words`."""
    start = re.search(rf"^(?:#+ )?{re.escape(words)}", PAGE, re.M)
    assert start, words
    table = re.search(r"(?:^\|.*\n)+", PAGE[start.end() :], re.M)
    assert table, words
    return ROW.findall(table.group())


@pytest.mark.parametrize("heading", OURS)
def test_what_a_view_declares_is_there(heading: str) -> None:
    names = names_under(heading)
    assert len(names) >= 6
    for name in names:
        assert hasattr(PlatformView, name) or hasattr(WorkbenchView, name), name


def test_the_filters_are_there() -> None:
    names = names_under("List, filters, search")
    assert names == [
        "ChoiceFilter",
        "RelationFilter",
        "DateRangeFilter",
        "OptionFilter",
        "QueueFilter",
        "yes_no",
    ]
    assert all(hasattr(base, name) for name in names)


def test_what_is_refused_is_refused() -> None:
    assert set(names_under(REFUSED)) == set(CLOSED)


@pytest.mark.parametrize("heading", [WORKS, REFUSED, IGNORED])
def test_every_hook_is_one_of_flask_admin(heading: str) -> None:
    for name in names_under(heading):
        assert hasattr(ModelView, name), name


def set_in(node: ast.ClassDef) -> set[str]:
    """Return what the body of a class sets or defines."""
    found = set()
    for part in node.body:
        if isinstance(part, ast.FunctionDef):
            found.add(part.name)
        elif isinstance(part, ast.Assign):
            found |= {target.id for target in part.targets if isinstance(target, ast.Name)}
        elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            found.add(part.target.id)
    return found


def test_no_view_sets_what_has_no_effect() -> None:
    nothing = set(names_under(IGNORED)) | set(names_under(REFUSED))
    for path in sorted((ROOT / "admin_views").rglob("*.py")):
        if path.parent.name == "base":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                assert not set_in(node) & nothing, f"{path}: {node.name}"


def test_the_base_and_its_templates_read_none_of_it() -> None:
    """Else it would have an effect, and the page would be wrong."""
    ignored = names_under(IGNORED)
    word = re.compile(r"(?:self|view|admin_view)\.(" + "|".join(ignored) + r")\b")
    files = [*(ROOT / "admin_views").rglob("*.py"), *(ROOT / "templates/admin").rglob("*.html")]
    for path in files:
        assert not word.search(path.read_text(encoding="utf-8")), path


def test_files_that_the_page_names_are_there() -> None:
    named = re.findall(r"`((?:[\w-]+/)+[\w.-]+\.\w+)`", PAGE)
    assert len(named) > 10
    for name in named:
        folder = ROOT / "templates" if name.startswith("admin/") else ROOT
        assert (folder / name).exists(), name
