"""Words that a password must not be made of: the site's, the park's and the person's own.

A Chinese name counts as it is written and as its pinyin is typed, in pieces of two to four
syllables.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale

from content import settings
from core.database import db
from i18n.locales import LANGUAGES
from models import Enterprise, EnterpriseMembership, Institution, Membership, User

SHORTEST_WORD = 3  # characters
LONGEST_TEXT = 200  # characters of a text that are read
PIECES = (2, 3, 4)  # syllables
CHINESE = re.compile(r"[\u3400-\u9fff]+")
PARTS = re.compile(r"[^\W_]+")
# what stands on every page of the site, in the letters in which a password is typed
SITE = (
    "supermarket", "enterprise", "service", "platform", "institution", "consultant", "park",
    "suzhou", "industrial", "sipac", "sipsme", "demo", "admin", "administrator", "workbench",
    "qiye", "fuwu", "chaoshi", "qiyefuwuchaoshi", "fuwuchaoshi", "yuanqu", "gongyeyuanqu",
    "suzhougongyeyuanqu", "jigou", "guwen", "pingtai", "guanliyuan", "mima",
    # and what is tried first in China
    "woaini", "woaini1314", "5201314", "520520", "1314520", "aini1314", "wodemima", "nihao",
)  # fmt: skip
SETTINGS = ("platform_name", "address", "contact_email", "activity_email", "hotline")


def words_of_site() -> list[str]:
    """Return the words of the site and of the park, from its settings too."""
    values = settings.all_settings()
    host = urlsplit(current_app.config["SETTINGS"].public_url).hostname or ""
    texts = [host, *(str(values[key]) for key in SETTINGS)]
    for locale in LANGUAGES:  # whatever language the person reads
        with force_locale(locale):
            texts += [str(settings.SETTINGS[key].default) for key in SETTINGS]
    return [*SITE, *words_of_texts(texts)]


def words_of_person(user: User) -> list[str]:
    """Return the words of a person: name, address, telephone, enterprises and institutions."""
    texts = [user.name or "", user.email or "", user.phone or ""]
    if user.id is not None:
        for model, link, key in (
            (Enterprise, EnterpriseMembership, EnterpriseMembership.enterprise_id),
            (Institution, Membership, Membership.institution_id),
        ):
            found = db.session.execute(
                sa.select(model.name, model.credit_code)
                .join(link, key == model.id)
                .where(link.user_id == user.id)
                .execution_options(unguarded=True)  # one's own, also before signing in
            )
            texts += [text or "" for row in found for text in row]
    return words_of_texts(texts)


def words_of_texts(texts: Iterable[str]) -> list[str]:
    """Return the words of `texts`, in lower case and NFKC, each once: whole, and in pieces."""
    words: dict[str, None] = {}
    for text in texts:
        plain = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).lower()
        for word in (plain, *PARTS.findall(plain), *_chinese(plain)):
            if len(word) >= SHORTEST_WORD:
                words[word] = None
    return list(words)


def _chinese(text: str) -> Iterator[str]:
    """Yield the Chinese of `text` in pieces, as it is written and in pinyin."""
    runs = CHINESE.findall(text)
    if not runs:
        return
    from pypinyin import lazy_pinyin  # its dictionary takes long to load

    for run in runs:
        syllables = lazy_pinyin(run)
        yield "".join(syllables)
        for size in PIECES:
            for start in range(len(run) - size + 1):
                yield run[start : start + size]
                yield "".join(syllables[start : start + size])
