"""Who may import whom. Rooms side by side do not know each other; the rules know no request."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = {"admin_views", "storefront"}
RULES = (
    "workflows",
    "outbox",
    "park",
    "sheets",
    "sheet_files",
    "identities",
    "storage",
    "uploads",
    "working_days",
    "holidays",
    "ranking",
    "worker",
    "timers",
    "search",
    "safe_markdown",
    "ratings",
    "inbox",
)
WEB = {"request", "session", "flash", "current_user", "g", "url_for", "redirect", "abort"}


def sources(*names: str) -> list[Path]:
    found: list[Path] = []
    for name in names:
        found += [ROOT / f"{name}.py"] if (ROOT / f"{name}.py").exists() else []
        found += sorted((ROOT / name).rglob("*.py"))
    return found


def imports(path: Path) -> set[str]:
    """First parts of the modules that `path` imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def web_names(path: Path) -> set[str]:
    """What `path` takes from Flask or Flask-Login that only a view may know."""
    taken: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module in ("flask", "flask_login"):
            taken |= {alias.name for alias in node.names} & WEB
    return taken


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_rooms_side_by_side_do_not_import_each_other(room: str) -> None:
    for path in sources(room):
        assert not imports(path) & (ROOMS - {room} | {"app"}), path


def test_rules_import_no_view() -> None:
    paths = sources(*RULES)
    assert len(paths) > 5
    for path in paths:
        assert not imports(path) & (ROOMS | {"app", "accounts", "http_layer"}), path


def test_rules_know_no_request() -> None:
    for path in sources(
        *RULES, "access", "guard", "models", "tables", "core", "labels", "settings"
    ):
        assert not web_names(path), path


def test_policy_and_tables_stand_below_the_rules() -> None:
    for path in sources("access", "guard", "models", "tables", "database"):
        assert not imports(path) & (ROOMS | {"workflows", "outbox", "app"}), path
    for path in sources("models", "tables", "database"):
        assert "access" not in imports(path), path


def test_only_the_engine_writes_a_status() -> None:
    for path in sources("workflows", "admin_views", "storefront", "outbox", "accounts"):
        if "engine" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            targets = node.targets if isinstance(node, ast.Assign) else []
            for target in targets:
                written = isinstance(target, ast.Attribute) and target.attr == "status"
                mail = "outbox" in path.parts or path.name == "outbox.py"  # a mail has no process
                assert mail or not written, f"{path}:{node.lineno}"


SUPPRESSION = re.compile(r"#\s*(noqa|type: ignore|pragma|nosec)\b")
WITH_REASON = re.compile(r"# (noqa: [A-Z0-9, ]+|type: ignore\[[a-z, -]+\]) +(# \S|\(\S)")


def test_what_a_checker_says_is_put_aside_with_a_reason() -> None:
    """A suppression names the rule, and beside it stands why."""
    house = (*RULES, *ROOMS, "access", "accounts", "benchmarks", "config", "database", "demo",
             "forms", "freshness", "guard", "http_layer", "look", "migrations", "outbox", "pages",
             "phrases", "scripts", "settings", "tables")  # fmt: skip
    for path in sources(*house):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            assert not SUPPRESSION.search(line) or WITH_REASON.search(line), f"{path}:{number}"
