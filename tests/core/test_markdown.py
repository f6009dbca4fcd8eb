"""Markdown that strangers write: what hostile input becomes, stored and shown."""

from __future__ import annotations

import time

import pytest

from core import markdown as md

HOSTILE = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src='https://evil.example'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<style>*{display:none}</style>",
    "<!-- <b> --><form action=//evil.example><input>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&#58;alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "[x](/admin/)",
    "[x](//evil.example)",
    "<javascript:alert(1)>",
    "![x](https://evil.example/pixel.png)",
    "![x](javascript:alert(1))",
    '[x](https://e.example" onclick="alert(1))',
    "[a]: javascript:alert(1)\n\n[a]",
    "`<script>`\n\n    <script>alert(1)</script>",
    "| a |\n|-|\n| <script>alert(1)</script> |",
    "```html\n<script>alert(1)</script>\n```",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_is_shown(text):
    for source in (text, md.cleaned(text)):
        html = str(md.render(source))
        lowered = html.lower()
        for tag in ("<script", "<img", "<svg", "<iframe", "<style", "<form", "<input", "<!--"):
            assert tag not in lowered, html
        assert "<a " not in lowered or 'href="https://' in lowered, html
        links = lowered.split("<a ")[1:]
        for link in links:
            opened = link.partition(">")[0]
            assert "onclick=" not in opened.replace('"', "") or "%22" in opened
            assert 'rel="nofollow noopener"' in opened


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# A", "<h3>A</h3>"),
        ("###### A", "<h3>A</h3>"),  # the highest of the text, wherever it begins
        ("## A\n#### B", "<h3>A</h3>\n<h5>B</h5>"),
        ("# A\n###### B", "<h3>A</h3>\n<h6>B</h6>"),
        ("**b** *i* ~~s~~", "<p><strong>b</strong> <em>i</em> <s>s</s></p>"),
        ("a\nb", "<p>a<br>\nb</p>"),
        ("3. c", '<ol start="3">\n<li>c</li>\n</ol>'),
        (
            "[w](https://e.example)",
            '<p><a href="https://e.example" rel="nofollow noopener">w</a></p>',
        ),
        (
            "<https://e.example/a>",
            '<p><a href="https://e.example/a" rel="nofollow noopener">https://e.example/a</a></p>',
        ),
        ("[m](mailto:a@e.example)",
         '<p><a href="mailto:a@e.example" rel="nofollow noopener">m</a></p>'),
        ("![the words](https://e.example/p.png)", "<p>the words</p>"),
        ("a < b && c > d", "<p>a &lt; b &amp;&amp; c &gt; d</p>"),
    ],
)  # fmt: skip
def test_what_is_meant_is_shown(text, html):
    assert str(md.render(md.cleaned(text))).strip() == html


def test_what_is_stored_holds_no_tag_and_nothing_unseen():
    assert md.cleaned("a\r\nb\rc\x00\x07\u202ed\u200b") == "a\nb\ncd"
    assert md.cleaned("<b>x</b> a<b and 3 < 5 > 2 <https://e.example>") == (
        "x a<b and 3 < 5 > 2 <https://e.example>"
    )
    assert md.cleaned("<scr<script>ipt>x</scr</script>ipt>") == "x"
    assert "<" not in md.cleaned("<" * 400 + "a>" * 400)


@pytest.mark.parametrize("piece", ["<!--", "[", "![", "*a", "<a b=c ", ">", "- ", "`", "(", "|-"])
def test_mischief_takes_no_time(piece):
    text = (piece * 10_000)[:10_000]
    started = time.perf_counter()
    md.render(md.cleaned(text))
    assert time.perf_counter() - started < 2


def test_plain_words():
    assert md.plain("# A\n\n- **b** [c](https://e.example)") == "A b c"
    assert md.plain(None) == ""
