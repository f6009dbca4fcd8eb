"""What the steps of a verification ask."""

from __future__ import annotations

import wtforms
from flask_babel import lazy_gettext
from wtforms import validators

from forms.base import Form, required


class LicenceSeenForm(Form):
    """The licence was held against the register."""

    licence_seen = wtforms.BooleanField(
        lazy_gettext(
            "I have seen the licence: name and credit code are those of the register, and it is "
            "stamped for this purpose or was shown to me."
        ),
        validators=[required(lazy_gettext("Please confirm what you have seen."))],
    )


class CodeForm(Form):
    """Whom the code goes to. It is shown once, after this step."""

    contact = wtforms.StringField(
        lazy_gettext("To whom, and how"),
        description=lazy_gettext(
            "Somebody whom the register names or the switchboard puts through, such as: letter to "
            "the registered address; call to Ms Chen, general manager, 0512-… Never an address or "
            "number that only the person here has given."
        ),
        validators=[required(), validators.Length(max=200)],
    )
