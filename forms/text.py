"""Text that people type, normalised (Unicode) in one place: every field passes here.

A line loses what nobody sees or what steers the direction of writing; full-width letters and signs
become plain ones (NFKC), but not in a name, nor the punctuation of Chinese sentences. Text of many
lines loses control characters and direction marks. What holds nothing visible is empty.
"""

from __future__ import annotations

import unicodedata
from typing import Any

# marks that steer the direction of writing (bidi)
DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# full-width forms that a Chinese sentence is written with
PUNCTUATION = frozenset("\uff01\uff08\uff09\uff0c\uff1a\uff1b\uff1f\uff5e")
# letters and signs that show nothing
BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
VISIBLE = "LNPS"  # letters, numbers, punctuation, symbols


def line(value: Any) -> Any:
    """Return text of one line, normalised; what is no text as it is."""
    if not isinstance(value, str):
        return value
    plain = "".join(
        sign if sign in PUNCTUATION else unicodedata.normalize("NFKC", sign)
        for sign in unicodedata.normalize("NFC", value)
    )
    return name(unicodedata.normalize("NFC", plain))


def name(value: Any) -> Any:
    """Return the line that somebody or something is called by: as it is written, cleaned."""
    if not isinstance(value, str):
        return value
    return _visible("".join(map(_in_a_line, value)))


def lines(value: Any) -> Any:
    """Return text of many lines, cleaned."""
    if not isinstance(value, str):
        return value
    return _visible(
        "".join(sign for sign in value if sign in "\r\n\t" or not _steers(sign)).replace("\0", "")
    )


def _in_a_line(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind in ("Zl", "Zp") or sign in "\t\n\r\v\f\x85":
        return " "
    return "" if kind in ("Cc", "Cf", "Cs") else sign


def _steers(sign: str) -> bool:
    return sign in DIRECTION or unicodedata.category(sign) in ("Cc", "Cs")


def _visible(text: str) -> str:
    seen = any(unicodedata.category(sign)[0] in VISIBLE and sign not in BLANK for sign in text)
    return text.strip() if seen else ""
