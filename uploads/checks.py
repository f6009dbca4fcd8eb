"""Validation of uploads, by their content: size, kind, and pictures drawn anew."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from PIL import Image, ImageOps

LIMIT = 10 * 1024 * 1024  # bytes
LARGEST_IMAGE = 40_000_000  # pixels: an A4 page at 600 dpi has 35 million
LONGEST_STEM = 120  # characters of a file name without its ending
PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
ENDINGS = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg"), PNG: (".png",)}


class Refused(ValueError):
    """The file is not taken; the message says why, in the reader's language."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that passed the checks."""

    data: bytes
    content_type: str
    filename: str


def read(file: Any) -> bytes:
    """Return the bytes of an uploaded file, at most one beyond the limit; none for no file."""
    return file.stream.read(LIMIT + 1) if file is not None and file.filename else b""


def check(data: bytes, filename: str | None) -> Upload:
    """Check `data` by its content and return what is to be stored.

    Raises:
        Refused: too large, empty, broken, or neither PDF, JPEG nor PNG.
    """
    if not data:
        raise Refused(gettext("The file is empty."))
    if len(data) > LIMIT:
        raise Refused(gettext("The file is larger than 10 MB."))
    if data.startswith(b"%PDF-"):
        if b"%%EOF" not in data[-1024:]:
            raise Refused(gettext("The PDF is damaged or incomplete."))
        content_type = PDF
    elif data.startswith(b"\xff\xd8\xff"):
        content_type, data = JPEG, _redrawn(data, "JPEG")
    elif data.startswith(b"\x89PNG\r\n\x1a\n"):
        content_type, data = PNG, _redrawn(data, "PNG")
    else:
        raise Refused(gettext("Only PDF, JPEG and PNG files are accepted."))
    return Upload(data, content_type, clean_name(filename, content_type))


def _redrawn(data: bytes, kind: str) -> bytes:
    """Return the picture written anew: pixels only, upright, nothing hidden behind them.

    Raises:
        Refused: the picture is damaged, or would fill the memory when unpacked.
    """
    too_large = gettext("The picture has too many pixels. Scan it at a lower resolution.")
    try:
        with Image.open(io.BytesIO(data), formats=(kind,)) as picture:
            if picture.width * picture.height > LARGEST_IMAGE:  # the header alone says so
                raise Refused(too_large)
            ImageOps.exif_transpose(picture, in_place=True)
            modes = ("L", "RGB") if kind == "JPEG" else ("1", "L", "LA", "RGB", "RGBA")
            veiled = kind == "PNG" and "transparency" in picture.info
            plain: Image.Image = picture
            if veiled or picture.mode not in modes:
                plain = picture.convert("RGBA" if veiled else "RGB")
            plain.info = {}  # profile, comments, texts: only pixels are written
            out = io.BytesIO()
            plain.save(out, kind, **({"quality": 90} if kind == "JPEG" else {}))
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(too_large) from error
    except Exception as error:  # a decoder fed with anything raises anything
        raise Refused(gettext("The picture is damaged.")) from error
    return out.getvalue()


def clean_name(filename: str | None, content_type: str | None = None) -> str:
    """Return a file name to show: no path, no control or direction signs, of bearable length.

    Where the content is known, the ending is one that fits it.
    """
    name = unicodedata.normalize("NFC", filename or "").replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(sign for sign in name if unicodedata.category(sign)[0] != "C")
    stem, dot, ending = name.rpartition(".")
    endings = ENDINGS.get(content_type or "", ())
    if content_type is None:
        stem, ending = (stem, f".{ending[:8]}") if dot else (name, "")
    elif f".{ending.lower()}" in endings:
        ending = f".{ending.lower()}"
    else:
        stem, ending = name, endings[0]
    stem = " ".join(stem.split()).strip(". ")[:LONGEST_STEM].rstrip(". ")
    return (stem or "file") + ending
