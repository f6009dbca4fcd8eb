"""Predicates and guards of an enquiry and of its candidates."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from flask_babel import lazy_gettext

import access
from core.clock import park_day
from models import (
    CandidateStatus,
    Enquiry,
    EnquiryCandidate,
    EnquiryStatus,
    Institution,
    InstitutionStatus,
    User,
)
from workdays.calendar import add_working_days
from workflows.demand.rules import takes_part
from workflows.engine import Words
from workflows.enquiry.suggestions import OFFERED

E, C = EnquiryStatus, CandidateStatus
LOOKING = frozenset({E.OPEN, E.SHORTLISTED})
SHORTLIST_WITHIN = 2  # working days: what the receipt promises
NO_LONGER = lazy_gettext("This institution takes no new demands at present.")
OVER = lazy_gettext("The enterprise no longer looks for an institution.")
NOT_ASKED = lazy_gettext("The enterprise has not asked you.")
ASKED = lazy_gettext("They were asked already.")
NOBODY = lazy_gettext("Nobody is left on the shortlist: the platform looks for others.")


def may_ask(user: User, enquiry: Enquiry) -> bool:
    """Asks in their own name, as somebody who takes part in the trade."""
    return takes_part(user, enquiry)


def on_the_enquirers_side(user: User, enquiry: Enquiry) -> bool:
    """Posted the enquiry, or acts for the enterprise that did."""
    return access.posted(user, enquiry)


def picks(user: User, row: EnquiryCandidate) -> bool:
    """Is on the enterprise's side, and not the institution's own."""
    return access.posted(user, row.enquiry) and not access.stands_for(user, row)


def live(row: EnquiryCandidate) -> bool:
    """Whether the enterprise can pick the candidate now: suspended ones drop out meanwhile."""
    return row.status in OFFERED and row.institution.status is InstitutionStatus.CERTIFIED


def live_condition() -> sa.ColumnElement[bool]:
    """The condition for what `live` says."""
    return sa.and_(
        EnquiryCandidate.status.in_(OFFERED),
        EnquiryCandidate.institution.has(Institution.status == InstitutionStatus.CERTIFIED),
    )


def waits_for_shortlist() -> sa.ColumnElement[bool]:
    """The condition for an enquiry without a shortlist, or with nobody left on it."""
    return sa.or_(
        Enquiry.status == E.OPEN,
        sa.and_(Enquiry.status == E.SHORTLISTED, ~Enquiry.candidates.any(live_condition())),
    )


def not_asked_yet(row: Enquiry) -> Words | None:
    """Guard: the candidates are asked once, while there are some."""
    if row.asked_at is not None:
        return ASKED
    return None if any(live(candidate) for candidate in row.candidates) else NOBODY


def may_answer(row: EnquiryCandidate) -> Words | None:
    """Guard: the institution is certified, was asked, and the enterprise still looks."""
    if row.institution.status is not InstitutionStatus.CERTIFIED:
        return lazy_gettext("While suspended you can only finish what you accepted.")
    if row.enquiry.status is not E.SHORTLISTED:
        return OVER
    return None if row.enquiry.asked_at is not None else NOT_ASKED


def may_be_picked(row: EnquiryCandidate) -> Words | None:
    """Guard: the institution takes new demands."""
    return None if row.institution.status is InstitutionStatus.CERTIFIED else NO_LONGER


def shortlist_due(row: Enquiry) -> date:
    """Return the last day on which a shortlist for `row` is in time."""
    return add_working_days(park_day(row.created_at), SHORTLIST_WITHIN)
