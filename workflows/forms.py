"""What transitions ask before they are taken."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import gettext, lazy_gettext
from wtforms import validators

from core.clock import PARK, now
from forms.base import Form, choices, required
from forms.fields import MoneyField
from models import ContactWay, OutcomeKind

ASSOCIATION_CHOICES = [
    ("later", lazy_gettext("Decide on it separately")),
    ("admit", lazy_gettext("Admit to the association too")),
    ("decline", lazy_gettext("Do not admit to the association")),
]


class ApproveForm(Form):
    """Approval of an application, and what becomes of its wish to join the association."""

    association = wtforms.RadioField(
        lazy_gettext("Membership of the association"),
        choices=choices(ASSOCIATION_CHOICES),
        default="later",
        description=lazy_gettext("Counts only where the applicant asked for it."),
    )


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
        if field.data and field.data > now().astimezone(PARK).date():  # of the park, not of UTC
            raise validators.ValidationError(gettext("This day is still to come."))


class ContactForm(Contacted):
    """A contact with the enterprise, before anything came of it."""

    remark = wtforms.TextAreaField(
        lazy_gettext("Remark"),
        validators=[validators.Optional(), validators.Length(max=2000)],
        description=lazy_gettext("The enterprise reads it in its demand."),
    )


class OutcomeForm(Contacted):
    """How a demand ended, in the institution's words."""

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
