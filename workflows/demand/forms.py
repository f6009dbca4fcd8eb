"""Forms of a demand's transitions: in charge, contact, outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
import wtforms
from flask_babel import gettext, lazy_gettext
from wtforms import validators

from core.clock import park_today
from core.database import db
from forms.base import Form, choices, required
from forms.fields import MoneyField
from models import Affiliation, AffiliationStatus, Consultant, ContactWay, OutcomeKind
from workflows.engine import lock

NOBODY = (0, lazy_gettext("Nobody: the institution itself"))
NOT_OURS = lazy_gettext("This consultant does not speak for your institution.")
_link = Affiliation.__table__


class InChargeForm(Form):
    """Who is in charge from now on; 0 for nobody in particular."""

    affiliation_id = wtforms.SelectField(
        lazy_gettext("Consultant in charge"),
        coerce=int,
        choices=choices([NOBODY]),
        validate_choice=False,
    )

    def validate_affiliation_id(self, field: Any) -> None:
        still_linked(field)


def still_linked(field: Any) -> None:
    """Check that the field names a linked affiliation or nobody; locked against an unlink.

    Raises:
        ValidationError: it does not, in the reader's words.
    """
    if field.data is None:
        raise validators.ValidationError(gettext("Choose a consultant, or nobody."))
    if field.data == 0:
        return
    lock(Affiliation, [field.data], read=True)
    query = sa.select(_link.c.status).where(_link.c.id == field.data)
    if db.session.scalar(query) is not AffiliationStatus.LINKED:
        raise validators.ValidationError(str(NOT_OURS))


def linked_consultants(institution_ids: Sequence[int], but: Sequence[int] = ()) -> list[Any]:
    """Return who may be put in charge, as choices: nobody, then the linked consultants.

    Args:
        institution_ids: the institutions of the demands.
        but: affiliations that are about to end.
    """
    query = (
        sa.select(_link.c.id, Consultant.__table__.c.name)
        .join(Consultant.__table__, Consultant.__table__.c.id == _link.c.consultant_id)
        .where(
            _link.c.institution_id.in_(institution_ids),
            _link.c.status == AffiliationStatus.LINKED,
            _link.c.id.not_in(but),
        )
        .order_by(_link.c.id)
    )
    return choices([NOBODY, *((row.id, row.name) for row in db.session.execute(query))])


class Contacted(Form):
    """How and when somebody was in contact with the enterprise."""

    contacted_by = wtforms.SelectField(
        lazy_gettext("How you were in contact"),
        choices=choices(
            [
                (ContactWay.PHONE.value, lazy_gettext("Telephone")),
                (ContactWay.VISIT.value, lazy_gettext("In person")),
                (ContactWay.EMAIL.value, lazy_gettext("E-mail")),
                (ContactWay.MESSAGE.value, lazy_gettext("Message")),
            ]
        ),
        validators=[required()],
    )
    contacted_on = wtforms.DateField(
        lazy_gettext("When you were in contact"), validators=[required()]
    )

    def validate_contacted_on(self, field: Any) -> None:
        if field.data and field.data > park_today():  # of the park, not of UTC
            raise validators.ValidationError(gettext("This day is still to come."))


class ContactForm(Contacted):
    """A contact with the enterprise, before anything came of it."""

    remark = wtforms.TextAreaField(
        lazy_gettext("Remark"),
        validators=[validators.Optional(), validators.Length(max=2000)],
        description=lazy_gettext("The enterprise reads it in its demand."),
    )


class OutcomeForm(Contacted):
    """How a demand ended, as the institution puts it."""

    outcome = wtforms.RadioField(
        lazy_gettext("Outcome"),
        choices=choices(
            [
                (OutcomeKind.DEAL.value, lazy_gettext("Deal made")),
                (OutcomeKind.NO_DEAL.value, lazy_gettext("No deal")),
            ]
        ),
        validators=[required()],
    )
    amount = MoneyField(
        lazy_gettext("Amount (yuan)"),
        validators=[validators.Optional()],
        description=lazy_gettext("Of the deal, where one was made."),
    )
    outcome_remark = wtforms.TextAreaField(
        lazy_gettext("Remark"), validators=[validators.Optional(), validators.Length(max=2000)]
    )

    def validate_amount(self, field: Any) -> None:
        if field.data is not None and self.outcome.data == OutcomeKind.NO_DEAL:
            raise validators.ValidationError(gettext("Without a deal there is no amount."))
