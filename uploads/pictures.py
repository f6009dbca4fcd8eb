"""Pictures that are shown on pages: drawn anew as JPEG, and no larger than a page needs."""

from __future__ import annotations

import io

from flask_babel import gettext
from PIL import Image

from uploads.checks import JPEG, PDF, Refused, Upload, check, clean_name

LONGEST_SIDE = 1600  # pixels


def check_picture(data: bytes, filename: str | None, longest: int = LONGEST_SIDE) -> Upload:
    """Check a picture and return it as a JPEG of at most `longest` pixels a side.

    Raises:
        Refused: as `check`, or it is a document.
    """
    found = check(data, filename)
    if found.content_type == PDF:
        raise Refused(gettext("Only JPEG and PNG pictures are accepted."))
    with Image.open(io.BytesIO(found.data)) as picture:
        picture.thumbnail((longest, longest))
        ground = Image.new("RGB", picture.size, "white")  # what was transparent
        veil = picture.convert("RGBA")
        ground.paste(veil, mask=veil)
        out = io.BytesIO()
        ground.save(out, "JPEG", quality=88)
    stem = found.filename.rpartition(".")[0]
    return Upload(out.getvalue(), JPEG, clean_name(f"{stem}.jpg", JPEG))
