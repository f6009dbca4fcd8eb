"""The park's register: files of every origin, read without trust and imported again and again."""

from __future__ import annotations

import io
import time
import zipfile

import openpyxl
import pytest
import sqlalchemy as sa

from core.database import db
from models import Event, ParkEnterprise
from park import register as park_register
from spreadsheets import cells, files
from tests.support.application import sign_in
from tests.support.cast import ACME_CODE

TITLES = {name: titles[0] for name, titles in park_register.COLUMNS.items()}


def codes(count: int) -> list[str]:
    """Well-formed codes with a right check digit."""
    from stdnum.cn import uscc

    bodies = [
        f"91320594MA1{number:06X}".translate(str.maketrans("IOSVZ", "GHJKL"))
        for number in range(count)
    ]
    return [body + uscc.calc_check_digit(body) for body in bodies]


ONE, TWO, THREE = codes(3)


def book(*rows) -> io.BytesIO:
    workbook = openpyxl.Workbook()
    for row in rows:
        workbook.active.append(row)
    stream = io.BytesIO()
    workbook.save(stream)
    stream.seek(0)
    return stream


def take(stream) -> park_register.Report:
    report = park_register.import_register(park_register.read(stream), None)
    db.session.commit()
    db.session.expire_all()
    return report


def text(words: str, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO(words.encode(encoding))


def register() -> dict[str, tuple]:
    rows = db.session.scalars(sa.select(ParkEnterprise))
    return {row.credit_code: (row.name, row.address, row.legal_person) for row in rows}


def test_an_xlsx_with_chinese_headings_in_any_order_under_a_title(app):
    report = take(
        book(
            ["园区企业名录"],
            [TITLES["name"], TITLES["legal_person"], "备注", TITLES["credit_code"]],
            ["苏州甲公司", "张三", "x", ONE],
            [],
            ["苏州乙公司", None, "", f" {TWO[:8].lower()} {TWO[8:]} "],
        )
    )
    assert (report.added, report.updated, report.unchanged, report.bad) == (2, 0, 0, [])
    assert register()[ONE] == ("苏州甲公司", None, "张三")
    assert register()[TWO] == ("苏州乙公司", None, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_in_every_encoding_and_with_every_delimiter(app, encoding, delimiter):
    lines = [
        [TITLES["credit_code"], TITLES["name"], TITLES["address"]],
        [ONE, "苏州甲公司", f'"星湖街1号{delimiter}2幢"'],
    ]
    report = take(text("\r\n".join(delimiter.join(line) for line in lines), encoding))
    assert report.added == 1
    assert register()[ONE] == (
        "苏州甲公司",
        f"星湖街1号{delimiter}2幢".strip().replace("\t", " "),
        None,
    )


def test_bad_lines_are_named_and_good_ones_taken(app):
    report = take(
        text(
            "credit_code,name\n"
            f"{ONE},First\n"
            "123,Short\n"
            f"{TWO},\n"
            ",Nobody\n"
            f"{ONE},Again\n"
            '9.13206E+17,"Rounded\nname"\n'
            f"{THREE},=HYPERLINK(1)\n"
            f"{TWO},{'x' * 201}\n"
        )
    )
    assert report.added == 1
    assert [line for line, _reason in report.bad] == [3, 4, 5, 6, 7, 9, 10]
    assert register()[ONE][0] == "First"
    reasons = [reason for _line, reason in report.bad]
    assert "2" in reasons[3]  # the line it stood on first
    assert "=HYPERLINK(1)" in reasons[5]


def test_a_code_that_excel_made_a_number_of_is_refused_in_words(app):
    report = take(book(["credit_code", "name"], [913205940000000012, "Digits"], [1.5, "Half"]))
    assert report.taken == 0
    assert len({reason for _line, reason in report.bad}) == 1


def test_an_unusual_code_is_taken_with_a_remark(app):
    wrong = ONE[:-1] + ("0" if ONE[-1] != "0" else "1")
    report = take(text(f"credit_code,name\n{wrong},Odd\n"))
    assert report.added == 1
    assert [line for line, _remark in report.remarks] == [2]


def test_a_second_import_updates_and_leaves_missing_columns_alone(app):
    take(text(f"credit_code,name,address\n{ONE},First,Road 1\n{TWO},Second,Road 2\n"))
    report = take(text(f"credit_code,name\n{ONE},Renamed\n{TWO},Second\n{ACME_CODE},Acme\n"))
    assert (report.added, report.updated, report.unchanged) == (0, 1, 2)
    assert register()[ONE] == ("Renamed", "Road 1", None)
    row = db.session.scalar(sa.select(ParkEnterprise).where(ParkEnterprise.credit_code == ONE))
    assert row.version == 2


def test_an_import_is_one_event_with_its_counts(app, cast):
    park_register.import_register(
        park_register.read(text(f"credit_code,name\n{ONE},A\nx,B\n")), cast.root, source="r"
    )
    db.session.commit()
    (event,) = db.session.scalars(sa.select(Event).where(Event.name == "import"))
    assert event.actor_id == cast.root.id
    assert event.subject_type == "park_enterprise"
    assert event.changes == {"added": 1, "updated": 0, "unchanged": 0, "bad": 1, "file": "r"}


SMALLER = 1_000_000  # bytes that a file may unpack to here: more would take a second to pack


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (SMALLER + 1), compresslevel=1)
    return stream.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   \n",
        b"PK\x03\x04 not a zip",
        b"\xd0\xcf\x11\xe0 old excel",
        b"%PDF-1.7\n\0\0\xff\xfe",
        b"name,address\nNo,code\n",
        b"a" * (cells.LARGEST_FILE + 1),
        b'credit_code,name\n1,"' + b"x" * 200_000,
        bomb(),
    ],
    ids=["empty", "blank", "broken", "xls", "pdf", "no code", "large", "field", "bomb"],
)
def test_what_is_no_register_is_refused_in_words(app, data, monkeypatch):
    monkeypatch.setattr(cells, "LARGEST_UNPACKED", SMALLER)
    with pytest.raises(cells.Unreadable, match=r".{4}"):
        take(io.BytesIO(data))
    assert register() == {ACME_CODE: ("Acme", None, None)}


def test_ten_thousand_lines_in_reasonable_time(app):
    """The rate at which 50,000 take half a minute."""
    lines = "".join(f"{code},Company {code},Road,Li\n" for code in codes(10_000))
    started = time.process_time()
    report = take(text("credit_code,name,address,legal_person\n" + lines))
    assert report.added == 10_000
    assert time.process_time() - started < 6


def upload(client, data: bytes, name: str = "register.csv"):
    return client.post("/admin/park-import/", data={"file": (io.BytesIO(data), name)})


def test_only_administrators_reach_the_page(client, cast, app):
    assert client.get("/admin/park-import/").status_code == 302
    for person in (cast.vera, cast.audrey, cast.ann, cast.bella):
        browser = sign_in(app.test_client(), person)
        for address in ("", "template", "rejected/x"):
            assert browser.get(f"/admin/park-import/{address}").status_code in (403, 404)
        assert upload(browser, f"credit_code,name\n{ONE},A\n".encode()).status_code in (403, 404)
    assert ONE not in register()


def test_an_administrator_uploads_and_reads_the_report(client, cast):
    sign_in(client, cast.root)
    assert client.get("/admin/park-import/").status_code == 200
    bad = "".join(f"x{number},Name\n" for number in range(250))
    answer = upload(client, f"credit_code,name\n{ONE},A\n{TWO},=1+1\n{bad}".encode())
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert page.count("<tr><td>") == 200
    address = page.split("/admin/park-import/rejected/")[1].split('"')[0]
    download = client.get(f"/admin/park-import/rejected/{address}")
    assert download.mimetype == "text/csv"
    assert len(download.get_data(as_text=True).splitlines()) == 252
    assert client.get(f"/admin/park-import/rejected/x{address}").status_code == 404


def test_a_file_that_cannot_be_read_is_a_message(client, cast):
    sign_in(client, cast.root)
    assert upload(client, b"PK broken", "register.xlsx").status_code == 422
    assert client.post("/admin/park-import/").status_code == 422


def test_the_template_can_be_filled_in_and_imported(client, cast):
    sign_in(client, cast.root)
    workbook = openpyxl.load_workbook(io.BytesIO(client.get("/admin/park-import/template").data))
    assert [cell.value for cell in workbook.active[1]] == list(TITLES.values())
    workbook.active.append([ONE, "A", "Road", "Li"])
    stream = io.BytesIO()
    workbook.save(stream)
    stream.seek(0)
    assert take(stream).added == 1


def test_live_formulas_are_put_to_rest():
    rows = files.as_csv([("=1+1", "+1", "-1", "@x", "plain", 7)]).decode("utf-8-sig")
    assert rows == "'=1+1,'+1,'-1,'@x,plain,7\r\n"


def test_the_command_line_imports_too(app, tmp_path):
    file = tmp_path / "register.csv"
    file.write_text(f"credit_code,name\n{ONE},A\nx,B\n", "utf-8")
    result = app.test_cli_runner().invoke(args=["park", "import", str(file)])
    assert result.exit_code == 0
    assert "1 added, 0 updated, 0 unchanged, 1 refused." in result.output
    assert "register.csv:3:" in result.output
    file.write_text("nothing", "utf-8")
    assert app.test_cli_runner().invoke(args=["park", "import", str(file)]).exit_code == 1


@pytest.mark.postgres
def test_postgresql_adds_and_updates_alike(pg_app):
    first = take(text(f"credit_code,name,address\n{ONE},First,Road 1\n{TWO},Second,Road 2\n"))
    second = take(text(f"credit_code,name\n{ONE},Renamed\n{TWO},Second\n"))
    assert (first.added, second.updated, second.unchanged) == (2, 1, 1)
    assert register()[ONE] == ("Renamed", "Road 1", None)
