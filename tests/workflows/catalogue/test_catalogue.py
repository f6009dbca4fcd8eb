"""The catalogue: kept by hand, and carried out of and into a file."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from core.database import db
from models import CatalogueItem, Category, Event, Mail, PriceKind
from spreadsheets import files
from tests.support.application import rows, sign_in
from tests.support.cast import Cast
from tests.support.products import catalogue_item, regular_offer
from workflows.catalogue import file

PAGE = "/admin/catalogue_item"
HEADS = ["Category", "Product", "What it covers", "Reference price (yuan)",
         "Upper reference price (yuan)", "Kind of price"]  # fmt: skip


def xlsx(*lines: list[object], heads: list[str] = HEADS) -> io.BytesIO:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(heads)
    for line in lines:
        sheet.append(line)
    buffer = io.BytesIO()
    book.save(buffer)
    buffer.seek(0)
    return buffer


def csv(*lines: str, heads: list[str] = HEADS) -> io.BytesIO:
    return io.BytesIO("\n".join([",".join(heads), *lines]).encode())


def items() -> list[CatalogueItem]:
    return rows(sa.select(CatalogueItem).order_by(CatalogueItem.id))


def load(cast: Cast, stream: io.BytesIO) -> file.Report:
    report = file.import_catalogue(stream, cast.root, "file.xlsx")
    db.session.commit()
    return report


def test_lines_are_added(app, cast):
    report = load(cast, xlsx(
        ["Law", "A trademark", "Search.", 900.1000000000001, None, None],
        ["法律服务", "A patent", "Claims.\nDrawings.", "１,２３４.５０", "2000", "range"],
        ["tax", " An   audit ", "All of it.", None, None, ""],
    ))  # fmt: skip
    assert (report.added, report.updated, report.unchanged, report.bad) == (3, 0, 0, [])
    found = [
        (one.category.slug, one.name, one.covers, one.price_kind, one.price_from, one.price_to)
        for one in items()
    ]
    assert found == [
        ("law", "A trademark", "Search.", PriceKind.FIXED, Decimal("900.10"), None),
        ("law", "A patent", "Claims.\nDrawings.", PriceKind.RANGE, Decimal("1234.50"),
         Decimal(2000)),
        ("tax", "An audit", "All of it.", PriceKind.AGREEMENT, None, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["Nowhere", "x", "c", None, None, None], "Nowhere"),
        ([None, "x", "c", None, None, None], "—"),
        (["Law", None, "c", None, None, None], ":"),
        (["Law", "x", None, None, None, None], ":"),
        (["Law", "x" * 201, "c", None, None, None], ":"),
        (["Law", "x", "c", "NaN", None, None], ":"),
        (["Law", "x", "c", 1e30, None, None], ":"),
        (["Law", "x", "c", -5, None, None], ":"),
        (["Law", "x", "c", "1,23", None, None], ":"),
        (["Law", "x", "c", 5, 3, None], ":"),
        (["Law", "x", "c", 5, None, "agreement"], ":"),
        (["Law", "x", "c", 5, None, "barter"], "barter"),
        (["Law", "A trademark", "twice in this file", None, None, None], "2"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_taken(app, cast, line, words):
    good = ["Law", "A trademark", "Search.", None, None, None]
    last = ["Tax", "An audit", "All.", None, None, None]
    report = load(cast, xlsx(good, line, last))
    assert report.added == 2
    assert [number for number, _words in report.bad] == [3]
    assert words in report.bad[0][1]
    assert [one.name for one in items()] == ["A trademark", "An audit"]


def test_the_second_import_updates(app, cast):
    load(cast, xlsx(["Law", "A trademark", "Search.", 900, None, None]))
    again = xlsx(
        ["Law", "A trademark", "Search and filing.", 1000, None, None],
        ["Tax", "An audit", "All.", None, None, None],
    )
    report = load(cast, again)
    assert (report.added, report.updated, report.unchanged) == (1, 1, 0)
    again.seek(0)
    report = load(cast, again)
    assert (report.added, report.updated, report.unchanged) == (0, 0, 2)
    assert items()[0].covers == "Search and filing."
    (edit,) = rows(sa.select(Event).where(Event.name == "edit"))
    assert set(edit.changes) == {"covers", "price_from"}


def test_a_column_that_the_file_lacks_is_left_alone(app, cast):
    item = catalogue_item(cast.law, price_kind=PriceKind.FIXED, price_from=Decimal(5),
                          documents="A form.", retired=True)  # fmt: skip
    report = load(cast, xlsx(["Law", item.name, "New."], heads=HEADS[:3]))
    assert report.updated == 1
    (saved,) = items()
    assert (saved.covers, saved.documents, saved.price_from, saved.retired, saved.duration) == (
        "New.", "A form.", Decimal(5), True, "3 days",
    )  # fmt: skip


def test_a_number_finds_a_product_under_another_name(app, cast):
    item = catalogue_item(cast.law)
    other = catalogue_item(cast.law, "Taken")
    heads = ["No.", *HEADS[:3]]
    lines = xlsx([item.id, "Tax", "Renamed", "c"], [999, "Tax", "x", "c"], [other.id, "Tax",
                 "Renamed", "c"], heads=heads)  # fmt: skip
    report = load(cast, lines)
    assert (report.updated, [number for number, _ in report.bad]) == (1, [3, 4])
    assert [(one.name, one.category.slug) for one in items()] == [
        ("Renamed", "tax"), ("Taken", "law"),
    ]  # fmt: skip


def test_what_is_exported_is_imported_as_it_was(app, cast):
    catalogue_item(
        cast.law,
        "=1+1",
        covers="@SUM(A1)\n+x",
        documents="-\x0b\x07",
        duration="\t|",
        price_kind=PriceKind.RANGE,
        price_from=Decimal("0.50"),
        price_to=Decimal(7),
    )
    catalogue_item(cast.tax, "Plain", retired=True)
    data = file.export("zh_Hans_CN")
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    for cells in sheet.iter_rows():
        for cell in cells:
            assert cell.data_type != "f", cell.value
            assert not str(cell.value or "").startswith(files.LIVE), cell.value
    report = load(cast, io.BytesIO(data))
    assert (report.added, report.bad) == (0, [])
    assert items()[0].name == "=1+1"
    assert items()[0].covers == "@SUM(A1)\n+x"
    assert items()[1].retired


def test_several_categories_of_one_name_want_their_path(app, cast):
    for parent in (cast.law, cast.tax):
        db.session.add(
            Category(slug=f"{parent.slug}-x", name="咨询", name_en=f"Advice {parent.slug}",
                     parent_id=parent.id)
        )  # fmt: skip
    db.session.commit()
    report = load(cast, xlsx(["咨询", "One", "c"], ["财税服务／咨询", "Two", "c"], heads=HEADS[:3]))
    assert [number for number, _words in report.bad] == [2]
    assert [one.category.slug for one in items()] == ["tax-x"]


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old", b"just,words\n"]
)
def test_what_is_no_catalogue_says_so(client, cast, data):
    sign_in(client, cast.root)
    page = client.post(f"{PAGE}/import/", data={"file": (io.BytesIO(data), "x.xlsx")})
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert items() == []


def test_the_pages_of_import_and_export(client, cast):
    sign_in(client, cast.root)
    assert client.post(f"{PAGE}/import/", data={}).status_code == 422
    stream = csv("Law,A trademark,Search.,<b>,,", "Law,A patent,Claims.,100,,")
    page = client.post(f"{PAGE}/import/", data={"file": (stream, "x.csv")})
    assert page.status_code == 200
    assert items()[0].name == "A patent"
    assert "<b>" not in page.text.partition("<table")[2].partition("</table>")[0]
    reply = client.get(f"{PAGE}/export/")
    assert reply.data[:2] == b"PK"
    assert "catalogue.xlsx" in reply.headers["Content-Disposition"]


def test_added_edited_retired_and_back_by_hand(client, cast):
    sign_in(client, cast.root)
    sent = {"name": "A trademark", "category": cast.law.id, "covers": "Search.", "duration": "",
            "documents": "", "price_kind": "range", "price_from": "１００", "price_to": "1,500",
            "price_unit": "case"}  # fmt: skip
    assert client.post(f"{PAGE}/new/", data=sent).status_code == 302
    (item,) = items()
    assert (item.price_from, item.price_to) == (Decimal(100), Decimal(1500))
    twice = client.post(f"{PAGE}/new/", data=sent)
    assert twice.status_code == 200
    assert len(items()) == 1
    bad = client.post(f"{PAGE}/edit/?id={item.id}", data=sent | {"price_to": "NaN", "version": 1})
    assert bad.status_code == 200
    assert 'value="NaN"' in bad.text
    edited = sent | {"covers": "More.", "version": item.version}
    assert client.post(f"{PAGE}/edit/?id={item.id}", data=edited).status_code == 302
    version = items()[0].version
    turn = f"{PAGE}/turn/?id={item.id}"
    assert client.post(turn, data={"version": 1}).status_code == 302
    assert not items()[0].retired  # changed meanwhile
    client.post(turn, data={"version": version})
    assert items()[0].retired
    client.post(turn, data={"version": version + 1})
    assert not items()[0].retired
    page = client.get(f"{PAGE}/details/?id={item.id}")
    assert page.status_code == 200


def test_what_retiring_does_is_said_before_and_after(client, cast):
    item = catalogue_item(cast.law)
    offer = regular_offer(cast.bridge, item, 900)
    sign_in(client, cast.root)
    turn = f"{PAGE}/turn/?id={item.id}"
    page = client.get(turn).text
    for words in ("目前有 1 家机构上架该产品", "Bridge Law", "此前提交的需求可继续处理"):
        assert words in page
    reply = client.post(turn, data={"version": item.version, "reason": "x"}, follow_redirects=True)
    assert "已通知 1 家机构" in reply.text
    assert "产品已停用，前台不展示" in reply.text
    assert "产品已停用，前台不展示" in client.get("/admin/offer/").text
    sign_in(client, cast.bella)
    assert "产品已停用，前台不展示" in client.get("/workbench/offer/").text
    page = client.get(f"/workbench/offer/details/?id={offer.id}").text
    assert "平台已停用该产品" in page
    assert "平台恢复该产品后，将按原内容重新展示" in page
    assert "该产品已下架" in client.get(f"/products/regular/{item.id}").text
    sign_in(client, cast.root)
    client.post(turn, data={"version": item.version})
    sign_in(client, cast.bella)
    page = client.get(f"/workbench/offer/details/?id={offer.id}").text
    assert "平台已停用该产品" in page  # in the history alone
    assert f'href="/products/regular/{item.id}"' in page


def test_a_file_that_retires_tells_who_lists(app, cast):
    item = catalogue_item(cast.law)
    regular_offer(cast.bridge, item, 900)
    heads = [*HEADS, "已停用"]
    line = ["Law", "A trademark", "Search and filing.", None, None, "agreement"]
    load(cast, xlsx([*line, "是"], heads=heads))
    assert items()[0].retired
    told = [mail.template for mail in db.session.query(Mail)]
    assert told == ["offer_item_retired"]
    report = load(cast, xlsx([*line, "是"], heads=heads))
    assert (report.unchanged, db.session.query(Mail).count()) == (1, 1)


def test_a_file_that_retires_many_sends_one_mail_to_each_institution(app, cast):
    names = ("A trademark", "A patent", "A licence")
    for name in names:
        item = catalogue_item(cast.law, name)
        regular_offer(cast.bridge, item, 900)
        if name != "A licence":
            regular_offer(cast.rival, item)
    heads = [*HEADS, "已停用"]
    lines = [["Law", name, "Search and filing.", None, None, "agreement", "是"] for name in names]
    report = load(cast, xlsx(*lines, heads=heads))
    assert (report.updated, report.bad) == (3, [])
    assert all(item.retired for item in items())
    told = {mail.recipient: mail.context for mail in db.session.query(Mail)}
    assert {one: [words["product"], *(more["product"] for more in words["others"])]
            for one, words in told.items()} == {
        "reserved-bridge@example.com": ["A trademark", "A patent", "A licence"],
        "reserved-rival@example.com": ["A trademark", "A patent"],
    }  # fmt: skip
    back = [[*line[:-1], "否"] for line in lines]
    load(cast, xlsx(*back, heads=heads))
    assert not any(item.retired for item in items())
    assert db.session.query(Mail).filter_by(template="offer_item_restored").count() == 2


@pytest.mark.parametrize("name", ["vera", "audrey"])
def test_only_administrators_change_the_catalogue(client, cast, name):
    item = catalogue_item(cast.law)
    sign_in(client, getattr(cast, name))
    assert client.get(f"{PAGE}/export/").status_code == (200 if name == "audrey" else 403)
    assert client.get(f"{PAGE}/import/").status_code == 403
    assert client.get(f"{PAGE}/turn/?id={item.id}").status_code == 403
    assert client.post(f"{PAGE}/turn/?id={item.id}", data={"version": 1}).status_code == 403
    assert not items()[0].retired


@pytest.mark.postgres
def test_a_file_is_imported_on_postgresql(pg_app: Flask):
    cast = Cast()
    report = load(cast, xlsx(
        ["Law", "A trademark", "Search.", 900, None, None],
        ["Law", "A trademark", "Twice.", 900, None, None],
        ["Law", "Bad", "c", "1e30", None, None],
        ["Tax", "An audit", "All.", None, None, None],
    ))  # fmt: skip
    assert (report.added, [number for number, _words in report.bad]) == (2, [3, 4])
