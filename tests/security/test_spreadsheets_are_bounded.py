"""A spreadsheet is read within bounds: of unpacking, of cells, of processor time.

Seen: an xlsx of 51 kB cost 24 seconds of processor time.
"""

from __future__ import annotations

import io
import time
import zipfile

import pytest

from spreadsheets import cells, files

SHEET = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
    'main"><sheetData>{rows}</sheetData></worksheet>'
)


def workbook(**parts: str) -> bytes:
    """Return an xlsx with these parts in place of its own."""
    replaced = {"sheet": "xl/worksheets/sheet1.xml", "words": "xl/sharedStrings.xml"}
    names = {replaced[name]: text for name, text in parts.items()}
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(files.as_xlsx(["a"]))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in source.namelist():
            archive.writestr(name, names.pop(name, None) or source.read(name))
        for name, text in names.items():
            archive.writestr(name, text)
    return out.getvalue()


def refused(data: bytes) -> str:
    begun = time.thread_time()
    with pytest.raises(cells.Unreadable) as refusal:
        list(cells.read(io.BytesIO(data)))
    assert time.thread_time() - begun < 5
    return str(refusal.value)


def test_a_bomb_of_cells_is_not_unpacked(app) -> None:
    with app.test_request_context():
        row = "<row>" + "<c><v>1</v></c>" * 64 + "</row>"
        data = workbook(sheet=SHEET.format(rows=row * 40_000))
        assert len(data) < 200_000
        assert refused(data)


def test_a_bomb_of_words_is_not_unpacked(app) -> None:
    with app.test_request_context():
        words = "<si><t>aaaaaaaaaaaaaaaaaaaaaaaa</t></si>" * 1_000_000
        data = workbook(words=f"<sst>{words}</sst>")
        assert refused(data)


def test_a_row_far_below_costs_little(app) -> None:
    with app.test_request_context():
        rows = '<row r="1"><c><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>'
        assert refused(workbook(sheet=SHEET.format(rows=rows)))


def test_so_many_cells_are_not_read(app, monkeypatch) -> None:
    monkeypatch.setattr(cells, "MOST_CELLS", 100)
    with app.test_request_context():
        assert refused(("a,b,c\n" * 40).encode())
        assert len(list(cells.read(io.BytesIO(("a,b,c\n" * 30).encode())))) == 30


def test_reading_ends_in_time(app, monkeypatch) -> None:
    monkeypatch.setattr(cells, "MOST_SECONDS", 0.0)
    with app.test_request_context():
        assert refused(files.as_xlsx(["a"], [["1"]] * 100))


def test_a_line_without_end_is_no_table(app) -> None:
    with app.test_request_context():
        assert refused(b"," * 10_000_000)


def test_a_large_register_that_somebody_means_is_read(app) -> None:
    with app.test_request_context():
        rows = [[f"91320594MA1{number:07d}", f"苏州第{number}有限公司"] for number in range(20_000)]
        data = files.as_xlsx(["统一社会信用代码", "名称"], rows)
        assert len(list(cells.read(io.BytesIO(data)))) == 20_001
