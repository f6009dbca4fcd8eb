"""Parsing a MIME message: sender, subject, words and files, whatever state it is in."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses
from itertools import islice

import nh3

from core.database import storable
from inbox import proof

MOST_PARTS = 200  # of a mail; the rest is not looked at
MOST_FILES = 20
LONGEST_ID = 300  # characters
LONGEST_TEXT = 20_000
# what senders call GB 2312 and GBK is often neither, but always within GB 18030
WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "unknown-8bit": "utf-8"}


@dataclass(slots=True)
class Letter:
    """What of a mail matters here."""

    sender: str  # one address in lower case, or nothing
    subject: str
    text: str
    message_id: str
    automatic: bool  # an absence note, a bounce, a mailing list
    proven: bool = False  # the receiving server found that the sender is who they say
    files: list[tuple[str, bytes]] = field(default_factory=list)


def read(raw: bytes, authserv_id: str = "") -> Letter:
    """Return what stands in a mail. A broken charset, header or encoding leaves readable rest.

    Args:
        raw: the mail as the server keeps it.
        authserv_id: how the receiving server calls itself in Authentication-Results; without it
            no sender is proven.

    Raises:
        Exception: what the standard library raises of a mail that nobody could read.
    """
    message = message_from_bytes(raw)
    parts = list(islice(message.walk(), MOST_PARTS))
    files = [(name, data) for name, data in map(attached, parts) if data is not None]
    sender = sender_of(message)
    return Letter(
        sender=sender,
        subject=" ".join(header(message, "Subject").split()),
        text=text_of(parts)[:LONGEST_TEXT],
        message_id=id_of(message, raw),
        automatic=is_automatic(message),
        proven=proof.vouched_for(message, sender, authserv_id),
        files=files[:MOST_FILES],
    )


def decoded(data: bytes, charset: str | None) -> str:
    """Return `data` as text: as declared, else as UTF-8 or GB 18030, else with gaps. No NULs."""
    declared = (charset or "utf-8").strip("\"' ").lower()
    for name in (WIDER.get(declared, declared), "utf-8", "gb18030"):
        try:
            return storable(data.decode(name))
        except (LookupError, UnicodeError, ValueError):
            continue
    return storable(data.decode("utf-8", "replace"))


def header(message: Message, name: str) -> str:
    """Return a header in words; one that is broken, as far as it can be read."""
    raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
    return in_words(str(raw))


def in_words(raw: str) -> str:
    """Return encoded words, and bytes that were never encoded, as text."""
    whole = raw.encode("utf-8", "surrogateescape")
    if not whole.isascii():
        return decoded(whole, None)
    try:
        pieces = decode_header(raw)
    except ValueError:  # base64 that is none
        return storable(raw)
    return storable(
        "".join(
            piece if isinstance(piece, str) else decoded(piece, charset or "ascii")
            for piece, charset in pieces
        )
    )


def sender_of(message: Message) -> str:
    """Return the address that the mail says it comes from; nothing where it names several."""
    found = {address.lower() for _name, address in getaddresses([header(message, "From")])} - {""}
    return found.pop() if len(found) == 1 else ""


def id_of(message: Message, raw: bytes) -> str:
    """Return the Message-ID, or where none is fit to store, one made of the mail itself."""
    value = "".join(header(message, "Message-ID").split())
    if value and len(value) <= LONGEST_ID:
        return value
    return f"<sha256-{hashlib.sha256(raw).hexdigest()}>"


def is_automatic(message: Message) -> bool:
    """Whether no person wrote this mail."""
    value = header(message, "Auto-Submitted").strip().lower()
    bulk = header(message, "Precedence").strip().lower() in ("bulk", "list", "junk", "auto_reply")
    return bulk or value not in ("", "no") or message.get_content_type() == "multipart/report"


def payload(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def text_of(parts: list[Message]) -> str:
    """Return the words: the plain ones, else those of the HTML without its tags."""
    for kind in ("text/plain", "text/html"):
        for part in bodies(parts, kind):
            text = decoded(payload(part), part.get_content_charset())
            if kind == "text/html":
                text = html.unescape(nh3.clean(text, tags=set()))
            lines = [line.strip() for line in text.splitlines()]
            if any(lines):
                return "\n".join(lines).strip()
    return ""


def bodies(parts: list[Message], kind: str) -> Iterator[Message]:
    for part in parts:
        if part.get_content_type() == kind and not is_file(part):
            yield part


def is_file(part: Message) -> bool:
    if part.is_multipart():
        return False
    if part.get_content_disposition() == "attachment" or part.get_filename():
        return True
    return part.get_content_maintype() not in ("text", "multipart", "message")


def attached(part: Message) -> tuple[str, bytes | None]:
    """Return name and bytes of a part that is a file; no bytes of any other."""
    return (in_words(part.get_filename() or ""), payload(part)) if is_file(part) else ("", None)
