"""The table of the privacy page: what is kept, why, on which ground, how long, and its end."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from content import settings
from workflows.privacy.declaration import LIFE, RECORD, Closing, Declared, Ground
from workflows.privacy.register import ALL

GROUNDS = {
    Ground.CONTRACT: lazy_gettext("What you ask for needs it (PIPL, article 13 (2))"),
    Ground.CONSENT: lazy_gettext("Your consent (PIPL, article 13 (1))"),
    Ground.LAW: lazy_gettext("A duty by law (PIPL, article 13 (3))"),
}
ENDS = {
    Closing.DELETE: lazy_gettext("It is deleted at once"),
    Closing.ERASE: lazy_gettext("Your details are erased, the record stays without them"),
    Closing.KEEP: lazy_gettext("Stays until its period is over"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table, in the reader's language."""

    what: LazyString
    why: LazyString | None
    ground: LazyString
    period: str
    end: LazyString


def lines() -> list[Line]:
    """Return the table; its periods are those of the settings in force."""
    in_force = settings.all_settings()
    return [
        Line(
            declared.what,
            declared.why,
            GROUNDS[declared.ground],
            _period(declared, in_force),
            declared.end or ENDS[declared.closing],
        )
        for declared in ALL
        if declared.what is not None
    ]


def _period(declared: Declared, in_force: dict[str, object]) -> str:
    if declared.period == LIFE:
        return gettext("As long as your account")
    if declared.period == RECORD:
        return gettext("As long as the business record has to be kept")
    days = int(str(in_force[declared.period]))
    return ngettext("%(days)s day", "%(days)s days", days, days=days)
