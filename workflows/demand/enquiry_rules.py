"""The rules of an undirected demand: who takes a step, what stands against it, who hears of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
import wtforms
from flask_babel import gettext, lazy_gettext
from wtforms import validators

import access
from clock import PARK
from database import db
from forms import Form
from models import (
    CandidateStatus,
    Enquiry,
    EnquiryCandidate,
    EnquiryStatus,
    Institution,
    InstitutionStatus,
    User,
)
from workflows import audiences
from workflows.demand.demand_rules import customers, takes_part
from workflows.demand.enquiry_suggestions import OFFERED, SHORTLIST
from workflows.engine import Answers, Words
from workflows.notices import Notice, Recipient, reviewers
from working_days import add_working_days, park_day

E, C = EnquiryStatus, CandidateStatus
SHORTLIST_WITHIN = 2  # working days: what the receipt promises
NO_LONGER = lazy_gettext("This institution takes no new demands at present.")
OVER = lazy_gettext("The enterprise no longer looks for an institution.")
NOT_ASKED = lazy_gettext("The enterprise has not asked you.")
ASKED = lazy_gettext("They were asked already.")
NOBODY = lazy_gettext("Nobody is left on the shortlist: the platform looks for others.")


class ShortlistForm(Form):
    """Up to three institutions, by id. The page offers who fits, or whose name was looked for."""

    name_like = wtforms.StringField(
        lazy_gettext("Name of an institution"),
        validators=[validators.Optional(), validators.Length(max=100)],
    )
    look = wtforms.SubmitField(lazy_gettext("Look for it"))
    institution_ids = wtforms.SelectMultipleField(
        lazy_gettext("Institutions"),
        coerce=int,
        choices=[],
        validate_choice=False,
        option_widget=wtforms.widgets.CheckboxInput(),
        widget=wtforms.widgets.ListWidget(prefix_label=False),
        description=lazy_gettext("Up to three."),
    )

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whoever looks for others is not done yet: nothing is wrong, and what is ticked stays."""
        return not self.look.data and bool(super().validate(*args, **kwargs))

    def validate_institution_ids(self, field: Any) -> None:
        field.data = list(dict.fromkeys(field.data or ()))
        if not 1 <= len(field.data) <= SHORTLIST:
            raise validators.ValidationError(gettext("Choose one to three institutions."))
        query = sa.select(sa.func.count(Institution.id)).where(
            Institution.id.in_(field.data), access.published()
        )
        if db.session.scalar(query.execution_options(unguarded=True)) != len(field.data):
            raise validators.ValidationError(gettext("One of them takes no new demands."))


class NoteForm(Form):
    """What a willing institution tells the enterprise."""

    note = wtforms.TextAreaField(
        lazy_gettext("To the enterprise"),
        validators=[validators.Optional(), validators.Length(max=2000)],
        description=lazy_gettext("How you would go about it. May be left empty."),
    )


# --- who may ---------------------------------------------------------------------------------


def may_ask(user: User, enquiry: Enquiry) -> bool:
    """Asks in his own name, as somebody who takes part in the trade."""
    return takes_part(user, enquiry)


def on_the_enquirers_side(user: User, enquiry: Enquiry) -> bool:
    """Posted the enquiry, or acts for the enterprise that did."""
    return access.posted(user, enquiry)


def picks(user: User, row: EnquiryCandidate) -> bool:
    """Is on the enterprise's side, and not the institution's own."""
    return access.posted(user, row.enquiry) and not access.stands_for(user, row)


# --- what stands against it --------------------------------------------------------------------


def live(row: EnquiryCandidate) -> bool:
    """Whether the enterprise can pick the candidate now: suspended ones drop out meanwhile."""
    return row.status in OFFERED and row.institution.status is InstitutionStatus.CERTIFIED


def live_ones() -> sa.ColumnElement[bool]:
    """The condition for what `live` says."""
    return sa.and_(
        EnquiryCandidate.status.in_(OFFERED),
        EnquiryCandidate.institution.has(Institution.status == InstitutionStatus.CERTIFIED),
    )


def waits_for_shortlist() -> sa.ColumnElement[bool]:
    """The condition for an enquiry without a shortlist, or with nobody left on it."""
    return sa.or_(
        Enquiry.status == E.OPEN,
        sa.and_(Enquiry.status == E.SHORTLISTED, ~Enquiry.candidates.any(live_ones())),
    )


def not_asked_yet(row: Enquiry) -> Words | None:
    """Guard: the candidates are asked once, while there are some."""
    if row.asked_at is not None:
        return ASKED
    return None if any(live(one) for one in row.candidates) else NOBODY


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


# --- what a step writes -------------------------------------------------------------------------


def shortlist_due(row: Enquiry) -> date:
    """Return the last day on which a shortlist for `row` is in time."""
    return add_working_days(park_day(row.created_at), SHORTLIST_WITHIN)


def numbered(row: Enquiry) -> None:
    """Give an enquiry the number that people say on the telephone: BZ, the day, the id."""
    row.number = f"BZ{row.created_at.astimezone(PARK):%Y%m%d}{row.id:05d}"


def reason_column(answers: Answers, _actor: Any) -> dict[str, Any]:
    return {"reason": answers.get("reason")}


def note_column(answers: Answers, _actor: Any) -> dict[str, Any]:
    return {"note": answers.get("note") or answers.get("reason") or None}


def note_record(_row: EnquiryCandidate, answers: Answers) -> dict[str, Any]:
    return {"note": answers["note"]} if answers.get("note") else {}


def shortlist_record(_row: Enquiry, answers: Answers) -> dict[str, Any]:
    """What the journal keeps: the names, which people read."""
    names = db.session.scalars(
        sa.select(Institution.name)
        .where(Institution.id.in_(answers["institution_ids"]))
        .order_by(Institution.id)
        .execution_options(unguarded=True)
    )
    return {"shortlist": list(names)}


# --- who hears ----------------------------------------------------------------------------------


def asked_people(rows: Sequence[EnquiryCandidate]) -> Mapping[int, Sequence[Recipient]]:
    """The institutions of those candidates whom the enterprise let answer."""
    asked = [row for row in rows if row.enquiry.asked_at is not None]
    people = audiences.of_institutions({row.institution_id for row in asked})
    return {row.id: people.get(row.institution_id, []) for row in asked}


def enquirers(rows: Sequence[EnquiryCandidate]) -> Mapping[int, Sequence[Recipient]]:
    """The enterprise's side of each candidate's enquiry."""
    told = customers([row.enquiry for row in rows])
    return {row.id: told[row.enquiry_id] for row in rows}


def context(row: Enquiry) -> dict[str, Any]:
    return {"number": row.number, "title": row.title}


def candidate_context(row: EnquiryCandidate) -> dict[str, Any]:
    """What mails may say of a candidate. Never the contact: it is passed on with the pick."""
    return context(row.enquiry) | {
        "institution": row.institution.name,
        "note": row.note or "",
    }


def to_account(row: Enquiry) -> str:
    return f"/account/enquiries/{row.id}"


def candidates_to_account(row: EnquiryCandidate) -> str:
    return to_account(row.enquiry)


def to_workbench(row: EnquiryCandidate) -> str:
    return f"/workbench/enquiries/details/?id={row.id}"


def to_queue(row: Enquiry) -> str:
    return f"/admin/enquiry/details/?id={row.id}"


def tell_enquirer(template: str) -> Notice:
    return Notice(template=template, to=customers, link=to_account)


def tell_enquirer_of(template: str) -> Notice:
    return Notice(template=template, to=enquirers, link=candidates_to_account)


def tell_asked(template: str) -> Notice:
    return Notice(template=template, to=asked_people, link=to_workbench)


TELL_REVIEWERS = Notice(template="enquiry_waiting", to=reviewers, link=to_queue)
