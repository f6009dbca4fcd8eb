"""Forms of an enquiry: the shortlist, and a candidate's note."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
import wtforms
from flask_babel import gettext, lazy_gettext
from wtforms import validators

import access
from core.database import db
from forms.base import Form
from models import Institution
from workflows.enquiry.suggestions import SHORTLIST


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
    """The note of a willing institution to the enterprise."""

    note = wtforms.TextAreaField(
        lazy_gettext("To the enterprise"),
        validators=[validators.Optional(), validators.Length(max=2000)],
        description=lazy_gettext("How you would go about it. May be left empty."),
    )
