"""The product as a person meets it: a server on loopback, mails through a real SMTP server."""

from __future__ import annotations

import fcntl
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from werkzeug.serving import make_server

import demo
import ranking
from app import create_app
from core.database import db
from tests.support import shared
from tests.support.application import close, emptied, settings_of


@dataclass(frozen=True, slots=True)
class Live:
    """A served application."""

    app: Flask
    url: str


def raise_once(app: Flask, folder: Path) -> None:
    """Put the demo park into `folder`: built by the first who asks in this run, copied by others.

    Building takes seconds, and a dozen files of tests want it.
    """
    kept = shared.folder()
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (kept / "park").exists():
            raise_anew(app)
            shutil.copytree(folder / "files", kept / "building" / "files")
            shutil.copy(folder / "supermarket.db", kept / "building")
            (kept / "building").rename(kept / "park")
            return
    shutil.copytree(kept / "park", folder, dirs_exist_ok=True)


def raise_anew(app: Flask) -> None:
    with app.app_context():
        db.drop_all()
        db.create_all()
        demo.raise_park()
        db.session.commit()
        ranking.settle()
        db.session.remove()
        db.engine.dispose()  # the last connection that closes puts all into the file


@contextmanager
def served(folder: Path, *, database_url: str = "", **settings: object) -> Iterator[Live]:
    """Serve the demo park from `folder` on a free port until the block ends."""
    # the port must be known before the links in mails are: bind first, build the application after
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    app = create_app(settings_of(folder, public_url=url, database_url=database_url, **settings))
    # a browser asks once for each style and script, not on every page whether it is still the same
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600
    if database_url:
        raise_anew(app)
    else:
        raise_once(app, folder)
    server.app = app
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Live(app, url)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@contextmanager
def park(app: Flask) -> Iterator[Flask]:
    """`app` with the demo park and the standing pages, without a server, for the block's time."""
    emptied(app)
    raise_once(app, Path(app.instance_path))
    yield app
    close(app)
