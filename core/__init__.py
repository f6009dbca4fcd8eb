"""The foundation: settings, clock, database, leases. It knows nothing of the trade.

config.py        settings of a deployment, from the environment
clock.py         the one clock, and the day in the park
database.py      the database handle, column types, SQLite's hooks
extensions.py    Flask extensions that several rooms use
leases.py        leases of rows: one worker has a row in hand for a while
loops.py         loops that no error ends
shared_cache.py  a bounded cache of the threads of a process
sql_tables.py    which tables a statement reads and writes
markdown.py      a small Markdown, made safe
ids.py           ids out of addresses and forms
tokens.py        secret tokens of links, kept as a hash
views.py         local redirect targets, views that write on GET
"""
