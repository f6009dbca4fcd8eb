"""How many pages a PDF has, as far as can be told without drawing it."""

from __future__ import annotations

import re
import zlib

PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
OBJECTS = re.compile(rb"/Type\s*/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)
LARGEST = 20 * 1024 * 1024  # bytes of unpacked objects that are looked at


def pages(data: bytes) -> int | None:
    """Return the number of pages; None where it cannot be told, as of what is encrypted.

    Pages stand in the file as they are, or in packed streams of objects, which are unpacked up to
    a bound.
    """
    if b"/Encrypt" in data:
        return None
    count, left = len(PAGE.findall(data)), LARGEST
    for found in OBJECTS.finditer(data):
        packed = zlib.decompressobj()
        try:
            plain = packed.decompress(data[found.end() :], left)
        except zlib.error:
            continue
        count += len(PAGE.findall(plain))
        left -= len(plain)
        if left <= 0:
            return None
    return count
