"""Forms of an institution: the application, the profile, the approval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import wtforms
from flask_babel import gettext, lazy_gettext
from wtforms import validators

from core.clock import now
from core.ids import parse_id
from forms.base import Form, choices
from forms.categories import CategoriesField
from forms.contact import email_address, phone_number, plain_mobile, web_address
from forms.fields import WholeField
from models import Institution
from workflows.institution.facts import FIELD_LABELS

OLDEST = 1800


def year_founded(_form: wtforms.Form, field: Any) -> None:
    if not OLDEST <= field.data <= now().year:
        raise validators.ValidationError(
            gettext("Give a year between %(first)s and now.", first=OLDEST)
        )


class DescriptionForm(Form):
    """What an institution says of itself, and how it is reached. Nothing is required in a draft."""

    categories = CategoriesField(
        FIELD_LABELS["categories"], description=lazy_gettext("Choose all that you offer.")
    )
    introduction = wtforms.TextAreaField(
        FIELD_LABELS["introduction"],
        validators=[validators.Optional(), validators.Length(max=5000)],
        description=lazy_gettext("Shown to enterprises on your page."),
        render_kw={"rows": 6},
    )
    address = wtforms.StringField(
        FIELD_LABELS["address"], validators=[validators.Optional(), validators.Length(max=200)]
    )
    website = wtforms.StringField(
        FIELD_LABELS["website"],
        # measured as it is kept: with its scheme, in half-width signs
        validators=[validators.Optional(), web_address, validators.Length(max=200)],
        render_kw={"inputmode": "url", "autocomplete": "url"},
    )
    founded = WholeField(
        FIELD_LABELS["founded"],
        validators=[validators.Optional(), year_founded],
        description=lazy_gettext("The year, such as 2008."),
    )
    staff_count = WholeField(
        FIELD_LABELS["staff_count"],
        validators=[validators.Optional(), validators.NumberRange(min=1, max=1_000_000)],
    )
    contact_name = wtforms.StringField(
        FIELD_LABELS["contact_name"],
        validators=[validators.Optional(), validators.Length(max=64)],
    )
    contact_mobile = wtforms.StringField(
        FIELD_LABELS["contact_mobile"],
        validators=[validators.Optional(), plain_mobile],
        render_kw={"inputmode": "tel"},
    )
    contact_phone = wtforms.StringField(
        FIELD_LABELS["contact_phone"],
        validators=[validators.Optional(), validators.Length(max=32), phone_number],
        description=lazy_gettext("Such as 0512-67068048 or a 400 number, with its extension."),
        render_kw={"inputmode": "tel"},
    )
    contact_email = wtforms.EmailField(
        FIELD_LABELS["contact_email"],
        validators=[validators.Optional(), *email_address()],
        description=lazy_gettext("The conclusion of the review and new demands are mailed here."),
    )
    version = wtforms.HiddenField()

    def seen(self) -> int | None:
        """Return the version that the sent page was filled from, 0 for none that a row can have."""
        return (parse_id(self.version.raw_data[0]) or 0) if self.version.raw_data else None

    def values(self) -> dict[str, Any]:
        """Return the columns that this form holds; an empty text is '', an empty number None."""
        found: dict[str, Any] = {"categories": self.categories.chosen}
        for name, field in self._fields.items():
            if name in FIELD_LABELS and name not in ("categories", "licence", "qualifications"):
                numeric = isinstance(field, WholeField | wtforms.BooleanField)
                found[name] = field.data if numeric else field.data or ""
        return found

    def require(self, names: Sequence[str]) -> bool:
        """Say of every empty field among `names` that it is needed; return whether none is."""
        missing = [name for name in names if not self[name].data and not self[name].errors]
        for name in missing:
            self[name].errors = [gettext("Please fill this in.")]
        return not missing and not self.errors


PROFILE_NEEDED = (
    "categories",
    "introduction",
    "address",
    "contact_name",
    "contact_mobile",
    "contact_email",
)


class ProfileForm(DescriptionForm):
    """The part of a certified institution's profile that changes at once."""

    def validate(self, extra_validators: Any = None) -> bool:
        """As a draft, but what was needed to apply may not be emptied."""
        valid = super().validate(extra_validators)
        return self.require(PROFILE_NEEDED) and valid


def profile_data(institution: Institution) -> dict[str, Any]:
    """Return what the forms show of `institution` before anything was typed."""
    columns = {
        name: getattr(institution, name)
        for name in FIELD_LABELS
        if name not in ("categories", "licence", "qualifications")
    }
    ids = [category.id for category in institution.categories]
    return columns | {"categories": ids, "version": institution.version}


def profile_form(formdata: Any, institution: Institution) -> ProfileForm:
    """Return the profile form of `institution`, filled from `formdata` where that is given."""
    form = ProfileForm(formdata or None, data=profile_data(institution))
    form.categories.offer(institution.categories)
    return form


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
