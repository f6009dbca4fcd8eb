"""Row-level security in the ORM: a forgotten scope shows nothing rather than another's rows.

readers.py      for whom statements run: hold, release, system
criteria.py     the loader criteria: one criteria option for each kind of reader
statements.py   the session event that adds it, and the statements that are refused
sessions.py     rows that a session holds already
self_test.py    at start: a guarded statement that lacks its condition stops the boot

A table is guarded by the mixin `tables.base.Guarded`. `with_loader_criteria` on that mixin, with a
callable, is public and one entry of a statement's cache key. Measured in one run, milliseconds of
processor time, on SQLite with a database that holds the cast:

                                            id look-up  alias in ON  not guarded  first compile
no guard                                          0.16         0.21         0.13            0.3
this                                              0.53         1.11         0.26            6.5
an option for each of the 20 tables               0.64         1.25         0.40           10.3
the same, conditions given and no callable        2.24        fails         1.31            7.8
overridden methods of SQLAlchemy (until now)      0.55         0.88         0.31            4.6

benchmarks/row_guard.py measures it anew. Row-level security of PostgreSQL is no second line here.
In one run with 20,000 demands on a busy machine, look-up by id, a list of 20 and a count took
14.8, 25.7 and 37.6 ms with no guard, 28.4, 36.6 and 55.2 with this, 32.1, 51.3 and 83.6 with
row-level security: it sets role and reader in every unit of work. Policies read guarded tables, and
the second one ended in "infinite recursion detected in policy": each would need a function that
reads past them. What says `unguarded=True` would need another role, and SQLite has nothing of it.

What the guard does not reach: Core statements on a bare table (figures that are everybody's; a view
that has one is listed in the tests), and a relationship to a row that an unguarded statement of the
same unit of work has loaded.
"""

from access.row_guard.criteria import GUARDED, condition_on, scope
from access.row_guard.readers import UndeclaredReader, reader, release, system
from access.row_guard.sessions import hold
from access.row_guard.statements import UnguardableStatement, apply, install

__all__ = [
    "GUARDED",
    "UndeclaredReader",
    "UnguardableStatement",
    "apply",
    "condition_on",
    "hold",
    "install",
    "reader",
    "release",
    "scope",
    "system",
]
