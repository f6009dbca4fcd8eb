"""Labels of audit events that are no transitions; a transition's words are on its row."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from flask_babel import LazyString, lazy_gettext

from models import EventName

E = EventName

LABELS: dict[type[StrEnum], dict[StrEnum, LazyString]] = {
    EventName: {
        E.CREATED: lazy_gettext("Was created"),
        E.EDITED: lazy_gettext("Changed"),
        E.REMOVED: lazy_gettext("Deleted"),
        E.IMPORTED: lazy_gettext("Imported"),
        E.RETIRED: lazy_gettext("Retired"),
        E.RESTORED: lazy_gettext("Back in the catalogue"),
        E.FILE_ADDED: lazy_gettext("File added"),
        E.FILE_REMOVED: lazy_gettext("File removed"),
        E.DOWNLOADED: lazy_gettext("Downloaded"),
        E.CONTACT_REVEALED: lazy_gettext("The institution looked at the contact"),
        E.STAFF_JOINED: lazy_gettext("A colleague joined"),
        E.STAFF_REMOVED: lazy_gettext("A colleague was removed"),
        E.OWNER_MADE: lazy_gettext("A colleague became an owner"),
        E.LINK_OPENED: lazy_gettext("The link was opened"),
        E.ASKED_AGAIN: lazy_gettext("A new invitation was asked for"),
        E.SCHEMA_CHANGED: lazy_gettext("Parameters changed"),
        E.ACCOUNT_CLOSED: lazy_gettext("Account closed"),
        E.APPOINTED: lazy_gettext("Made an administrator"),
        E.IDENTITY_LINKED: lazy_gettext("Single sign-on linked"),
        E.SENT_AGAIN: lazy_gettext("Sent again"),
        E.FACTOR_ADDED: lazy_gettext("Second factor set up"),
        E.FACTOR_REMOVED: lazy_gettext("Second factor removed"),
        E.FACTOR_RESET: lazy_gettext("Second factor reset"),
        E.CODES_MADE: lazy_gettext("Recovery codes made"),
        E.CODE_USED: lazy_gettext("Recovery code used"),
        E.SIGNED_IN: lazy_gettext("A sign-in succeeded"),
        E.SIGN_IN_FAILED: lazy_gettext("A sign-in failed"),
        E.EXPORTED: lazy_gettext("Exported"),
        E.VIEWED_AS: lazy_gettext("Viewed as this person"),
        E.VIEW_AS_ENDED: lazy_gettext("Ended viewing as this person"),
        E.CONSENT_GIVEN: lazy_gettext("Consent given"),
        E.CONSENT_WITHDRAWN: lazy_gettext("Consent withdrawn"),
        E.RETENTION: lazy_gettext("Deleted, as the retention period was over"),
        E.STAFF_INVITED: lazy_gettext("Invited to the platform's staff"),
        E.STAFF_ACCEPTED: lazy_gettext("Chose a password by the invitation"),
        E.SECOND_CONFIRMED: lazy_gettext("Confirmed as the second person"),
        E.SESSION_ENDED: lazy_gettext("Ended one session"),
        E.SESSIONS_ENDED: lazy_gettext("Signed out everywhere"),
    }
}

# where the words depend on what the event is about: (kind of thing, name)
OF_A_KIND: Mapping[tuple[str, EventName], LazyString] = {
    ("catalogue_item", E.IMPORTED): lazy_gettext("Catalogue imported"),
    ("park_enterprise", E.IMPORTED): lazy_gettext("Register imported"),
    ("category", E.RETIRED): lazy_gettext("Category retired"),
    ("holiday", E.REMOVED): lazy_gettext("Taken out of the calendar"),
    ("score_rule", E.CREATED): lazy_gettext("Ranking rule added"),
}


def event_label(kind: str, name: str) -> LazyString | str:
    """Return what the history says of an event called `name` about a thing of `kind`.

    A name that the vocabulary no longer has stands as it is.
    """
    try:
        known = EventName(name)
    except ValueError:
        return name
    return OF_A_KIND.get((kind, known), LABELS[EventName][known])
