"""Data protection (PIPL): one declaration of what is personal, and what is made from it.

declaration.py  what is said of a table
people.py       the declarations of accounts and consultants
business.py     those of demands, deals and what else is business
records.py      those of logs, mails and the machinery
impersonal.py   the tables that hold nothing of a person
register.py     all of them, by table
export.py       the copy of one's own data
erasing.py      what closing an account does to each table
retention.py    the job that deletes what is kept long enough
summary.py      the table of the privacy page

A column that no declaration names fails tests/security/test_every_column_is_declared.py.
"""
