"""`make audit`: vulnerabilities (advisories) known for the locked packages, without a network.

Reads the OSV export of the Python Package Index, `all.zip` of the ecosystem PyPI, which is fetched
where there is a network and carried in: OSV_EXPORT=path/to/all.zip. The format is the OSV schema
(ossf.github.io/osv-schema): `affected[].ranges[].events[]` of `introduced`, `fixed` and
`last_affected`, and the plain list `affected[].versions[]`.

Exit status 0: none known; 1: some, each on a line; 2: nothing was looked at, and why.
"""

from __future__ import annotations

import json
import os
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements-production.lock", "requirements-dev.lock")
PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)


def locked(root: Path = ROOT) -> dict[str, Version]:
    """Return the packages of the lock files: canonical name -> version."""
    return {
        canonicalize_name(name): Version(version)
        for lock in LOCKS
        for name, version in PINNED.findall((root / lock).read_text())
    }


def advisories(export: Path) -> Iterator[dict[str, Any]]:
    """Yield every advisory of an OSV export that was not withdrawn."""
    with zipfile.ZipFile(export) as archive:
        for name in archive.namelist():
            if name.endswith(".json"):
                advisory = json.loads(archive.read(name))
                if not advisory.get("withdrawn"):
                    yield advisory


def affects(affected: Mapping[str, Any], version: Version) -> bool:
    """Whether one entry of `affected` holds `version`: in its list, or within one of its ranges."""
    if any(version == known for known in map(_version, affected.get("versions", ()))):
        return True
    return any(
        _within(events["events"], version)
        for events in affected.get("ranges", ())
        if events.get("type") == "ECOSYSTEM"
    )


def _within(events: list[dict[str, str]], version: Version) -> bool:
    """The events in order of version: the last one at or before `version` decides."""
    inside = False
    for event in sorted(events, key=lambda event: _version(next(iter(event.values())))):
        kind, value = next(iter(event.items()))
        at = _version(value)
        if kind == "introduced" and version >= at:
            inside = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            inside = False
    return inside


def _version(text: str) -> Version:
    """OSV's "0" is before every version; what is no version of PEP 440 is older than any."""
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0.dev0")


def known(export: Path, packages: Mapping[str, Version]) -> list[str]:
    """Return a line for each advisory that holds a version of `packages`."""
    lines = []
    for advisory in advisories(export):
        for affected in advisory.get("affected", ()):
            package = affected.get("package", {})
            name = canonicalize_name(package.get("name", ""))
            if package.get("ecosystem") != "PyPI" or name not in packages:
                continue
            if affects(affected, packages[name]):
                names = ", ".join([advisory["id"], *advisory.get("aliases", ())])
                summary = advisory.get("summary") or "no summary"
                lines.append(f"{name} {packages[name]}: {names}: {summary}")
    return sorted(lines)


def main() -> int:
    """Print what is known of the locked packages; return the exit status."""
    given = os.environ.get("OSV_EXPORT", "")
    export = Path(given)
    if not given or not zipfile.is_zipfile(export):
        print(
            "Nothing was audited: OSV_EXPORT names no OSV export (all.zip of the ecosystem PyPI). "
            "docs/security.md says where it comes from.",
            file=sys.stderr,
        )
        return 2
    packages = locked()
    found = known(export, packages)
    made = datetime.fromtimestamp(export.stat().st_mtime, UTC).date()
    print(f"{len(packages)} locked packages against the export of {made}: {len(found)} known.")
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
