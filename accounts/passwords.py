"""Password strength (zxcvbn): length, the commonest ones, words of the site and the person.

One rule for every place that sets a password: Flask-Security's forms ask it as its password util,
the command and the invitation's form ask the same util. Texts are compared in NFKC; the hash stays
over what Flask-Security makes of a password (NFKD), which is the same for the same NFKC.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from flask_babel import gettext, lazy_gettext
from flask_security import PasswordUtil

import access
from accounts.password_words import words_of_person, words_of_site, words_of_texts
from core.database import without_write_lock
from models import User

SHORTEST, SHORTEST_OF_STAFF = 10, 12  # characters
LONGEST = 128  # characters: what the hasher reads is bounded
ENOUGH = 3  # of zxcvbn's scores 0 to 4: "safely unguessable"
# zxcvbn takes more than quadratic time: so much of a password is weighed, from either end
WEIGHED = 32
COMMONEST = 10_000
MOST_WORDS = 400
FEWEST_OF_THEIR_OWN = 5  # letters and digits beside known words, years and signs
YEAR_OR_SIGNS = re.compile(r"(?:19|20)\d\d|[\W_]+")
HINT = lazy_gettext(
    "At least %(count)s characters. Several words that have nothing to do with each other are easy "
    "to remember and hard to guess.",
    count=SHORTEST,
)
HINT_OF_STAFF = lazy_gettext(
    "At least %(count)s characters. Several words that have nothing to do with each other are easy "
    "to remember and hard to guess.",
    count=SHORTEST_OF_STAFF,
)
_zxcvbn = threading.Lock()  # it keeps the words of whoever asks in a global


class SitePasswordUtil(PasswordUtil):
    """The rule of this site, in the words of its catalog."""

    def validate(
        self, password: str, is_register: bool, **known: Any
    ) -> tuple[list[Any] | None, str]:
        """Return what is wrong with a new password, or None, and the password as it is hashed.

        Args:
            password: as it was typed.
            is_register: whether `known` are texts of a form; else it is `user` alone.
            known: what is known of the person, and `staff` for a platform role to come.
        """
        if len(password) > LONGEST:  # before anything works on it
            return [too_long()], ""
        user = known.get("user")
        user = user if isinstance(user, User) or user is None else user._get_current_object()
        staff = bool(known.pop("staff", False)) or (user is not None and access.is_staff(user))
        texts = [value for value in known.values() if isinstance(value, str)]
        words = [*(words_of_person(user) if user else words_of_texts(texts)), *words_of_site()]
        problem = weakness(password, words, SHORTEST_OF_STAFF if staff else SHORTEST)
        return [problem] if problem else None, self.normalize(password)


def too_long() -> str:
    return gettext("A password has at most %(count)s characters. Shorten it.", count=LONGEST)


def weakness(password: str, words: Iterable[str], shortest: int = SHORTEST) -> str | None:
    """Return why a password is too easily guessed and what to do, or None.

    Args:
        password: at most LONGEST characters.
        words: what somebody would try first who knows the person and the site.
        shortest: the fewest characters.
    """
    plain = unicodedata.normalize("NFKC", password)
    if len(plain) < shortest:
        return gettext(
            "The password needs at least %(count)s characters; this one has %(now)s. Add a word or "
            "two.",
            count=shortest,
            now=len(plain),
        )
    if plain.casefold() in commonest():
        return _common()
    words = list(words)[:MOST_WORDS]
    if len(_without(plain, words)) < FEWEST_OF_THEIR_OWN:
        return _own()
    result = _weigh(plain[:WEIGHED], words)
    if result["score"] < ENOUGH and len(plain) > WEIGHED:
        result = _weigh(plain[-WEIGHED:], words)
    return None if result["score"] >= ENOUGH else _reason(result["sequence"], plain)


@lru_cache(maxsize=1)
def commonest() -> frozenset[str]:
    """Return the 10,000 commonest passwords, from the lists that zxcvbn carries."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # they take long to load

    return frozenset(FREQUENCY_LISTS["passwords"][:COMMONEST])


def _without(plain: str, words: list[str]) -> str:
    """Return what is left of a password without the words that are known, years and signs."""
    left = plain.casefold()
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, " ")
    return YEAR_OR_SIGNS.sub("", left)


def _weigh(text: str, words: list[str]) -> dict[str, Any]:
    from zxcvbn import zxcvbn

    with without_write_lock(), _zxcvbn:
        result: dict[str, Any] = zxcvbn(text, user_inputs=words)
    return result


def _common() -> str:
    return gettext(
        "This password is among those that are tried first. Choose several words that have nothing "
        "to do with each other."
    )


def _own() -> str:
    return gettext(
        "This password is made of words of this site or of you: your name, your address, your "
        "enterprise. Choose words that have nothing to do with them."
    )


def _reason(sequence: list[dict[str, Any]], plain: str) -> str:
    """Return in words what makes a password easy, judged by the pieces that zxcvbn found."""
    own = sum(len(part["token"]) for part in sequence if _from(part, "user_inputs"))
    if own * 3 >= len(plain):
        return _own()
    if any(_from(part, "passwords") for part in sequence):
        return _common()
    if any(part["pattern"] in ("spatial", "sequence", "repeat", "date") for part in sequence):
        return gettext(
            "This password follows a row of the keyboard, a sequence, a repetition or a date. "
            "Choose several words that have nothing to do with each other."
        )
    return gettext(
        "This password is too easy to guess. Add words that have nothing to do with each other."
    )


def _from(part: dict[str, Any], dictionary: str) -> bool:
    return part["pattern"] == "dictionary" and part["dictionary_name"] == dictionary
