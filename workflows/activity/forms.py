"""Forms of an activity: filed by an institution, or registered by the platform for many."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
import wtforms
from flask_babel import gettext, lazy_gettext
from wtforms import validators
from wtforms.fields.choices import SelectChoice

import labels
from core.clock import park_today
from core.database import db
from forms.base import Form, choices, required
from models import ActivityRole, Institution, InstitutionStatus

COLUMNS = ("title", "held_on", "authority", "participants", "description")
SPARE = 3  # empty lines for further institutions
ROLES = choices([(role.value, labels.label(role)) for role in ActivityRole])


class ActivityForm(Form):
    """The activity itself."""

    title = wtforms.StringField(
        lazy_gettext("Title of the activity"), validators=[required(), validators.Length(max=200)]
    )
    held_on = wtforms.DateField(lazy_gettext("Held on"), validators=[required()])
    authority = wtforms.StringField(
        lazy_gettext("Authority"),
        validators=[required(), validators.Length(max=200)],
        description=lazy_gettext("The government department that it was held with."),
    )
    participants = wtforms.IntegerField(
        lazy_gettext("Participants"),
        validators=[validators.Optional(), validators.NumberRange(1, 1_000_000)],
        description=lazy_gettext("How many people took part."),
    )
    description = wtforms.TextAreaField(
        lazy_gettext("Description of the activity"),
        validators=[required(), validators.Length(max=5000)],
        description=lazy_gettext("What it was about, for whom, and that it was free of charge."),
    )

    def validate_held_on(self, field: Any) -> None:
        if field.data and field.data > park_today():
            raise validators.ValidationError(gettext("This day is still to come."))

    def values(self) -> dict[str, Any]:
        """Return what was filled in, by column of the activity."""
        return {name: self[name].data for name in COLUMNS}


class FilingForm(ActivityForm):
    """An institution files what it took part in, with evidence."""

    role = wtforms.RadioField(
        lazy_gettext("Your role"),
        choices=ROLES,
        validators=[required()],
        description=lazy_gettext("Name other institutions that took part in the description."),
    )
    files = wtforms.MultipleFileField(
        lazy_gettext("Evidence"),
        description=lazy_gettext(
            "Notice, list of participants, photographs: PDF, JPEG or PNG, up to 10 MB each."
        ),
    )
    form_key = wtforms.HiddenField()

    def key(self) -> str:
        """Return the key that makes the form post once."""
        try:
            self.form_key.data = str(uuid.UUID(self.form_key.data or ""))
        except ValueError:
            self.form_key.data = str(uuid.uuid4())
        return str(self.form_key.data)


class PartForm(Form):
    """One institution in an activity, and its role."""

    institution = wtforms.SelectField(
        lazy_gettext("Institution"), choices=lambda: institutions(), default=""
    )
    role = wtforms.SelectField(lazy_gettext("Role"), choices=ROLES, default=ActivityRole.HOST.value)


class RegisterForm(ActivityForm):
    """The platform registers an activity, with every institution that took part."""

    parts = wtforms.FieldList(
        wtforms.FormField(PartForm), lazy_gettext("Institutions"), min_entries=SPARE
    )

    def validate_parts(self, field: Any) -> None:
        named = [part.form.institution.data for part in field if part.form.institution.data]
        if not named:
            raise validators.StopValidation(gettext("Name at least one institution."))
        if len(named) != len(set(named)):
            raise validators.StopValidation(gettext("An institution stands here twice."))

    def roles(self) -> dict[int, ActivityRole]:
        """Return {institution id: role}."""
        return {
            int(part.form.institution.data): ActivityRole(part.form.role.data)
            for part in self.parts
            if part.form.institution.data
        }


def institutions() -> list[SelectChoice]:
    """Return the institutions that an activity may name, and none."""
    rows = db.session.execute(
        sa.select(Institution.id, Institution.name)
        .where(Institution.status.in_((InstitutionStatus.CERTIFIED, InstitutionStatus.SUSPENDED)))
        .order_by(Institution.name, Institution.id)
    )
    return choices([("", "—"), *((str(id), name) for id, name in rows)])
