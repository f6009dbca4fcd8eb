"""The rule that says in which theme, language and width the browser tests look at a page."""

from __future__ import annotations

from collections import Counter, defaultdict

from tests.support.browser_pages import PAGES
from tests.support.combinations import EVERY, Combination, Page, combinations, kind

EXAMPLES: list[Page] = [
    ("", "/", 200),
    ("", "/institutions/1", 200),
    ("", "/ranking", 200),
    ("naxin", "/account/demands/1", 200),
    ("", "/institutions/2", 200),
    ("naxin", "/account/demands/7", 200),
    ("lvneng", "/account/demands/5", 200),
    ("naxin", "/account/demands/2", 404),
]
# the third page of a kind goes on with the next pair, the only one has both of its pair
WRITTEN_OUT = [
    "/ light-zh_Hans_CN-1280",
    "/ dark-en-360",
    "/institutions/1 dark-zh_Hans_CN-360",
    "/ranking light-zh_Hans_CN-360",
    "/ranking dark-en-1280",
    "/account/demands/1 dark-zh_Hans_CN-1280",
    "/institutions/2 light-en-1280",
    "/account/demands/7 light-en-360",
    "/account/demands/5 light-zh_Hans_CN-1280",
    "/account/demands/2 light-zh_Hans_CN-1280",
    "/account/demands/2 dark-en-360",
]


def test_a_page_gets_the_combinations_of_its_kind() -> None:
    assert [f"{page[1]} {one}" for page, one in combinations(EXAMPLES)] == WRITTEN_OUT


def test_every_value_occurs_in_each_kind_and_no_page_is_left_out() -> None:
    seen: defaultdict[str, set[str | int]] = defaultdict(set)
    for page, one in combinations(PAGES):
        seen[kind(page)] |= {one.theme, one.locale, one.width}
    wanted = {"light", "dark", "zh_Hans_CN", "en", 1280, 360}
    assert [name for name, values in seen.items() if values != wanted] == []
    assert {page for page, _ in combinations(PAGES)} == set(PAGES)


def test_each_combination_occurs_about_as_often_as_the_others() -> None:
    often = Counter(one for _, one in combinations(PAGES))
    assert len(often) == 8
    assert max(often.values()) < 1.2 * min(often.values())


def test_the_option_gives_the_full_cross() -> None:
    assert len(EVERY) == len(set(EVERY)) == 8
    assert combinations([("", "/", 200)], every=True) == [
        (("", "/", 200), Combination("light", "zh_Hans_CN", 1280)),
        (("", "/", 200), Combination("light", "zh_Hans_CN", 360)),
        (("", "/", 200), Combination("light", "en", 1280)),
        (("", "/", 200), Combination("light", "en", 360)),
        (("", "/", 200), Combination("dark", "zh_Hans_CN", 1280)),
        (("", "/", 200), Combination("dark", "zh_Hans_CN", 360)),
        (("", "/", 200), Combination("dark", "en", 1280)),
        (("", "/", 200), Combination("dark", "en", 360)),
    ]
    assert len(combinations(PAGES, every=True)) == 8 * len(PAGES)


def test_a_page_is_listed_once() -> None:
    assert [page for page, times in Counter(PAGES).items() if times > 1] == []
