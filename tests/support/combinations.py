"""Which combinations of theme, language and width a page is looked at in: a covering array.

The full cross is eight a page, and `--all-combinations` runs it. Two opposite combinations hold
every theme, every language and every width; there are four such pairs, and the kinds of pages take
them in turn, so that each of the eight occurs about as often as the others.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

Page = tuple[str, str, int]  # account of the reader, or "": a visitor; address; status

DAY, NIGHT = "light", "dark"  # as style sheets name them
CHINESE, ENGLISH = "zh_Hans_CN", "en"
DESK, TELEPHONE = 1280, 360


@dataclass(frozen=True, slots=True)
class Combination:
    """How a page is looked at: theme, locale, and the width of the screen in pixels."""

    theme: str
    locale: str
    width: int

    def __str__(self) -> str:
        return f"{self.theme}-{self.locale}-{self.width}"


EVERY = tuple(
    itertools.starmap(
        Combination, itertools.product((DAY, NIGHT), (CHINESE, ENGLISH), (DESK, TELEPHONE))
    )
)
OPPOSITES = (
    (Combination(DAY, CHINESE, DESK), Combination(NIGHT, ENGLISH, TELEPHONE)),
    (Combination(NIGHT, CHINESE, TELEPHONE), Combination(DAY, ENGLISH, DESK)),
    (Combination(DAY, CHINESE, TELEPHONE), Combination(NIGHT, ENGLISH, DESK)),
    (Combination(NIGHT, CHINESE, DESK), Combination(DAY, ENGLISH, TELEPHONE)),
)


def kind(page: Page) -> str:
    """Return the kind of a page: another row of a table, or another word, is the same page.

    A visitor and somebody who is signed in see two kinds, a page and a refusal are two.
    """
    who, path, status = page
    address, _, query = path.partition("?")
    asked = "&".join(re.findall(r"(\w+)=", query))
    reader = "signed in" if who else "visitor"
    return f"{reader} {re.sub(r'[0-9]+', '0', address)}?{asked} {status}"


def combinations(pages: Sequence[Page], *, every: bool = False) -> list[tuple[Page, Combination]]:
    """Return the pages with the combinations in which a run looks at them, page by page.

    The k-th kind, in the order of its first page, begins with pair k modulo 4. Its pages take one
    combination each: the two of that pair, then the two of the next. The only page of a kind takes
    both of its pair.

    Args:
        pages: all pages, each of them once.
        every: give each page all eight.
    """
    if every:
        return list(itertools.product(pages, EVERY))
    kinds: dict[str, list[Page]] = defaultdict(list)
    for page in pages:
        kinds[kind(page)].append(page)
    chosen: dict[Page, tuple[Combination, ...]] = {}
    for first, members in enumerate(kinds.values()):
        if len(members) == 1:
            chosen[members[0]] = OPPOSITES[first % 4]
            continue
        for place, page in enumerate(members):
            chosen[page] = (OPPOSITES[(first + place // 2) % 4][place % 2],)
    return [(page, one) for page in pages for one in chosen[page]]
