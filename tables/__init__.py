"""The tables of the database (SQLAlchemy models), a file a subject; models.py hands them on.

base.py        keys, versions, references, constraints that span rows, the mark of a guarded table
cache_mark.py  cache invalidation by table

Other rooms import the tables from models.py. A column or constraint that is added here needs a
file in migrations/versions/.
"""
