"""The body of a request is held to what its endpoint takes, before anything reads it.

Seen: an urlencoded post of 120 MB to a profile came back whole and cost 1.26 GB; any account might
send 512 MB to any address, a visitor 64.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from flask import Flask

from tests.security.test_a_form_outlives_its_session import Found, forms, keys, park
from tests.support.application import sign_in
from web.body_limits import MB, WITH_FILES

__all__ = ["forms", "keys", "park"]  # fixtures


class Unread(io.RawIOBase):
    """A body that nobody may read."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: object) -> int:
        raise AssertionError("the body was read")


class Endless(io.RawIOBase):
    """A body without a declared length: counts how much of it was read."""

    count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:
        self.count += len(buffer)
        buffer[:] = b"a" * len(buffer)
        return len(buffer)


def sent(size: int, kind: str = "application/x-www-form-urlencoded") -> dict[str, object]:
    overrides = {"wsgi.input": Unread(), "CONTENT_LENGTH": str(size), "CONTENT_TYPE": kind}
    return {"environ_overrides": overrides}


@pytest.fixture(params=[False, True], ids=["no token asked", "token asked"])
def either(request: pytest.FixtureRequest, app: Flask) -> Iterator[Flask]:
    app.config["WTF_CSRF_ENABLED"] = request.param
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.mark.parametrize(
    "path", ["/account/profile", "/login", "/demands/new", "/no-such-page", "/workbench/profile/"]
)
def test_an_urlencoded_post_of_120_mb_is_not_read(either, cast, path):
    client = sign_in(either.test_client(), cast.bella)
    assert client.post(path, **sent(120 * MB)).status_code in (404, 413)


def test_a_form_with_files_where_none_belongs_is_not_read(either, cast):
    client = sign_in(either.test_client(), cast.ann)
    page = client.post("/account/profile", **sent(2 * MB, "multipart/form-data; boundary=x"))
    assert page.status_code == 413
    assert "您填写的内容超过 1 MB" in page.text


def test_where_files_belong_they_are_taken_up_to_the_limit_of_the_form(app, cast):
    client = sign_in(app.test_client(), cast.ann)
    most = WITH_FILES["storefront.new_demand"]
    page = client.post("/demands/new", **sent(most * MB + 1, "multipart/form-data; boundary=x"))
    assert page.status_code == 413
    assert f"您提交的内容超过 {most} MB" in page.text


def test_a_visitor_sends_less(app, client):
    page = client.post("/certification/", **sent(33 * MB, "multipart/form-data; boundary=x"))
    assert page.status_code == 302  # to the sign-in page; nothing was read
    assert "您填写的内容过长" in client.get(page.location).text


def test_a_body_without_a_length_is_not_read(app, cast):
    body = Endless()
    client = sign_in(app.test_client(), cast.ann)
    page = client.post(
        "/account/profile",
        environ_overrides={
            "wsgi.input": body,
            "wsgi.input_terminated": True,
            "CONTENT_LENGTH": "",
            "HTTP_TRANSFER_ENCODING": "chunked",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
        },
    )
    assert page.status_code == 413
    assert body.count == 0


def test_only_endpoints_of_forms_with_files_take_more(forms: list[Found]):
    asked = {one.endpoint for one in forms if one.form.files}
    # a change of a product under way is edited by the form of its beginning
    assert asked | {"my_product_change.edit_view"} == set(WITH_FILES)
