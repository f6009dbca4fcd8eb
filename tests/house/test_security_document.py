"""docs/security.md answers every requirement of ASVS 5.0 that it claims, and names its test."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.support.paths import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROW = re.compile(
    r"^\| (\d+\.\d+\.\d+)(?: to (\d+\.\d+\.\d+))? [^|]+ \| ([^|]+) \| ([^|]+) \|$", re.M
)
# section: its numbers. The whole of level 1, and of level 2 what V6, V7 and V8 add
LEVEL_1 = {
    "1.2": range(1, 6), "1.3": (1, 2), "1.5": (1,), "2.1": (1,), "2.2": (1, 2), "2.3": (1,),
    "3.2": (1, 2), "3.3": (1,), "3.4": (1, 2), "3.5": (1, 2, 3), "4.1": (1,), "4.4": (1,),
    "5.2": (1, 2), "5.3": (1, 2), "6.1": (1,), "6.2": range(1, 9), "6.3": (1, 2), "6.4": (1, 2),
    "7.2": range(1, 5), "7.4": (1, 2), "8.1": (1,), "8.2": (1, 2), "8.3": (1,), "9.1": (1, 2, 3),
    "9.2": (1,), "10.4": range(1, 6), "11.3": (1, 2), "11.4": (1,), "12.1": (1,), "12.2": (1, 2),
    "13.4": (1,), "14.2": (1,), "14.3": (1,), "15.1": (1,), "15.2": (1,), "15.3": (1,),
}  # fmt: skip
LEVEL_2 = {
    "6.1": (2, 3), "6.2": range(9, 13), "6.3": (3, 4), "6.4": (3, 4), "6.5": range(1, 6),
    "6.6": (1, 2, 3), "6.8": range(1, 5), "7.1": (1, 2, 3), "7.3": (1, 2), "7.4": (3, 4, 5),
    "7.5": (1, 2), "7.6": (1, 2), "8.1": (2,), "8.2": (3,), "8.4": (1,),
}  # fmt: skip


def listed(level: dict[str, Iterable[int]]) -> set[str]:
    return {f"{section}.{number}" for section, numbers in level.items() for number in numbers}


def rows() -> dict[str, tuple[str, str]]:
    """Return {requirement: (where it is held, which test)}."""
    found = {}
    for first, last, where, test in ROW.findall(TEXT):
        chapter, _, number = first.rpartition(".")
        until = int((last or first).rpartition(".")[2])
        for each in range(int(number), until + 1):
            assert f"{chapter}.{each}" not in found
            found[f"{chapter}.{each}"] = where, test
    return found


def test_every_requirement_has_its_row() -> None:
    assert (len(listed(LEVEL_1)), len(listed(LEVEL_2))) == (70, 37)
    assert set(rows()) == listed(LEVEL_1) | listed(LEVEL_2)


def test_every_row_names_a_test_or_why_there_is_none() -> None:
    without = {number for number, (_, test) in rows().items() if "`tests/" not in test}
    assert {rows()[number][1] for number in without} == {"not applicable"}
    assert without == {
        "4.4.1", "6.2.10", "6.4.2", "6.6.1", "6.8.3", "12.2.2",
        "10.4.1", "10.4.2", "10.4.3", "10.4.4", "10.4.5",
    }  # fmt: skip
