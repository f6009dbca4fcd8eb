"""Forms of the end of a link: unlink, with a hand-over, and leave."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import lazy_gettext
from wtforms import validators

from forms.base import Form, choices
from workflows.demand.forms import NOBODY, still_linked


class LeaveForm(Form):
    """An optional word to the institution."""

    reason = wtforms.TextAreaField(
        lazy_gettext("Reason"),
        validators=[validators.Optional(), validators.Length(max=500)],
        description=lazy_gettext("May be left empty. The institution reads it."),
    )


class UnlinkForm(Form):
    """Who takes over what is open, and a word to the consultant."""

    hand_over_to = wtforms.SelectField(
        lazy_gettext("Hand the open demands over to"),
        coerce=int,
        choices=choices([NOBODY]),
        validate_choice=False,
    )
    reason = wtforms.TextAreaField(
        lazy_gettext("Reason"),
        validators=[validators.Optional(), validators.Length(max=500)],
        description=lazy_gettext("May be left empty. The consultant reads it."),
    )

    def validate_hand_over_to(self, field: Any) -> None:
        still_linked(field)
