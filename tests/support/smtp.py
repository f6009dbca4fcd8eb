"""A real mail server on loopback, and how tests point the application at it."""

from __future__ import annotations

import asyncio
import dataclasses
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from flask import Flask

from outbox import transport


class PostOffice:
    """Takes mails, refuses some recipients, and never answers for others."""

    def __init__(
        self,
        refuses: tuple[str, ...] = (),
        stalls: tuple[str, ...] = (),
        refusal: str = "550 5.1.1 No such mailbox",
        late: float = 0.0,  # seconds until it answers to a whole mail
    ) -> None:
        self.late = late
        self.refuses, self.stalls, self.refusal = refuses, stalls, refusal
        self.sign_ins = 0
        self.envelopes: list[tuple[str, list[str], EmailMessage]] = []

    def signs_in(self, _server: Any, _session: Any, _envelope: Any, _way: str, data: Any) -> Any:
        """Take the one account there is: post, with the password stamp."""
        self.sign_ins += 1
        right = (data.login, data.password) == (b"post", b"stamp")
        return AuthResult(success=right, handled=False)

    async def handle_RCPT(  # noqa: N802  # aiosmtpd calls it so
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd calls it so
        if set(envelope.rcpt_tos) & set(self.stalls):
            await asyncio.Event().wait()  # until the conversation is cancelled
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos, message))
        await asyncio.sleep(self.late)
        return "250 OK"

    @property
    def messages(self) -> list[EmailMessage]:
        return [message for _, _, message in self.envelopes]

    @property
    def recipients(self) -> list[str]:
        return [address for _, addresses, _ in self.envelopes for address in addresses]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    post: PostOffice, tls: ssl.SSLContext | None = None, *, implicit: bool = False
) -> Iterator[int]:
    """Serve `post` on loopback; yield the port.

    Args:
        post: who takes the mails.
        tls: makes STARTTLS a must, or speaks TLS from the first byte where `implicit`.
        implicit: TLS without STARTTLS.
    """
    options: dict[str, Any] = {"ssl_context": tls} if implicit else {"tls_context": tls}
    controller = Controller(
        post,
        hostname="127.0.0.1",
        port=free_port(),
        require_starttls=tls is not None and not implicit,
        authenticator=post.signs_in,
        auth_require_tls=False,
        **options,
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextmanager
def mailing(app: Flask, port: int, **settings: Any) -> Iterator[None]:
    """Make `app` send its mails to `port` on loopback."""
    former = app.config["SETTINGS"]
    changed = {"mail_server": "127.0.0.1", "mail_port": port, "mail_timeout": 5.0} | settings
    app.config["SETTINGS"] = dataclasses.replace(former, **changed)
    transport.configure(app)
    try:
        yield
    finally:
        app.config["SETTINGS"] = former
        transport.configure(app)
