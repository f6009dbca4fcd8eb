"""What is written in Markdown never becomes a page out of proportion.

Seen: a table of 1.7 kB became 648 kB, since each short row is filled up to the width of the first.
"""

from __future__ import annotations

import pytest

from core.markdown import LONGER, SPARE, render

WIDE = "|" + "a|" * 300 + "\n|" + "-|" * 300 + "\n" + "|b\n" * 250


@pytest.mark.parametrize(
    "text",
    [
        WIDE,
        "- " * 500,
        "> " * 500,
        "# a\n" * 500,
        "&" * 5_000,
        "a\n\n" * 2_000,
        "*a*" * 1_000,
        "<http://a.b>" * 500,
        "1. - " * 400,
        "---\n" * 400,
    ],
)
def test_the_html_is_bounded_by_its_text(text: str) -> None:
    assert len(render(text)) <= (LONGER + 4) * len(text) + SPARE  # links gain a `rel`


def test_no_word_is_lost() -> None:
    html = render(WIDE)
    assert len(WIDE) < 2_000
    assert "<table>" not in html
    assert html.count("b") >= 250


def test_a_table_that_somebody_means_stays_one() -> None:
    rows = "".join(f"| 服务 {number} | {number}00 元 | 三天 |\n" for number in range(100))
    html = render("| 名称 | 价格 | 周期 |\n|---|---|---|\n" + rows)
    assert html.count("<tr>") == 101
