"""The platform's mailbox: activities that institutions file by mail are fetched from it over IMAP.

connection.py opens the mailbox, reading.py makes sense of a mail whatever its state, filing.py
turns it into an activity, fetching.py does so for all that wait, commands.py is the command.
"""

from inbox.fetching import Report, fetch, fetch_due

__all__ = ["Report", "fetch", "fetch_due"]
