"""The outbox pattern: mails are written with the change they report, and delivered by a worker.

render.py        words of a mail, in the recipient's language
keys.py          idempotency keys: what makes two mails or notices the same
links.py         which links are keys, and are forgotten
queue.py         putting a mail in, and putting it back
leased_mails.py  the mails that a worker has in hand
delivery.py      lease, send, mark, retry
conversations.py SMTP that waits for the final answer
transport.py     Flask-Mail with a time limit and verified TLS
commands.py      flask outbox deliver
"""

from __future__ import annotations

from flask import Flask

from outbox import commands, transport
from outbox import render as _render
from outbox.delivery import Report, deliver_due
from outbox.keys import key_of
from outbox.links import USED_LINK, is_key
from outbox.queue import LinkUsed, NotResendable, enqueue, resend
from outbox.render import Rendered, render, subject_of

__all__ = [
    "USED_LINK",
    "LinkUsed",
    "NotResendable",
    "Rendered",
    "Report",
    "deliver_due",
    "enqueue",
    "is_key",
    "key_of",
    "render",
    "resend",
    "subject_of",
]


def init_app(app: Flask) -> None:
    transport.configure(app)
    _render.init_app(app)
    app.cli.add_command(commands.group)
