"""Who may import whom: the rooms in their order, the subjects among the rules, no request below.

docs/architecture.md says why each room stands where it stands.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.support.paths import ROOT

# From the ground up: a room imports from those above it in this list, and from itself.
ORDER = (
    "core",
    "i18n",
    "tables",
    "labels",
    "forms",
    "spreadsheets",
    "access",
    "workdays",
    "content",
    "uploads",
    "search",
    "outbox",
    "ranking",
    "workflows",
    "park",
    "inbox",
    "backup",
    "accounts",
    "web",
    "worker",
    "demo",
    "admin_views",
    "storefront",
    "cli",
    "app",
)
# The three modules at the root; models hands the tables on.
AT_THE_ROOT = {"app": "app", "cli": "cli", "models": "tables"}
# Beside the house: they may know all of it, and nothing in it knows them.
BESIDE = ("benchmarks", "migrations", "scripts", "tests")
APART = {("storefront", "admin_views")}  # in this order, but without knowing each other
NO_REQUEST = ORDER[: ORDER.index("accounts")]
REQUEST_IN = {
    "core/views.py", "core/networks.py", "core/cookies.py", "i18n/locales.py",
    "i18n/translations.py", "i18n/language_markup.py",
}  # fmt: skip
WEB = {"request", "session", "flash", "current_user", "g", "url_for", "redirect", "abort"}


def modules() -> dict[str, Path]:
    """Return every module of the project: dotted name and file."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[0].startswith((".", "instance")):
            continue
        found[".".join(parts).removesuffix(".__init__")] = path
    return found


MODULES = modules()
HOUSE = {name: path for name, path in MODULES.items() if name.split(".")[0] not in BESIDE}


def room_of(module: str) -> str:
    first = module.split(".")[0]
    return AT_THE_ROOT.get(first, first)


def imports(path: Path) -> list[tuple[str, int]]:
    """Return the modules of the project that `path` imports, each with its line."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in MODULES else node.module for name in whole]
        found += [(name, node.lineno) for name in names if name in MODULES]
    return found


def test_every_module_has_a_room() -> None:
    for module in HOUSE:
        assert room_of(module) in ORDER, f"{module}: in which room does it belong?"


def test_the_root_holds_three_modules() -> None:
    assert {name for name in HOUSE if "." not in name and (ROOT / f"{name}.py").exists()} == {
        "app",
        "cli",
        "models",
    }


def test_rooms_import_from_the_ground_up() -> None:
    """Also between the two offices of customers and staff, which do not know each other."""
    place = {room: number for number, room in enumerate(ORDER)}
    wrong = []
    for module, path in HOUSE.items():
        here = room_of(module)
        for name, line in imports(path):
            there = room_of(name)
            if there in BESIDE or place[there] > place[here] or (here, there) in APART:
                wrong.append(f"{path.relative_to(ROOT)}:{line}: {here} imports {there}")
    assert wrong == []


def test_subjects_of_the_workflows_import_in_one_direction() -> None:
    """No two subjects' rooms import each other, however far around."""
    graph: dict[str, set[str]] = defaultdict(set)
    for module, path in HOUSE.items():
        parts = module.split(".")
        if parts[0] != "workflows" or len(parts) < 3:
            continue
        for name, _line in imports(path):
            other = name.split(".")
            if other[0] == "workflows" and len(other) > 2 and other[1] != parts[1]:
                graph[parts[1]].add(other[1])
    order = list(TopologicalSorter(graph).static_order())  # raises CycleError with the circle
    assert order[0] == "engine"


@pytest.mark.parametrize("room", NO_REQUEST)
def test_nothing_below_the_views_knows_the_request(room: str) -> None:
    for module, path in HOUSE.items():
        if room_of(module) != room or str(path.relative_to(ROOT)) in REQUEST_IN:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module in ("flask", "flask_login"):
                assert not {alias.name for alias in node.names} & WEB, path


def test_only_the_engine_writes_a_status() -> None:
    for module, path in HOUSE.items():
        if module.startswith(("workflows.engine", "outbox")):  # a mail has no process
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            targets = node.targets if isinstance(node, ast.Assign) else []
            for target in targets:
                written = isinstance(target, ast.Attribute) and target.attr == "status"
                assert not written, f"{path}:{node.lineno}"


SUPPRESSION = re.compile(r"#\s*(noqa|type: ignore|pragma|nosec)\b")
WITH_REASON = re.compile(r"# (noqa: [A-Z0-9, ]+|type: ignore\[[a-z, -]+\]) +(# \S|\(\S)")


def test_what_a_checker_says_is_put_aside_with_a_reason() -> None:
    """A suppression names the rule, and beside it stands why."""
    for module, path in MODULES.items():
        if module.startswith("tests"):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            assert not SUPPRESSION.search(line) or WITH_REASON.search(line), f"{path}:{number}"
