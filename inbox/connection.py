"""A conversation with the IMAP server: verified, and with a time limit."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from core.config import Settings

# what the mail servers common in China want to hear before they open a folder
WHO = '("name" "Enterprise Service Supermarket" "version" "1")'


def connected(settings: Settings) -> BaseMailBox:
    """Return a mailbox that is connected, not yet signed in.

    Raises:
        OSError: no connection in time, or a certificate that does not hold.
    """
    where = {
        "host": settings.imap_host,
        "port": settings.imap_port,
        "timeout": settings.imap_timeout,
    }
    if settings.imap_security == "none":
        return MailBoxUnencrypted(**where)
    kind = MailBoxStartTls if settings.imap_security == "starttls" else MailBox
    return kind(**where, ssl_context=ssl.create_default_context())


@contextmanager
def opened(settings: Settings) -> Iterator[BaseMailBox]:
    """Open the folder that the settings name, and take leave at the end.

    Raises:
        OSError: no connection in time, or a certificate that does not hold.
        imaplib.IMAP4.error, ImapToolsError: the server refuses the sign-in or the folder.
    """
    box = connected(settings)
    try:
        box.login(settings.imap_username, settings.imap_password, initial_folder=None)
        if "ID" in box.client.capabilities:
            box.client.xatom("ID", WHO)
        box.folder.set(settings.imap_folder)
        yield box
    finally:
        with suppress(OSError, box.client.error, ImapToolsError):
            box.client.logout()
