"""What the members of every enum are called, in the reader's language, and how they are coloured.

Two enums that share an English word but not a Chinese one get different English words here.
"""

from __future__ import annotations

from enum import StrEnum

from flask_babel import LazyString

from labels import consultant, demand, events, institution, person, product, task, transaction
from labels.events import event_label

__all__ = ["LABELS", "TONES", "event_label", "label", "tone"]

# By kind first: members of different StrEnums are equal where their values are.
LABELS: dict[type[StrEnum], dict[StrEnum, LazyString]] = {
    kind: words
    for subject in (
        person,
        institution,
        consultant,
        product,
        demand,
        transaction,
        events,
        task,
    )
    for kind, words in subject.LABELS.items()
}

# What a person has to act on is amber, what went well green, what went wrong red, the rest quiet.
TONES: dict[str, tuple[str, ...]] = {
    "waiting": (
        "submitted",
        "requested",
        "applied",
        "returned",
        "read",
        "queued",
        "sending",
        "invited",
        "filed",
        "asked",
        "registered",
        "open",
        "proposed",
        "code_sent",
    ),
    "good": (
        "certified",
        "member",
        "approved",
        "accepted",
        "confirmed",
        "deal",
        "sent",
        "linked",
        "listed",
        "published",
        "willing",
        "picked",
        "settled",
        "finished",
    ),
    "bad": (
        "rejected",
        "suspended",
        "revoked",
        "disputed",
        "dead",
        "denied",
        "taken_down",
        "hidden",
        "stopped",
        "broken",
    ),
    "info": ("outcome", "enterprise", "administrator", "owner", "sealed", "shortlisted", "running"),
}
_TONE_OF = {value: tone for tone, values in TONES.items() for value in values}


def label(member: StrEnum | None) -> LazyString | str:
    """Return what `member` is called, translated when shown; a dash for None.

    Raises:
        KeyError: the enum has no line in any of the tables.
    """
    return "—" if member is None else LABELS[type(member)][member]


def tone(member: StrEnum | str | None) -> str:
    """Return the colour of a badge: waiting, good, bad, info or quiet."""
    return _TONE_OF.get(str(member), "quiet")
