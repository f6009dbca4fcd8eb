"""What goes out compressed: what is the same for everybody, and nothing of a person."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient

from tests.support.application import sign_in
from tests.support.cast import Cast

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.mark.parametrize("path", ["/institutions", "/"])
def test_what_everybody_shares_is_compressed(client: FlaskClient, cast: Cast, path: str) -> None:
    with client.get(path) as plain, client.get(path, headers=GZIP) as packed:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) < len(plain.data) / 2
        assert int(packed.headers["Content-Length"]) == len(packed.data)
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert "Content-Encoding" not in plain.headers
        tag = packed.headers["ETag"]
    assert tag.startswith("W/")
    with client.get(path, headers=GZIP | {"If-None-Match": tag}) as again:
        assert again.status_code == 304
        assert again.data == b""


def test_a_person_s_pages_are_not_compressed(app, cast: Cast) -> None:
    client = sign_in(app.test_client(), cast.ann)
    for path in ("/institutions", "/account/"):
        assert "Content-Encoding" not in client.get(path, headers=GZIP).headers
    assert "Content-Encoding" not in app.test_client().get("/login", headers=GZIP).headers


def test_who_takes_no_gzip_gets_none(client: FlaskClient, cast: Cast) -> None:
    for asked in ("", "identity", "gzip;q=0"):
        answer = client.get("/institutions", headers={"Accept-Encoding": asked})
        assert "Content-Encoding" not in answer.headers
