"""Inbound mail: activities that institutions file by mail, fetched over IMAP.

connection.py  the conversation with the server
proof.py       whether the receiving server vouches for the sender
reading.py     sender, subject, words and files of a mail
filing.py      a mail becomes an activity, once
fetching.py    all mails that wait; one that is broken stops no other
commands.py    flask activities fetch
"""

from inbox.fetching import Report, fetch, fetch_due

__all__ = ["Report", "fetch", "fetch_due"]
