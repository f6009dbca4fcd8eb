"""Form of an invitation into the workbench."""

from __future__ import annotations

import wtforms
from flask_babel import lazy_gettext

from forms.base import Form, required
from forms.contact import email_address


class InviteForm(Form):
    """Whom to ask into the workbench."""

    email = wtforms.EmailField(
        lazy_gettext("E-mail of your colleague"), validators=[required(), *email_address()]
    )
