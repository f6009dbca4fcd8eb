"""`make audit` finds the advisories that hold a locked version, and says where it saw nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.version import Version

from scripts import audit
from tests.support.paths import ROOT


def advisory(number: int, name: str, events: list[dict[str, str]], **more: object) -> dict:
    return {
        "id": f"GHSA-{number}",
        "aliases": [f"CVE-2026-{number}"],
        "summary": "Something leaks",
        "affected": [
            {
                "package": {"ecosystem": "PyPI", "name": name},
                "ranges": [{"type": "ECOSYSTEM", "events": events}],
            }
        ],
    } | more


def export_of(folder: Path, *advisories: dict) -> Path:
    path = folder / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for each in advisories:
            archive.writestr(f"{each['id']}.json", json.dumps(each))
    return path


@pytest.mark.parametrize(
    ("events", "held"),
    [
        ([{"introduced": "0"}, {"fixed": "2.0"}], True),
        ([{"introduced": "0"}, {"fixed": "1.5"}], False),  # fixed in this very version
        ([{"introduced": "1.6"}], False),
        ([{"introduced": "1.5"}, {"last_affected": "1.5"}], True),
        ([{"introduced": "0"}, {"last_affected": "1.4.9"}], False),
        # two ranges in one list, not in order
        ([{"introduced": "1.5rc1"}, {"introduced": "0"}, {"fixed": "1.0"}], True),
        ([{"introduced": "0"}, {"fixed": "1.0"}, {"introduced": "2.0"}, {"fixed": "2.1"}], False),
    ],
)
def test_a_range_holds_a_version(events: list[dict[str, str]], held: bool) -> None:
    assert (
        audit.affects({"ranges": [{"type": "ECOSYSTEM", "events": events}]}, Version("1.5")) is held
    )


def test_a_plain_list_holds_a_version() -> None:
    assert audit.affects({"versions": ["1.4", "1.5.0"]}, Version("1.5"))
    assert not audit.affects({"versions": ["1.4", "odd"]}, Version("1.5"))


def test_each_advisory_is_named_and_what_was_withdrawn_is_not(tmp_path: Path) -> None:
    every = [{"introduced": "0"}]
    export = export_of(
        tmp_path,
        advisory(1, "Flask_Login", every),
        advisory(2, "flask-login", every, withdrawn="2026-01-01T00:00:00Z"),
        advisory(3, "another", every),
    )
    found = audit.known(export, {"flask-login": Version("0.6.3")})
    assert found == ["flask-login 0.6.3: GHSA-1, CVE-2026-1: Something leaks"]


def test_every_locked_package_is_looked_at() -> None:
    packages = audit.locked()
    assert {"flask", "sqlalchemy", "pillow", "psycopg", "redis"} <= packages.keys()


def run(export: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "audit.py")],
        env={"OSV_EXPORT": export}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_without_an_export_it_says_that_nothing_was_audited(tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_text("no archive")
    for given in ("", str(tmp_path), str(tmp_path / "all.zip")):
        done = run(given)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Nothing was audited" in done.stderr


def test_what_is_known_ends_it_with_1(tmp_path: Path) -> None:
    assert (
        run(str(export_of(tmp_path, advisory(1, "flask", [{"introduced": "0"}])))).returncode == 1
    )
    assert run(str(export_of(tmp_path))).returncode == 0
