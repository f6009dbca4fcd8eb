"""Backup and restore: the whole park in one archive, from either database engine into either.

columns.py   the kinds of columns, and how a value stands in JSON
archive.py   the file: manifest, tables as JSON lines, files, their sums
dump.py      flask backup: a snapshot while everybody works on
restore.py   flask restore: into an empty database, migrated, with what is derived made anew
nightly.py   the timed job: a folder of the last nights
commands.py  the commands
"""
