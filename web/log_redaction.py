"""Log redaction: addresses that carry a secret stand in the logs of this process without it.

A link in a mail has its token in the path, so whoever writes down addresses writes down tokens: the
server's access log, and Flask where a page breaks. A proxy in front has to do the same by itself
(docs/deployment.md).
"""

from __future__ import annotations

import logging
import re

from flask import Flask

# quoted too: a path may stand in the query of another address
SECRET = re.compile(
    r"((?:/|%2F)(?:invitations|confirmations|reset|confirm)(?:/|%2F))[^/\s?#&%\"']{16,}", re.I
)
LOGGERS = ("werkzeug", "granian.access")


def masked(text: str) -> str:
    """Return `text` without the secrets in the addresses that it names."""
    return SECRET.sub(r"\1***", text)


class Masking(logging.Filter):
    """Lets every record pass, its secrets masked."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if (safe := masked(text)) != text:
            record.msg, record.args = safe, ()
        return True


def init_app(app: Flask) -> None:
    for logger in (app.logger, *map(logging.getLogger, LOGGERS)):
        if not any(isinstance(present, Masking) for present in logger.filters):
            logger.addFilter(Masking())
