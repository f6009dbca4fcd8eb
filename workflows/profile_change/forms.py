"""Form of a profile change: name, credit code and a new licence, for a review."""

from __future__ import annotations

import wtforms
from flask_babel import lazy_gettext
from wtforms import validators

from forms import credit_code as forms_credit_code
from forms.base import Form, required
from forms.fields import ACCEPT, FILE_HINT
from workflows.institution.facts import FIELD_LABELS


class ProfileChangeForm(Form):
    """The part that was certified: a change of it waits for a review."""

    name = wtforms.StringField(
        FIELD_LABELS["name"], validators=[required(), validators.Length(max=200)]
    )
    credit_code = wtforms.StringField(
        FIELD_LABELS["credit_code"], validators=[required(), forms_credit_code.credit_code]
    )
    licence = wtforms.FileField(
        lazy_gettext("New business licence"),
        description=FILE_HINT,
        render_kw={"accept": ACCEPT},
    )
