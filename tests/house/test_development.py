"""What `make dev` and the hooks of a commit promise to whoever changes the product."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from scripts import dev
from tests.support.paths import ROOT


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for name in (
        "app.py",
        "templates/base.html",
        "static/site.css",
        "tests/test_it.py",
        ".git/x.py",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("a", encoding="utf-8")
    return tmp_path


def test_code_and_templates_are_watched_and_tests_and_styles_are_not(house: Path) -> None:
    assert {path.relative_to(house).as_posix() for path in dev.sources(house)} == {
        "app.py",
        "templates/base.html",
    }


def test_a_change_an_addition_and_a_removal_are_seen(house: Path) -> None:
    before = dev.stamps(house)
    assert dev.changed(before, dev.stamps(house)) == []
    os.utime(house / "app.py", ns=(1, 1))
    (house / "templates/base.html").unlink()
    (house / "templates/new.html").write_text("b", encoding="utf-8")
    found = [path.name for path in dev.changed(before, dev.stamps(house))]
    assert found == ["app.py", "base.html", "new.html"]


def test_the_debug_page_is_served_on_loopback_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, object] = {}

    def run_simple(host: str, port: int, _app: object, **options: object) -> None:
        asked.update(options, host=host, port=port)

    monkeypatch.setattr("werkzeug.serving.run_simple", run_simple)
    monkeypatch.setattr("app.create_app", lambda: object())
    monkeypatch.delenv("SQL", raising=False)
    dev.serve(5999)
    assert asked == {"host": "127.0.0.1", "port": 5999, "use_debugger": True, "threaded": True}


def test_the_hooks_of_a_commit_download_nothing() -> None:
    """All of them are of this repository, and run what the lock has installed."""
    words = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"- repo: (.+)", words) == ["local"]
    entries = re.findall(r"entry: (.+)", words)
    assert set(re.findall(r"language: (.+)", words)) == {"system"}
    assert [entry.removeprefix(".venv/bin/") for entry in entries] == [
        "end-of-file-fixer",
        "trailing-whitespace-fixer",
        "ruff format --force-exclude",
        "ruff check --force-exclude",
        "djlint --lint --quiet",
        "python scripts/catalog.py --check",
        "python scripts/workflow_docs.py --check",
    ]
    assert all(entry.startswith(".venv/bin/") for entry in entries)
