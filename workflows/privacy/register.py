"""All declarations of personal data, by table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from workflows.privacy.business import BUSINESS
from workflows.privacy.declaration import TABLES, Declared
from workflows.privacy.impersonal import IMPERSONAL
from workflows.privacy.people import PEOPLE
from workflows.privacy.records import RECORDS

ALL = (*PEOPLE, *BUSINESS, *RECORDS, *IMPERSONAL)
DECLARED: Mapping[str, Declared] = {declared.table: declared for declared in ALL}


def undeclared() -> list[str]:
    """Return what is wrong: "table.column" that no declaration names, or one that names it twice
    or that is not there."""
    wrong = [table for table, count in Counter(one.table for one in ALL).items() if count > 1]
    for name, table in TABLES.items():
        declared = Counter(DECLARED[name].columns if name in DECLARED else ())
        there = {column.name for column in table.columns}
        wrong += [f"{name}.{column}" for column in there - set(declared)]
        wrong += [f"{name}.{column} (not there)" for column in set(declared) - there]
        wrong += [f"{name}.{column} (twice)" for column, count in declared.items() if count > 1]
    return sorted(wrong + [f"{name} (not there)" for name in set(DECLARED) - set(TABLES)])
