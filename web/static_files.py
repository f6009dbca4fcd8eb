"""Static files, served by WhiteNoise before the application: no database, no user, no cookie.

`url_for("static", filename=...)`, `asset()` in templates and the static files of every blueprint
give addresses that hold a hash of the content. A browser keeps what it got from one for a year and
asks no more. An address without a hash works as ever and is asked about each time; so is one of a
release that is gone, which gets today's file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from whitenoise import WhiteNoise
from whitenoise.responders import StaticFile
from whitenoise.string_utils import decode_path_info

from web.headers import headers_of
from web.static_collection import HASHED, Collection, Source

# what pages name of the files that come with an extension; of its others no page knows
OF_EXTENSIONS = ("bootstrap/bootstrap4/css/bootstrap.min.css",)
group = AppGroup("static", help="Styles, scripts and drawings.")


class StaticFiles(WhiteNoise):
    """The middleware that answers for static files, each read from its collected copy."""

    FOREVER = 365 * 24 * 60 * 60  # seconds: what is called a year

    def __init__(self, app: Flask, headers: Mapping[str, str]) -> None:
        def add(found: Headers, _path: str, _url: str) -> None:
            for name, value in headers.items():
                found.add_header(name, value)

        super().__init__(app.wsgi_app, max_age=0, allow_all_origins=False, add_headers_function=add)
        self._app = app
        self._collections: dict[str, Collection] | None = None
        self._addresses: dict[tuple[str, str], str] = {}

    @property
    def collections(self) -> dict[str, Collection]:
        """By endpoint; known once all blueprints are registered, which is before any request."""
        if self._collections is None:
            folder, fixed = Path(self._app.instance_path, "static"), not self._app.debug
            self._collections = {
                endpoint: Collection(source, folder, fixed=fixed)
                for endpoint, source in sources(self._app).items()
            }
        return self._collections

    def hashed(self, endpoint: str, name: str) -> str:
        """Return the name to be written into an address of `endpoint`."""
        collection = self.collections.get(endpoint)
        return collection.hashed(name) if collection else name

    def address(self, name: str, root: str) -> str:
        """Return the address of a file of the application; dozens on a page, each made once."""
        found = self._addresses.get((name, root))
        if found is None or self._app.debug:
            found = f"{root}{self._app.static_url_path}/{self.hashed('static', name)}"
            if self.collections["static"].path(name):
                self._addresses[name, root] = found
        return found

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        path = decode_path_info(environ.get("PATH_INFO", ""))
        file = self.file_of(path) if "/static/" in path else None
        if file is None:
            return self.application(environ, start_response)
        return self.serve(file, environ, start_response)

    def file_of(self, url: str) -> StaticFile | None:
        """Return what is served at `url`, or None: it is no static file."""
        if url in self.files and not self._app.debug:
            return self.files[url]
        for collection in self.collections.values():
            if url.startswith(collection.source.prefix):
                return self._file(collection, url, url.removeprefix(collection.source.prefix))
        return None

    def _file(self, collection: Collection, url: str, name: str) -> StaticFile | None:
        match = HASHED.fullmatch(name)
        if match and not collection.path(name):
            plain = match["stem"] + match["suffix"]
            copy = collection.collected(name)
            if copy is None and collection.hashed(plain) == name:
                copy = collection.collect(plain)
            if copy is None:
                return self.file_of(collection.source.prefix + plain)
        elif path := collection.path(name):
            copy = collection.collect(name)
            if copy is None:  # of the file itself, which may change: looked at each time
                return self.get_static_file(str(path), url)
        else:
            return None
        self.files[url] = file = self.get_static_file(str(copy), url)
        return file

    def immutable_file_test(self, path: str, url: str) -> bool:
        """Whether the address holds the hash of what is read: it is a collected copy's own."""
        own = url.rpartition("/")[2] == Path(path).name
        return own and bool(HASHED.fullmatch(Path(path).name))


def sources(app: Flask) -> dict[str, Source]:
    """Return the folders of static files by endpoint: the application's and the blueprints'."""
    found = {}
    for rule in app.url_map.iter_rules():
        prefix, placeholder, rest = rule.rule.partition("<path:filename>")
        owner, _, last = rule.endpoint.rpartition(".")
        folder = (app.blueprints[owner] if owner else app).static_folder if last == "static" else ""
        if placeholder and not rest and folder:
            found[rule.endpoint] = Source(prefix, folder)
    return found


def url(name: str, root: str) -> str:
    """Return the address of a file of static/, below `root`, where the application is mounted."""
    files: StaticFiles = current_app.extensions["static_files"]
    return files.address(name, root)


def middleware(app: Flask) -> None:
    """Serve the static files of `app` before it, with the security headers on each."""
    files = StaticFiles(app, headers_of(app.config["SETTINGS"]))
    app.extensions["static_files"] = files
    app.wsgi_app = files  # type: ignore[method-assign]  # as Flask says


def init_app(app: Flask) -> None:
    app.url_defaults(hash_the_name)
    app.cli.add_command(group)


def hash_the_name(endpoint: str, values: dict[str, Any]) -> None:
    """Let `url_for` write the hashed name of a static file into its address."""
    if endpoint.endswith("static") and "filename" in values:
        files: StaticFiles = current_app.extensions["static_files"]
        values["filename"] = files.hashed(endpoint, values["filename"])


@group.command("collect")
def collect() -> None:
    """Hash and compress the static files: for a deployment that may not write later."""
    files: StaticFiles = current_app.extensions["static_files"]
    count = 0
    for endpoint, collection in files.collections.items():
        names = collection.names() if endpoint == "static" else OF_EXTENSIONS
        count += sum(collection.collect(name) is not None for name in names)
    click.echo(f"{count} static files stand in {Path(current_app.instance_path, 'static')}.")
