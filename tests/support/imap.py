"""A real IMAP server on loopback, and mails put into it as an institution's own would be."""

from __future__ import annotations

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

USER, PASSWORD = "activities", "of the park"


@dataclass(frozen=True, slots=True)
class PostBox:
    """The server's one mailbox, as a person with a mail program sees it."""

    port: int

    def client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login(USER, PASSWORD)
        client.select("INBOX")
        return client

    def put(self, raw: bytes, flags: str = "") -> None:
        client = self.client()
        status, told = client.append("INBOX", flags, "", raw)
        assert status == "OK", told
        client.logout()

    def empty(self) -> None:
        """Throw away every mail: one server serves many tests."""
        client = self.client()
        client.store("1:*", "+FLAGS", "(\\Deleted)")
        client.expunge()
        client.logout()

    def uids(self) -> list[str]:
        """Return the lasting number of every mail, in order."""
        client = self.client()
        _, (found,) = client.uid("search", "ALL")
        client.logout()
        return found.decode().split()

    def flags(self) -> list[set[str]]:
        """Return the flags of every mail, in order."""
        client = self.client()
        _, found = client.fetch("1:*", "(FLAGS)")
        client.logout()
        return [
            {one.decode() for one in imaplib.ParseFlags(line)} - {"\\Recent"}
            for line in found
            if isinstance(line, bytes)
        ]


@contextmanager
def imap_server(certificate: Path | None = None) -> Iterator[PostBox]:
    """Run pymap's empty mailbox on a free port until the block ends; with TLS, where given."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    pymap = Path(sys.executable).with_name("pymap")
    tls = ["--cert", str(certificate)] if certificate else ["--no-tls"]
    server = subprocess.Popen(
        [str(pymap), *tls, "--host", "127.0.0.1", "--port", str(port), "dict",
         "--demo-user", USER, "--demo-password", PASSWORD],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port, server)
        yield PostBox(port)
    finally:
        server.terminate()
        server.wait(10)


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        assert server.poll() is None, "the IMAP server ended"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the IMAP server does not answer")


AUTHSERV = "mx.supermarket.example"


def letter(
    sender: str = "bella@example.com",
    subject: str = "税法公益讲座",
    text: str = "与税务局合办，六十人参加。",
    files: Sequence[tuple[str, bytes, str]] = (),
    proof: str | None = None,
    **headers: str,
) -> bytes:
    """Return a mail as a mail program writes it."""
    message = EmailMessage()
    domain = sender.rpartition("@")[2].strip("> ")
    if proof is None:  # as the receiving server writes it, on top of all
        proof = f"{AUTHSERV}; dmarc=pass (p=NONE) header.from={domain}"
    if proof and domain:
        message["Authentication-Results"] = proof
    named = {"Message-ID": f"<{abs(hash((sender, subject, text)))}@example.com>"}
    for name, value in (named | {k.replace("_", "-"): v for k, v in headers.items()}).items():
        message[name] = value
    message["From"], message["Subject"] = sender, subject
    message["To"] = "activities@supermarket.example"
    message.set_content(text)
    for filename, data, kind in files:
        main, _, sub = kind.partition("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=filename)
    return message.as_bytes()
