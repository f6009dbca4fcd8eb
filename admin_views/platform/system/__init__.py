"""System administration: timed jobs, tasks, mails, holidays.

jobs.py      when each ran, and what went wrong
tasks.py     how far long tasks are
mails.py     the outbox
holidays.py  the holiday table
"""
