"""What is taken and what is not, how it is kept, and who gets it back."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from flask_babel import force_locale
from PIL import Image

import uploads
from core.database import db
from models import Attachment, AttachmentKind, Event, Institution
from tests.support.applying import PDF, english, forget, picture, see
from uploads import storage


def stored(app) -> list[str]:
    folder = Path(app.instance_path) / "files"
    return sorted(f.name for f in folder.rglob("*") if f.is_file())


@pytest.fixture
def fresh(app):
    before = stored(app)
    return lambda: [name for name in stored(app) if name not in before]


def kept(row: Institution, uploader, filename: str = "licence.pdf") -> Attachment:
    file = uploads.attach(row, AttachmentKind.LICENCE, uploads.check(PDF, filename), uploader)
    db.session.commit()
    return file


def bomb() -> bytes:
    """A PNG of few bytes that says it has 900 million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def large_but_decent() -> bytes:
    """A real picture above our own limit and below Pillow's."""
    out = io.BytesIO()
    Image.new("1", (7000, 6000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "filename", "words"),
    [
        (b"MZ\x90\x00" + b"\x00" * 64, "licence.pdf", "Only PDF, JPEG and PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "a.png", "Only PDF, JPEG"),
        (b"<!doctype html><script>x()</script>", "a.pdf", "Only PDF, JPEG and PNG"),
        (b"GIF89a" + b"\x00" * 64, "a.jpg", "Only PDF, JPEG and PNG"),
        (b"PK\x03\x04" + b"\x00" * 64, "a.docx", "Only PDF, JPEG and PNG"),
        (b" %PDF-1.4 %%EOF", "a.pdf", "Only PDF, JPEG and PNG"),
        (b"%PDF-1.4 and then nothing", "a.pdf", "damaged or incomplete"),
        (b"", "a.pdf", "empty"),
        (PDF + b"\x00" * (11 * 1024 * 1024) + b"%%EOF", "a.pdf", "larger than 10 MB"),
        (picture(size=(400, 400))[:200], "a.png", "damaged"),
        (b"\xff\xd8\xff" + b"nonsense" * 9, "a.jpg", "damaged"),
        (bomb(), "a.png", "too many pixels"),
        (large_but_decent(), "a.png", "too many pixels"),
    ],
)
def test_everything_else_is_refused_with_a_reason(app, data, filename, words):
    with force_locale("en"), pytest.raises(uploads.Refused, match=words):
        uploads.check(data, filename)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_pictures_lose_what_is_hidden_in_them(app, kind):
    data = picture(kind, secret="taken at home")
    assert b"taken at home" in data
    upload = uploads.check(data, "photo")
    assert b"taken at home" not in upload.data
    with Image.open(io.BytesIO(upload.data)) as image:
        assert image.format == kind
        assert not image.getexif()


def test_a_picture_that_lies_on_its_side_is_set_upright(app):
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.new("RGB", (30, 10)).save(out, "JPEG", exif=exif.tobytes())
    with Image.open(io.BytesIO(uploads.check(out.getvalue(), "a.jpg").data)) as image:
        assert image.size == (10, 30)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\li\\营业执照.PDF", "营业执照.pdf"),
        ("", "file.pdf"),
        (None, "file.pdf"),
        ("...", "file.pdf"),
        ("a\x00b\r\nSet-Cookie: x.pdf", "abSet-Cookie: x.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe.pdf"),
        ("超长" * 200 + ".pdf", "超长" * 60 + ".pdf"),
        ("scan.png", "scan.png.pdf"),
    ],
)
def test_file_names_are_cleaned(app, given, shown):
    assert uploads.check(PDF, given).filename == shown


def test_files_lie_outside_the_web_root_under_random_names(app, cast, fresh):
    file = kept(cast.draft, cast.dora)
    assert fresh() == [file.storage_key.split("/")[1]]
    assert "licence" not in file.storage_key
    with storage.open(file.storage_key) as stream:
        assert stream.read() == PDF
    for path in ("../../etc/passwd", "/etc/passwd", "", "aa/../../x"):
        with pytest.raises(ValueError, match="not a storage key"):
            storage.open(path)


def test_what_is_rolled_back_leaves_no_bytes(app, cast, fresh):
    uploads.attach(cast.draft, AttachmentKind.LICENCE, uploads.check(PDF, "a.pdf"), cast.dora)
    assert len(fresh()) == 1
    db.session.rollback()
    assert fresh() == []


def test_removed_bytes_go_with_the_commit_and_not_before(app, cast, fresh):
    file = kept(cast.draft, cast.dora)
    uploads.remove(file)
    db.session.rollback()
    assert len(fresh()) == 1
    uploads.remove(db.session.get(Attachment, file.id))
    with db.session.begin_nested():  # a savepoint decides nothing
        pass
    assert len(fresh()) == 1
    db.session.commit()
    assert fresh() == []


def test_who_may_download(client, cast):
    row = cast.bridge
    file = kept(row, cast.bella, "营业执照 2026.pdf")
    path = f"/attachments/{file.id}"
    for name, status in {
        "bella": 200,
        "stan": 200,
        "root": 200,
        "vera": 200,
        "audrey": 200,
        "rita": 404,
        "ann": 404,
        "otto": 404,
        "dora": 404,
    }.items():
        assert see(english(client, getattr(cast, name)), path).status_code == status, name
        forget()
    anonymous = see(client.application.test_client(), path)
    assert anonymous.status_code in (302, 401)
    assert PDF not in anonymous.data
    forget()
    looks = db.session.query(Event).filter_by(name="download").count()
    assert looks == 5  # of a scan everybody's: bella, stan, root, vera and audrey


def test_a_download_is_never_shown_in_the_page(client, cast):
    file = kept(cast.bridge, cast.bella, "营业执照 2026.pdf")
    answer = see(english(client, cast.bella), f"/attachments/{file.id}")
    assert answer.data == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"].startswith("no-")
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert "filename*=UTF-8''%E8%90%A5%E4%B8%9A%E6%89%A7%E7%85%A7%202026.pdf" in disposition


def test_files_that_are_not_there(client, cast):
    english(client, cast.root)
    assert see(client, "/attachments/999999").status_code == 404
    assert see(client, "/attachments/99999999999999999999").status_code == 404
    file = kept(cast.bridge, cast.bella)
    storage.delete(file.storage_key)
    storage.delete(file.storage_key)  # gone already
    assert see(client, f"/attachments/{file.id}").status_code == 404
