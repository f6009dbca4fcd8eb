"""Second factors in tests: an authenticator app, and a security key made of software."""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from core.clock import now
from tests.support.application import forget

SITE = "supermarket.example"  # of PUBLIC_URL in tests
FLAGS = 0x45  # user present, user verified, with a credential


class Browser(FlaskClient):
    """A browser beside others in one test: each request finds out anew who asks."""

    def open(self, *args: Any, **more: Any) -> Any:
        forget()
        return super().open(*args, **more)


def browser(app: Flask) -> Browser:
    return Browser(app, app.response_class)


def code_of(key: str, seconds: int = 0) -> str:
    """Return what an app shows that was given `key`, now or some seconds from now."""
    moment = now().timestamp() + seconds
    return str(TOTP(key=key.replace(" ", ""), format="base32").generate(time=moment).token)


def set_up_app(client: FlaskClient) -> str:
    """Set up an authenticator app as a person does, and return its key."""
    page = client.post("/tf-setup", data={"setup": "authenticator"}).text
    key = re.search(r'<code class="key">([A-Z2-7 -]+)</code>', page)
    action = re.search(r'action="(/tf-setup/[^"]+)"', page)
    assert key, page
    assert action, page
    plain = key[1].replace("-", "")
    answer = client.post(html.unescape(action[1]), data={"code": code_of(plain)})
    assert answer.status_code == 302, answer.text
    return plain


class SecurityKey:
    """A FIDO2 authenticator of one credential, which has verified its person."""

    def __init__(self, host: str = SITE, scheme: str = "https") -> None:
        self.host, self.origin = host, f"{scheme}://{host}"
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id, self.handle, self.count = os.urandom(32), b"", 0

    def register(self, client: FlaskClient, name: str = "Office") -> Any:
        """Walk both pages of a new passkey; return the last answer."""
        page = client.post("/wan-register", data={"name": name})
        action, options = asked(page.text)
        return client.post(action, data={"credential": self.created(options)})

    def sign_in(self, client: FlaskClient, path: str = "/wan-signin", **form: str) -> Any:
        """Walk both pages of a sign-in; return the last answer."""
        page = client.post(path, data=form)
        action, options = asked(page.text)
        sent = {"credential": self.signed(options), **form}
        return client.post(action, data=sent)

    def created(self, options: dict[str, Any]) -> str:
        self.handle = base64url_to_bytes(options["user"]["id"])
        numbers = self.private.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"),
                  -3: numbers.y.to_bytes(32, "big")}  # fmt: skip
        data = self._data(FLAGS) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id
        attestation = {"fmt": "none", "attStmt": {}, "authData": data + cbor2.dumps(public)}
        return self._written(
            clientDataJSON=self._client("webauthn.create", options),
            attestationObject=cbor2.dumps(attestation),
        )

    def signed(self, options: dict[str, Any]) -> str:
        self.count += 1
        data, client = self._data(FLAGS & ~0x40), self._client("webauthn.get", options)
        over = data + hashlib.sha256(client).digest()
        return self._written(
            clientDataJSON=client,
            authenticatorData=data,
            signature=self.private.sign(over, ec.ECDSA(hashes.SHA256())),
            userHandle=self.handle,
        )

    def _data(self, flags: int) -> bytes:
        name = hashlib.sha256(self.host.encode()).digest()
        return name + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(said).encode()

    def _written(self, **response: bytes) -> str:
        texts = {name: bytes_to_base64url(value) for name, value in response.items()}
        name = bytes_to_base64url(self.id)
        return json.dumps(
            {"id": name, "rawId": name, "type": "public-key", "response": texts,
             "clientExtensionResults": {}}
        )  # fmt: skip


def asked(page: str) -> tuple[str, dict[str, Any]]:
    """Return where a page of static/js/passkeys.js posts to, and the options that it hands on."""
    action = re.search(r'action="(/wan-[^"]+/[^"]+)"', page)
    options = re.search(r'data-options="([^"]+)"', page)
    assert action, page
    assert options, page
    return html.unescape(action[1]), json.loads(html.unescape(options[1]))
