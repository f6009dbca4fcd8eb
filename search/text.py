"""Tokenizing text for search: folded, cut into runs of letters and bigrams (pairs of letters).

Pairs (bigrams) need no dictionary: a word is found wherever it stands, be it Chinese or Latin,
and both databases find the same.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from markupsafe import Markup, escape

LONGEST_QUERY = 100  # characters
MOST_WORDS = 8
ELLIPSIS = "…"
IN_TITLE = "\ue000"  # before a pair of the title; no text holds it, for it is no letter


def folded(text: str) -> str:
    """Return `text` without width, case and punctuation: runs of letters and digits, one space
    between them. "Law-Firm (苏州)" becomes "law firm 苏州"."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(sign if sign.isalnum() else " " for sign in wide).split())


def initials(name: str) -> str:
    """Return the first letters of the pinyin of the Chinese in `name`: "锦天城" -> "jtc"."""
    from pypinyin import Style, lazy_pinyin  # its dictionary takes long to load

    return "".join(lazy_pinyin(folded(name), style=Style.FIRST_LETTER, errors="ignore"))


def grams(text: str) -> str:
    """Return the pairs of letters of a folded text, each once, and the last letter of each run.

    A single letter is then found as the beginning of a pair, wherever it stands.
    """
    found: dict[str, None] = {}
    for run in text.split():
        found.update(dict.fromkeys(run[place : place + 2] for place in range(len(run))))
    return " ".join(found)


def entry_grams(title: str, text: str) -> str:
    """Return the pairs of a folded text, and those of its title once more, set apart by a mark.

    Of a title each letter stands too: names are offered from the first letter that is typed.
    """
    letters = dict.fromkeys("".join(title.split()))
    of_title = dict.fromkeys([*grams(title).split(), *letters])
    return " ".join([grams(text), *(IN_TITLE + gram for gram in of_title)]).strip()


def words_of(query: str) -> list[str]:
    """Return the words that `query` asks for, folded, each once; none where it has no letter."""
    return list(dict.fromkeys(folded(query[:LONGEST_QUERY]).split()))[:MOST_WORDS]


def pairs(word: str) -> list[str]:
    """Return the pairs that a text must hold to hold `word`, which has two letters or more."""
    return list(dict.fromkeys(word[place : place + 2] for place in range(len(word) - 1)))


def marked(text: str, words: Sequence[str]) -> Markup:
    """Return `text` as HTML with every occurrence of `words` (folded) in a <mark>."""
    html, end = "", 0
    for start, stop in _places(text, words):
        html += f"{escape(text[end:start])}<mark>{escape(text[start:stop])}</mark>"
        end = stop
    return Markup(html + str(escape(text[end:])))  # noqa: S704  # each part is escaped


def excerpt(text: str, words: Sequence[str], length: int = 90) -> str:
    """Return about `length` characters of `text` around the first of `words` in it."""
    first = next(_places(text, words), (0, 0))[0]
    start = max(0, first - length // 3)
    start = 0 if start < 10 else start
    cut = text[start : start + length].strip()
    before, after = (ELLIPSIS if start else ""), (ELLIPSIS if start + length < len(text) else "")
    return f"{before}{cut}{after}"


def _places(text: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where `words` stand in `text`, in order and without overlap."""
    letters, origin = [], []  # folded letter by letter, and where each comes from
    for place, sign in enumerate(text):
        for letter in _letters(sign):
            letters.append(letter if letter.isalnum() else " ")
            origin.append(place)
    flat, end = "".join(letters), 0
    found = sorted(
        (start, start + len(word)) for word in words for start in _occurrences(flat, word)
    )
    for start, stop in found:
        if start >= end:
            yield origin[start], origin[stop - 1] + 1
            end = stop


@lru_cache(maxsize=8_192)  # the same few thousand, in every text
def _letters(sign: str) -> str:
    return unicodedata.normalize("NFKC", sign).casefold()


def _occurrences(text: str, word: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))
