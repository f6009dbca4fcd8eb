"""Keep the Chinese catalog in step with the code: extract, merge, and with --check only compare.

A phrase with a number has two English forms, which Babel holds as a pair, and one in Chinese.
Exit status 1 with --check when a msgid has no Chinese, or when the catalog lacks one of the code's.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "translations/zh_Hans_CN/LC_MESSAGES/messages.po"


def extracted() -> Catalog:
    """Return the msgids that the code and the templates use now."""
    with tempfile.NamedTemporaryFile(suffix=".pot") as pot:
        subprocess.run(
            [
                str(Path(sys.executable).parent / "pybabel"),
                "-q", "extract", "-F", str(ROOT / "babel.cfg"), "--no-location",
                "-k", "lazy_gettext", "-k", "_l", "-o", pot.name, ".",
            ],
            check=True, cwd=ROOT,
        )  # fmt: skip
        with open(pot.name, "rb") as handle:
            return read_po(handle)


def current() -> Catalog:
    if not PO.exists():
        return Catalog(locale="zh_Hans_CN")
    with PO.open("rb") as handle:
        return read_po(handle, locale="zh_Hans_CN")


def sort_key(msgid: Any) -> str:
    """Return what the catalog is sorted by: a pair stands where its form for one belongs."""
    return str(msgid if isinstance(msgid, str) else msgid[0])


def is_translated(message: Message) -> bool:
    """Whether there is Chinese for it, in all of its forms."""
    forms: Any = message.string if message.pluralizable else (message.string,)
    return not message.fuzzy and bool(forms) and all(forms)


def main() -> int:
    """Merge, or with --check say what is missing; return the exit status."""
    template, catalog = extracted(), current()
    known: dict[Any, Any] = {m.id: m.string for m in catalog if m.id and is_translated(m)}
    wanted = sorted((m.id for m in template if m.id), key=sort_key)
    missing = [msgid for msgid in wanted if msgid not in known]
    for msgid in missing:
        print(f"no Chinese for: {msgid!r}")
    if "--check" in sys.argv:
        held = [m.id for m in catalog if m.id]  # Babel itself finds a pair by its first half
        absent = [msgid for msgid in wanted if msgid not in held]
        stale = [msgid for msgid in held if msgid not in wanted]
        for word, ids in (("not in the catalog", absent), ("no longer used", stale)):
            for msgid in ids:
                print(f"{word}: {msgid!r} (run `make messages`)")
        return 1 if missing or absent or stale else 0
    fresh = Catalog(locale="zh_Hans_CN", project="service-supermarket", fuzzy=False)
    for msgid in wanted:
        message = template.get(msgid)
        fresh.add(msgid, known.get(msgid, ""), flags=message.flags if message else ())
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as handle:
        write_po(handle, fresh, width=100, omit_header=False)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
