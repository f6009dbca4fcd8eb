"""All that waits in the mailbox, mail by mail: one that is broken stops no other.

A mail that became an activity is marked as seen; the rest is flagged and stays unseen, for a
person to look at. What was marked by either is not looked at again.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from imap_tools import BaseMailBox, MailMessageFlags

from core.config import Settings
from core.database import db
from inbox.connection import opened
from inbox.filing import Fate, file
from inbox.reading import read

LARGEST = 40 * 1024 * 1024  # bytes of a mail that is fetched at all
MOST = 200  # mails in one run
WAITING = "UNSEEN UNFLAGGED"
FILED = "$ActivityFiled"  # a keyword of ours, where the server keeps keywords

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Report:
    """What a run did."""

    filed: int = 0
    known: int = 0
    left: int = 0

    def count(self, fate: Fate) -> None:
        setattr(self, fate.value, getattr(self, fate.value) + 1)


def fetch() -> Report:
    """Turn the mails that wait into activities.

    Raises:
        OSError, imaplib.IMAP4.error, ImapToolsError: the mailbox cannot be opened.
    """
    settings: Settings = current_app.config["SETTINGS"]
    report = Report()
    with opened(settings) as box:
        uids: Sequence[str] = box.uids(WAITING, charset=None)  # some servers refuse a charset
        for uid in uids[:MOST]:
            fate = fate_of(box, uid, settings.imap_authserv_id)
            mark(box, uid, fate)
            report.count(fate)
    return report


def fetch_due(_at: datetime) -> int:
    """As a timed job: fetch where a mailbox is set up. Return how many were filed."""
    settings: Settings = current_app.config["SETTINGS"]
    return fetch().filed if settings.imap_host else 0


def fate_of(box: BaseMailBox, uid: str, authserv_id: str) -> Fate:
    """File one mail. Whatever is wrong with it leaves it to a person."""
    try:
        raw = raw_of(box, uid)
        return Fate.LEFT if raw is None else file(read(raw, authserv_id))
    except (OSError, box.client.abort):  # of the connection, not of the mail
        raise
    except Exception:  # a mail may hold anything; the next one must not wait for it
        db.session.rollback()
        log.exception("mail %s could not be read", uid)
        return Fate.LEFT


def raw_of(box: BaseMailBox, uid: str) -> bytes | None:
    """Return the mail without marking it as seen; None where it is too large or gone."""
    _, reply = box.client.uid("fetch", uid, "(RFC822.SIZE)")
    size = re.search(rb"RFC822\.SIZE (\d+)", reply[0] if reply and reply[0] else b"")
    if size is None or int(size[1]) > LARGEST:
        return None
    _, found = box.client.uid("fetch", uid, "(BODY.PEEK[])")
    return next((bytes(part[1]) for part in found if isinstance(part, tuple)), None)


def mark(box: BaseMailBox, uid: str, fate: Fate) -> None:
    """Mark a mail as done, or for a person.

    Not by imap-tools: it expunges after each flag, and what a person deleted is not ours to end.
    """
    flag = MailMessageFlags.FLAGGED if fate is Fate.LEFT else MailMessageFlags.SEEN
    box.client.uid("store", uid, "+FLAGS", f"({flag})")
    if fate is not Fate.LEFT:
        with suppress(box.client.error):  # not every server keeps keywords
            box.client.uid("store", uid, "+FLAGS", f"({FILED})")
