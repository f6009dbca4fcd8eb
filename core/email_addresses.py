"""Normalised e-mail addresses: one spelling for all that lead to the same mailbox.

NFKC, so that full-width letters are plain ones; the domain by IDNA, so that the ideographic full
stop is a dot and punycode is the word that it stands for; lower case.
"""

from __future__ import annotations

import unicodedata

from email_validator import EmailNotValidError, validate_email

LONGEST = 254


def plain(typed: str) -> str:
    """Return what was typed in plain letters, and no longer than twice an address."""
    return unicodedata.normalize("NFKC", typed[: LONGEST * 2]).strip()


def normalized(typed: str) -> str:
    """Return the one spelling of an address.

    Raises:
        EmailNotValidError: it is none.
    """
    checked = validate_email(plain(typed), check_deliverability=False)
    return str(checked.normalized).lower()


def key_of(typed: str) -> str:
    """Return `normalized`, or something that stands for what is no address."""
    try:
        return normalized(typed)
    except EmailNotValidError:
        return plain(typed).lower().replace("\u3002", ".")[:LONGEST]
