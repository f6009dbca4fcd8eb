"""Flask-Mail, mended: its connections have a time limit and verify the server's certificate."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import flask_mail
from flask import Flask, current_app

from core.config import Settings
from models import Mail
from outbox.conversations import Conversation, TlsConversation
from outbox.render import render


def site() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def configure(app: Flask) -> None:
    """Bind Flask-Mail to the application, with what its settings say."""
    settings: Settings = app.config["SETTINGS"]
    app.config.update(
        MAIL_SERVER=settings.mail_server,
        MAIL_PORT=settings.mail_port,
        MAIL_USERNAME=settings.mail_username or None,
        MAIL_PASSWORD=settings.mail_password or None,
        MAIL_USE_TLS=settings.mail_security == "starttls",
        MAIL_USE_SSL=settings.mail_security == "tls",
        MAIL_DEFAULT_SENDER=settings.mail_sender,
        MAIL_SUPPRESS_SEND=False,  # an empty MAIL_SERVER is what keeps mails here
        MAIL_DEBUG=False,  # it prints every mail, with its links
    )
    flask_mail.Mail().init_app(app)


class Connection(flask_mail.Connection):
    """A conversation with the mail server that ends: in time, and with the right one."""

    def configure_host(self) -> smtplib.SMTP:
        """Connect, secure and sign in.

        Raises:
            OSError: no connection in time, or a certificate that does not hold; smtplib's own
                errors are OSErrors too.
        """
        options: dict[str, Any] = {
            "timeout": site().mail_timeout,
            "local_hostname": urlsplit(site().public_url).hostname,  # else smtplib asks the DNS
        }
        context = ssl.create_default_context()
        if self.mail.use_ssl:
            host: smtplib.SMTP = TlsConversation(
                self.mail.server, self.mail.port, context=context, **options
            )
        else:
            host = Conversation(self.mail.server, self.mail.port, **options)
        try:
            if self.mail.use_tls:
                host.starttls(context=context)
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
        except BaseException:
            host.close()
            raise
        return host

    def open(self) -> None:
        """Connect unless connected.

        Raises:
            OSError: as `configure_host`.
        """
        if self.host is None:
            self.host = self.configure_host()

    @property
    def alive(self) -> bool:
        return self.host is not None and self.host.sock is not None

    def close(self) -> None:
        """Take leave where the server still listens; a server that does not is no error."""
        if self.alive and self.host is not None:
            with suppress(OSError):
                self.host.quit()
        self.drop()

    def drop(self) -> None:
        """Hang up without a word: whoever did not answer in time is not asked for a farewell."""
        host, self.host = self.host, None
        if host is not None:
            host.close()


def connection() -> Connection:
    """Return a connection that is not open yet."""
    return Connection(current_app.extensions["mail"])


def message(mail: Mail) -> flask_mail.Message:
    """Return the message of a mail. Its Message-ID follows from the key: a second copy is known.

    Raises:
        As `render`.
    """
    words = render(mail)
    made = flask_mail.Message(
        subject=words.subject,
        recipients=[mail.recipient],
        body=words.text,
        html=words.html,
        extra_headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )
    made.msgId = f"<{mail.key[:32]}@{urlsplit(site().public_url).hostname}>"
    return made
