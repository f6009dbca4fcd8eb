"""Entities in the XML of a spreadsheet: none is fetched, and none grows without end.

ASVS 5.0: 1.5.1.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from spreadsheets.cells import Unreadable, read
from spreadsheets.files import as_xlsx

SHEET = "xl/worksheets/sheet1.xml"
GROWING = "".join(
    f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' if n else '<!ENTITY e0 "ten letters">'
    for n in range(9)
)


def workbook(declared: str, entity: str) -> io.BytesIO:
    """Return a workbook whose first cell is an entity of its own."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_xlsx(["MARK"]))) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if b">MARK<" in data:
                text = data.decode().replace(">MARK<", f">{entity}<")
                start = text.index("?>") + 2 if text.startswith("<?xml") else 0
                data = f"{text[:start]}<!DOCTYPE x [{declared}]>{text[start:]}".encode()
            new.writestr(name, data)
    made.seek(0)
    return made


def cells(file: io.BytesIO) -> str:
    try:
        return repr(list(read(file)))
    except Unreadable as error:
        return str(error)


@pytest.mark.parametrize("way", ["SYSTEM", 'PUBLIC "-//x"'])
def test_no_file_of_the_server_is_read(tmp_path: Path, way: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("what only the server knows")
    found = cells(workbook(f'<!ENTITY x {way} "{secret.as_uri()}">', "&x;"))
    assert "what only the server knows" not in found


def test_entities_of_entities_do_not_fill_the_memory() -> None:
    found = cells(workbook(GROWING, "&e8;"))
    assert len(found) < 10_000


def test_the_workbook_of_the_test_is_read() -> None:
    assert "plain" in cells(workbook("", "plain"))
