"""What transitions ask before they are taken."""

from __future__ import annotations

import wtforms
from flask_babel import lazy_gettext

from forms.base import Form, choices

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
