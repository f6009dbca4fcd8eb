"""Static files: addresses with a hash, kept for a year, compressed; without the application."""

from __future__ import annotations

import gzip
import os
import re
from pathlib import Path

import brotli
import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from app import create_app
from tests.support.application import forget, settings_of, sign_in
from tests.support.cast import Cast
from web.static_collection import Collection, Source

ADDRESS = re.compile(r'(?:href|src)="(/[^"#]*static/[^"#]+)')
YEAR = {"public", "max-age=31536000", "immutable"}
ASKED_EACH_TIME = {"public", "max-age=0"}
CSS = "/static/css/site.css"


def rules(answer) -> set[str]:
    return set(answer.headers["Cache-Control"].split(", "))


def named(client: FlaskClient, path: str) -> set[str]:
    """Return the addresses of static files that a page names."""
    return set(ADDRESS.findall(client.get(path).text))


@pytest.fixture
def page(client: FlaskClient, cast: Cast) -> set[str]:
    return named(client, "/institutions")


def test_every_address_on_a_page_is_kept_for_a_year(client, page) -> None:
    assert len(page) >= 5
    for path in page:
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", path), path
        with client.get(path) as answer:
            assert answer.status_code == 200
            assert rules(answer) == YEAR
            assert "Set-Cookie" not in answer.headers
            assert "Cookie" not in answer.headers.get("Vary", "")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("person", "path"), [("root", "/admin/"), ("bella", "/workbench/")])
def test_so_are_those_of_the_back_offices(app, cast, person, path) -> None:
    client = sign_in(app.test_client(), getattr(cast, person))
    found = named(client, path)
    assert any(one.startswith(f"{path}static/bootstrap/") for one in found)
    for one in found:
        with client.get(one) as answer:
            assert (answer.status_code, rules(answer)) == (200, YEAR)
            assert "Set-Cookie" not in answer.headers


def test_the_application_is_not_asked(app: Flask, client, page, monkeypatch) -> None:
    def asked(*_args: object) -> None:
        raise AssertionError("a static file came to the application")

    monkeypatch.setattr(app.wsgi_app, "application", asked)
    for path in (*page, CSS, "/admin/static/bootstrap/bootstrap4/js/bootstrap.min.js"):
        with client.get(path) as answer:
            assert answer.status_code == 200


def test_they_go_out_compressed(client, page) -> None:
    path = next(one for one in page if "bootstrap.min" in one)
    with client.get(path) as plain:
        whole = plain.data
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert "Content-Encoding" not in plain.headers
    for asked, encoding, unpack in (
        ("gzip", "gzip", gzip.decompress),
        ("gzip, deflate, br", "br", brotli.decompress),
    ):
        with client.get(path, headers={"Accept-Encoding": asked}) as packed:
            assert packed.headers["Content-Encoding"] == encoding
            assert unpack(packed.data) == whole
            assert int(packed.headers["Content-Length"]) == len(packed.data) < len(whole) / 4


def test_an_address_without_a_hash_works_and_is_asked_about_each_time(client, app) -> None:
    with client.get(CSS) as answer:
        assert (answer.status_code, rules(answer)) == (200, ASKED_EACH_TIME)
        tag = answer.headers["ETag"]
    with client.get(CSS, headers={"If-None-Match": tag}) as again:
        assert (again.status_code, again.data) == (304, b"")
    with client.get(CSS, headers={"Range": "bytes=0-9"}) as part:
        assert (part.status_code, len(part.data)) == (206, 10)
    with client.head(CSS) as head:
        assert (head.status_code, head.data) == (200, b"")
    with client.post(CSS) as posted:
        assert posted.status_code == 405


def test_an_address_of_another_release_gets_the_file_of_today(client, app) -> None:
    with client.get("/static/css/site.0123456789ab.css") as answer:
        assert (answer.status_code, rules(answer)) == (200, ASKED_EACH_TIME)
    assert "/static/css/site.0123456789ab.css" not in app.extensions["static_files"].files


@pytest.mark.parametrize(
    "path",
    ["/static/none.css", "/static/none.0123456789ab.css", "/static/../app.py", "/static/css",
     "/static/%2e%2e/app.py", "/static//etc/passwd", "/static/", "/static/css/../../app.py",
     "/static/..%2fapp.0123456789ab.py"],
)  # fmt: skip
def test_what_is_no_static_file_is_not_found(client, cast, path) -> None:
    assert client.get(path, follow_redirects=True).status_code == 404


def test_a_style_names_its_drawings_by_their_hash(client, app) -> None:
    with client.get("/static/css/browse.css") as answer:
        found = re.search(r'url\("(\.\./ripples\.[0-9a-f]{12}\.svg)"\)', answer.text)
        assert found
    with client.get(f"/static/{found[1].removeprefix('../')}") as drawing:
        assert rules(drawing) == YEAR


def test_url_for_and_a_mount_below_a_path_agree(app) -> None:
    forget()
    with app.test_request_context("/", base_url="https://park.example/shop/"):
        address = url_for("static", filename="css/site.css")
        assert re.fullmatch(r"/shop/static/css/site\.[0-9a-f]{12}\.css", address)
        assert app.jinja_env.globals["asset"]("css/site.css") == address


# --- the collection -----------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.css").write_text("a { color: red }" * 100)
    return tmp_path


def collection(folder: Path, *, fixed: bool = True) -> Collection:
    source = Source("/static/", str(folder / "static"))
    return Collection(source, folder / "collected", fixed=fixed)


def change(folder: Path) -> None:
    (folder / "static" / "a.css").write_text("a { color: blue }" * 100)


def test_a_release_in_place_never_puts_new_words_under_an_old_name(folder) -> None:
    """A process that began before it goes on with what it knows; the next has another name."""
    old = collection(folder)
    before = old.collect("a.css")
    assert before is not None
    change(folder)
    assert old.hashed("a.css") == before.name
    assert "red" in before.read_text()
    new = collection(folder)
    after = new.collect("a.css")
    assert after is not None
    assert after.name != before.name
    assert "blue" in after.read_text()
    assert new.collected(before.name) == before  # for a page that was loaded before


def test_while_it_is_worked_on_a_file_is_looked_at_each_time(folder) -> None:
    found = collection(folder, fixed=False)
    before = found.hashed("a.css")
    change(folder)
    assert found.hashed("a.css") != before


def test_the_compressed_forms_stand_beside_it_and_nothing_else(folder) -> None:
    copy = collection(folder).collect("a.css")
    assert copy is not None
    assert {one.name for one in copy.parent.iterdir()} == {
        copy.name, f"{copy.name}.gz", f"{copy.name}.br",
    }  # fmt: skip


def test_where_it_may_not_write_what_was_collected_serves(folder, monkeypatch) -> None:
    before = collection(folder).collect("a.css")
    monkeypatch.setattr(os, "access", lambda *_args: False)
    later = collection(folder)
    assert later.collect("a.css") == before
    change(folder)
    new = collection(folder).collect("a.css")  # not collected beforehand: in a temporary folder
    assert new is None or folder / "collected" not in new.parents


def test_the_command_collects_all_that_pages_name(tmp_path, page) -> None:
    small_app = create_app(settings_of(tmp_path))
    with small_app.app_context():
        told = small_app.test_cli_runner().invoke(args=["static", "collect"])
    assert told.exit_code == 0, told.output
    folder = Path(small_app.instance_path, "static")
    for path in page:
        assert Path(folder, path.lstrip("/")).is_file(), path
    for office in ("admin", "workbench"):
        assert list(folder.glob(f"{office}/static/bootstrap/bootstrap4/css/bootstrap.min.*.css"))
