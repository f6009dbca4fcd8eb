"""Nothing that is typed becomes code or a command: the product evaluates none and starts no shell.

ASVS 5.0: 1.2.5, 1.3.2. Scripts of the developers stand outside: no request reaches them.
"""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house.test_rooms import ORDER
from tests.support.paths import ROOT

NAMES = {"eval", "exec", "compile", "__import__"}
MODULES = {"subprocess", "pickle", "marshal", "shelve", "pty", "commands"}
CALLS = {"system", "popen", "execv", "execve", "execvp", "spawnl", "spawnv"}  # of os


def rooms() -> list[Path]:
    """Return the Python files of every room, and of the root."""
    names = {room.split(".")[0] for room in ORDER}
    return sorted(
        path
        for name in names
        for path in (
            [ROOT / f"{name}.py"] if (ROOT / f"{name}.py").exists() else (ROOT / name).rglob("*.py")
        )
    )


def dangers(source: str) -> set[str]:
    """Return what `source` calls or imports that runs code, or starts a process."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found |= {node.func.id} & NAMES
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id == "os":
                found |= {node.func.attr} & CALLS
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & MODULES
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or ""} & MODULES
    return found


def test_no_room_runs_what_it_reads() -> None:
    files = rooms()
    assert len(files) > 300
    assert {str(f.relative_to(ROOT)): d for f in files if (d := dangers(f.read_text()))} == {}


def test_a_danger_is_seen() -> None:
    assert dangers("import subprocess\nimport os\nos.system(x)\neval(y)") == {
        "subprocess", "system", "eval",
    }  # fmt: skip


def test_templates_mark_nothing_of_their_own_as_safe() -> None:
    """Jinja escapes everything; what Python made as HTML is Markup there, where it is escaped."""
    unescaped = {}
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if "|safe" in line.replace(" ", "") or "autoescape" in line:
                unescaped[f"{path.relative_to(ROOT)}:{number}"] = line.strip()
    assert unescaped == {}


def test_scripts_insert_text_as_text() -> None:
    """Two ways are left: `textContent`, and nodes that the server made."""
    ways = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "new Function(")
    scripts = sorted((ROOT / "static" / "js").glob("*.js"))
    assert len(scripts) >= 8
    found = {path.name: way for path in scripts for way in ways if way in path.read_text()}
    assert found == {}
