"""The documents for newcomers name what is there: files, folders, commands, the rooms in order."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from flask import Flask

from tests.house.test_rooms import ORDER
from tests.support.paths import ROOT

DOCUMENTS = (
    "CONTRIBUTING.md",
    "README.md",
    *sorted(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md")),
)
ENDINGS = "py|html|txt|md|po|toml|lock|json|js|css|sh|cfg|example"
PATH = re.compile(rf"(?<![/\w])[\w.<>{{}},*-]+(?:/[\w.<>{{}},*-]+)*(?:/|\.(?:{ENDINGS}))")
MERMAID = re.compile(r"```mermaid\n(.*?)```", re.DOTALL)
BLOCK = re.compile(r"```(\w*)\n.*?```", re.DOTALL)
# where a document speaks of one room alone, its files are named within it
WITHIN = {"docs/back-office.md": ("admin_views/base", "templates")}
# made by running or by the reader, and what is told of to come into being
NOT_IN_A_CLONE = {
    ".venv/", "instance/", "register.xlsx",
    "templates/email/demand_reminded.html", "tests/workflows/demand/test_remind.py",
}  # fmt: skip


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def paths_in(words: str) -> set[str]:
    """Return the files and folders that stand in backticks, or in a diagram."""
    quoted = set(re.findall(r"`([^`\n]+)`", BLOCK.sub("", words)))
    found = {span for span in quoted if PATH.fullmatch(span)}
    for diagram in MERMAID.findall(words):
        found |= {
            path for path in PATH.findall(diagram) if path.endswith(".py") or "/" in path[:-1]
        }
    return found


def is_there(path: str, folder: Path = ROOT) -> bool:
    """Whether a file or folder is there; `<subject>` stands for any name, {a,b} for each."""
    parts = re.split(r"\{([^}]*)\}", path)
    choices = [one.split(",") if number % 2 else [one] for number, one in enumerate(parts)]
    for chosen in map("".join, product(*choices)):
        pattern = re.sub(r"<[^>]*>", "*", chosen)
        found = list(folder.glob(pattern.rstrip("/")))
        if not any(one.is_dir() for one in found) if pattern.endswith("/") else not found:
            return False
    return True


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_that_a_document_names_exists(name: str) -> None:
    folders = [ROOT, *(ROOT / one for one in WITHIN.get(name, ()))]
    named = paths_in(text(name)) - NOT_IN_A_CLONE
    gone = {path for path in named if not any(is_there(path, folder) for folder in folders)}
    assert gone == set()


def test_a_name_that_is_wrong_is_found() -> None:
    words = "See `core/clock.py`, `core/cloak.py`, `workflows/<subject>/process.py`, `/admin/job/`."
    assert paths_in(words) == {"core/clock.py", "core/cloak.py", "workflows/<subject>/process.py"}
    assert is_there("core/clock.py")
    assert is_there("workflows/<subject>/process.py")
    assert is_there("workflows/demand/{process,rules}.py")
    assert not is_there("workflows/demand/{process,rhymes}.py")
    assert not is_there("core/cloak.py")
    assert not is_there("cloaks/")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_between_documents_leads_somewhere(name: str) -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", text(name))
    assert [one for one in targets if not ((ROOT / name).parent / one).exists()] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_target_that_a_document_names_exists(name: str) -> None:
    known = set(re.findall(r"^([\w-]+):", text("Makefile"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z][a-z-]+)", "".join(code_in(text(name))))) <= known


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_that_a_document_names_exists(name: str, app: Flask) -> None:
    known = set(app.cli.commands) | {"shell", "db"}
    assert set(re.findall(r"\bflask ([a-z]+)", "".join(code_in(text(name))))) <= known


def code_in(words: str) -> list[str]:
    """Return what stands in backticks and in blocks of code."""
    return [*re.findall(r"`[^`\n]+`", words), *(m[0] for m in BLOCK.finditer(words))]


def test_the_architecture_lists_the_rooms_in_their_order() -> None:
    rows = re.findall(r"^\| `(\w+)/?` \|", text("docs/architecture.md"), re.MULTILINE)
    assert tuple(rows) == ORDER


def test_diagrams_can_be_drawn() -> None:
    """A semicolon begins another statement, and who speaks was introduced."""
    for diagram in MERMAID.findall(text("docs/architecture.md")):
        known = set(re.findall(r"(?:participant|actor) (\w+) as", diagram))
        spoken = re.findall(r"^\s*(\w+)--?>>(\w+):", diagram, re.MULTILINE)
        assert {one for pair in spoken for one in pair} <= known
        assert ";" not in diagram
        opened = re.findall(r"^\s*(?:alt|loop|opt)\b", diagram, re.MULTILINE)
        assert len(opened) == len(re.findall(r"^\s*end$", diagram, re.MULTILINE))


ROOMS = sorted(
    file.parent.relative_to(ROOT).as_posix()
    for room in ORDER
    for file in ROOT.glob(f"{room}/**/__init__.py")
)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_is_and_which_files_are_in_it(room: str) -> None:
    """The docstring of a package names no file that is not there."""
    source = text(f"{room}/__init__.py")
    assert source.startswith('"""')
    docstring = source.split('"""')[1]
    named = re.findall(r"[\w/-]+\.(?:py|md)\b", docstring)
    missing = [
        one for one in named if not (ROOT / room / one).exists() and not (ROOT / one).exists()
    ]
    assert missing == []
