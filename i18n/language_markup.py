"""Language markup: in the English interface, Chinese text gets its `lang` attribute.

Names, descriptions and reviews are data: they stay Chinese whatever language the reader chose. A
screen reader pronounces them, and a browser picks their signs, by the `lang` of the element they
stand in (WCAG 3.1.2). Templates need not know: the finished page is gone through once.
"""

from __future__ import annotations

import re

from flask import Response
from flask_babel import get_locale

CHINESE = "zh-Hans"
HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# what belongs to Chinese words where it stands between two of them
BETWEEN = r"\s\d.,:%/·—…\u3000-\u303f\uff00-\uff20\uff3b-\uffef-"
ENDS = r"\u3001\u3002\u3009\u300b\u300d\u300f\u3011\uff01\uff09\uff1f"  # signs after a word
RUN = re.compile(f"[{HAN}](?:[{HAN}{BETWEEN}]*[{HAN}{ENDS}])?")
ANY = re.compile(f"[{HAN}]")
LATIN = re.compile("[A-Za-z]")
ENTITY = re.compile(r"&#?\w+;")
TOKEN = re.compile(r"<!--.*?-->|<[^>]*>|[^<]+", re.S)
NAME = re.compile(r"<([a-z][a-z0-9-]*)", re.I)
VALUE = re.compile(r'\svalue="([^"]*)"')
RAW = frozenset({"script", "style"})  # no text for people
WORDS_ONLY = frozenset({"title", "textarea", "option"})  # may hold no element
VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source",
                  "track", "use", "wbr"})  # fmt: skip


def mark_unshared(response: Response) -> Response:
    """Request hook: mark a page; one that visitors share was marked before it was cached."""
    return response if response.cache_control.public else mark(response)


def mark(response: Response) -> Response:
    """Mark the Chinese parts of an HTML page that is written in another language."""
    if response.mimetype != "text/html" or response.is_streamed or response.location:
        return response
    if get_locale().language != "zh":
        response.set_data(marked(response.get_data(as_text=True)))
    return response


def marked(page: str) -> str:
    """Return `page` with `lang` on each element, or around each run, of Chinese text.

    An element that holds Chinese alone gets the attribute; a run among other words gets a span.
    """
    tokens = TOKEN.findall(page)
    name = raw = ""
    for place, token in enumerate(tokens):
        if token.startswith("<"):
            found = NAME.match(token)
            name = found[1].lower() if found else ""
            if raw and token.lower().startswith(f"</{raw}"):
                raw = ""
            elif not raw and name in RAW:
                raw = name
            elif name == "input":
                tokens[place] = _field(token)
        elif not raw and ANY.search(token):
            opened = tokens[place - 1] if name not in VOID | {""} else ""
            alone = place + 1 < len(tokens) and tokens[place + 1].startswith("</")
            if name in WORDS_ONLY:
                if len(ANY.findall(token)) > len(LATIN.findall(token)):
                    tokens[place - 1] = _with_lang(opened)
            elif opened and alone and not LATIN.search(ENTITY.sub("", token)):
                tokens[place - 1] = _with_lang(opened)
            elif f'lang="{CHINESE[:2]}' not in opened:
                tokens[place] = _with_spans(token)
    return "".join(tokens)


def _field(tag: str) -> str:
    value = VALUE.search(tag)
    seen = value and ANY.search(value[1]) and 'type="hidden"' not in tag
    return _with_lang(tag) if seen else tag


def _with_lang(tag: str) -> str:
    if " lang=" in tag:
        return tag
    return NAME.sub(lambda found: f'{found[0]} lang="{CHINESE}"', tag, count=1)


def _with_spans(text: str) -> str:
    """Return the text of a node with a span around each run, and all of it in one element.

    The single element keeps a row of flexible parts as it was: there, each node is a part.
    """
    bare = text.strip()
    before, _, after = text.partition(bare)
    inner = RUN.sub(lambda run: f'<span lang="{CHINESE}">{run[0]}</span>', bare)
    whole = RUN.fullmatch(bare) is not None
    return f"{before}{inner if whole else f'<span>{inner}</span>'}{after}"
