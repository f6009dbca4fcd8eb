"""Form of one qualification of a consultant: a row in the profile's field list."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import gettext, lazy_gettext
from wtforms import validators

from forms.base import Form
from forms.fields import ACCEPT


class QualificationForm(Form):
    """One row: a licence or certificate. A row without any word is no qualification."""

    key = wtforms.HiddenField()  # of a qualification that is known already
    name = wtforms.StringField(
        lazy_gettext("Qualification"),
        validators=[validators.Optional(), validators.Length(max=200)],
    )
    number = wtforms.StringField(
        lazy_gettext("Certificate number"),
        validators=[validators.Optional(), validators.Length(max=200)],
    )
    issuer = wtforms.StringField(
        lazy_gettext("Issued by"), validators=[validators.Optional(), validators.Length(max=200)]
    )
    valid_until = wtforms.DateField(
        lazy_gettext("Valid until"),
        validators=[validators.Optional()],
        description=lazy_gettext("Leave it empty where it does not run out."),
    )
    scan = wtforms.FileField(lazy_gettext("Scan"), render_kw={"accept": ACCEPT})
    gone = wtforms.BooleanField(lazy_gettext("Remove this qualification"))

    @property
    def empty(self) -> bool:
        words = (self.name.data, self.number.data, self.issuer.data, self.valid_until.raw_data)
        return not any(word for word in words if word not in (None, [""]))

    def validate(self, extra_validators: Any = None) -> bool:
        """As the fields say; and what says anything says its name."""
        if self.gone.data:
            return True
        valid = super().validate(extra_validators)
        if not self.name.data and (not self.empty or getattr(self, "upload", None)):
            self.name.errors = [gettext("Give the name of the qualification.")]
            return False
        day = self.valid_until.data
        if day is not None and not 1950 <= day.year <= 2999:
            self.valid_until.errors = [gettext("Give a day such as 2030-12-31.")]
            return False
        return valid
