"""`make dev`: the site for whoever changes it, with reload on change and the debug page.

The demo data and the folder are those of `make run`. A change of a Python file, a template or the
Chinese catalog starts the server and the worker anew; styles and scripts need no restart. SQL=1
echoes the statements of every request, with their parameters. Mails: /dev/mails.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from scripts.serve import BIN, HOST, ROOT, flask, objection, prepare, stop

LOOKS = 1.0  # seconds between two looks at the files
# rooms that no page is made of, and what is no source. A new migration: stop, and start again
UNWATCHED = frozenset(
    {"tests", "benchmarks", "docs", "scripts", "migrations", "instance", "static", "node_modules"}
)
WATCHED = frozenset({".py", ".html", ".txt", ".xml", ".po"})
CATALOG = ROOT / "translations"


def sources(folder: Path = ROOT) -> Iterator[Path]:
    """Return the files that a running process has read and would not read again."""
    for path in folder.iterdir():
        if path.name.startswith(".") or path.name in UNWATCHED:
            continue
        if path.is_dir():
            yield from sources(path)
        elif path.suffix in WATCHED:
            yield path


def stamps(folder: Path = ROOT) -> dict[Path, int]:
    """Return each source with the time of its last change, in nanoseconds."""
    found = {}
    for path in sources(folder):
        try:
            found[path] = path.stat().st_mtime_ns
        except FileNotFoundError:  # an editor puts a new file in its place
            continue
    return found


def changed(before: dict[Path, int], after: dict[Path, int]) -> list[Path]:
    """Return what was written, added or removed between two looks."""
    return sorted(path for path in before | after if before.get(path) != after.get(path))


def compile_catalog() -> None:
    subprocess.run([str(BIN / "pybabel"), "-q", "compile", "-d", str(CATALOG)], check=True)


def serve(port: int) -> None:
    """Serve the application with Werkzeug's debug page, on loopback alone."""
    from werkzeug.serving import run_simple

    from app import create_app
    from core.database import db

    app = create_app()
    if os.environ.get("SQL"):
        with app.app_context():
            db.engine.echo = True
            db.engine.hide_parameters = False  # what is typed here is made up
    logging.getLogger("werkzeug").setLevel(logging.INFO)
    # that host and no other: the debug page runs what is typed into it
    run_simple(HOST, port, app, use_debugger=True, threaded=True)


def start(port: int) -> list[subprocess.Popen[bytes]]:
    server = [sys.executable, __file__, "serve", str(port)]
    return [subprocess.Popen(command) for command in (server, flask("worker"))]


def watch(port: int) -> None:
    """Start server and worker, and anew whenever a source changes, until interrupted.

    What does not start, because of an error in the source, waits for the next change.
    """
    seen, running = stamps(), start(port)
    try:
        while True:
            time.sleep(LOOKS)
            now = stamps()
            if not (files := changed(seen, now)):
                continue
            seen = now
            print(f"  changed: {', '.join(str(f.relative_to(ROOT)) for f in files)}", flush=True)
            if any(path.suffix == ".po" for path in files):
                compile_catalog()
            stop(running)
            running = start(port)
    except KeyboardInterrupt:
        pass
    finally:
        stop(running)


def main() -> int:
    """Run until interrupted; return the exit status."""
    asked = os.environ.get("PORT") or "5000"
    if refused := objection(asked):
        print(refused, file=sys.stderr)
        return 1
    port = int(asked)
    os.environ["DEBUG"] = "1"  # which production refuses
    prepare(asked)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    address = f"http://{HOST}:{port}"
    print(f"\n  {address}/   mails: {address}/dev/mails   SQL echo: make dev SQL=1\n", flush=True)
    subprocess.run(flask("demo", "accounts"), check=True)
    if refused := objection(asked):  # somebody began while the demo data were loaded
        print(refused, file=sys.stderr)
        return 1
    watch(port)
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(int(sys.argv[2]))
    else:
        sys.exit(main())
