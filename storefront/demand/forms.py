"""The forms of a demand and of an enquiry."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import gettext, lazy_gettext
from wtforms import validators
from wtforms.fields.choices import SelectChoice

from core.clock import park_today
from forms.base import Form, one_line, posted_key, required
from forms.contact import email_address, phone_number
from forms.fields import MoneyField
from models import Demand, Institution, User
from storefront.listing.categories import all_categories
from web.template_context import named

# what a demand that is sent on takes over from the old one
CARRIED = ("title", "category_id", "description", "budget", "wanted_by", "contact_name",
           "contact_phone", "contact_email")  # fmt: skip


def chosen(raw: Any) -> int | None:
    """Return the id of a category, None where nobody chose one."""
    return int(raw) if raw not in ("", None) else None


class DemandForm(Form):
    """A demand, and the contact that goes to the institution with it."""

    title = wtforms.StringField(
        lazy_gettext("Title"),
        filters=[one_line],
        validators=[required(), validators.Length(max=200)],
        description=lazy_gettext("What you need, in one line."),
    )
    category_id = wtforms.SelectField(
        lazy_gettext("Category"),
        coerce=chosen,
        validators=[required(lazy_gettext("Please choose a category."))],
    )
    description = wtforms.TextAreaField(
        lazy_gettext("Description"),
        validators=[required(), validators.Length(max=5000)],
        description=lazy_gettext("What it is about, what you expect, what matters to you."),
    )
    budget = MoneyField(
        lazy_gettext("Budget (yuan)"),
        validators=[validators.Optional()],
        description=lazy_gettext("May be left empty."),
    )
    wanted_by = wtforms.DateField(
        lazy_gettext("Wanted by"),
        validators=[validators.Optional()],
        description=lazy_gettext("May be left empty."),
    )
    contact_name = wtforms.StringField(
        lazy_gettext("Contact person"), validators=[required(), validators.Length(max=64)]
    )
    contact_phone = wtforms.StringField(
        lazy_gettext("Contact phone"),
        validators=[required(), validators.Length(max=32), phone_number],
        description=lazy_gettext("Only the institution sees it, and you see each time it looks."),
    )
    contact_email = wtforms.StringField(
        lazy_gettext("Contact e-mail"), validators=[required(), *email_address()]
    )
    consent = wtforms.BooleanField(
        lazy_gettext("I agree that this contact is passed on to the institution."),
        validators=[
            required(lazy_gettext("Without your consent the institution cannot reach you."))
        ],
    )
    form_key = wtforms.HiddenField()

    def validate_wanted_by(self, field: Any) -> None:
        if field.data and field.data < park_today():
            raise validators.ValidationError(gettext("This day is already past."))

    def values(self) -> dict[str, Any]:
        """Return what was filled in, by column of the demand."""
        return {name: self[name].data for name in CARRIED} | {"form_key": self.form_key.data}


class EnquiryForm(DemandForm):
    """An enquiry: the contact is passed on once an institution is picked."""

    contact_phone = wtforms.StringField(
        lazy_gettext("Contact phone"),
        validators=[required(), validators.Length(max=32), phone_number],
        description=lazy_gettext("Only the institution that you pick gets it."),
    )
    consent = wtforms.BooleanField(
        lazy_gettext("I agree that this contact is passed on to the institution that I pick."),
        validators=[
            required(lazy_gettext("Without your consent the institution cannot reach you."))
        ],
    )


def demand_form(
    institution: Institution | None,
    user: User,
    typed: Any = None,
    old: Demand | None = None,
    category_id: int | None = None,
    kind: type[DemandForm] = DemandForm,
) -> DemandForm:
    """Return the form for a demand to `institution`.

    Args:
        institution: who will answer; None where nobody does any more, and the typing is kept.
        typed: the posted form; None for a fresh one.
        old: the demand that is sent on, which fills a fresh form in.
        category_id: under which what is asked for stands, for a fresh form.
        kind: of form.
    """
    fill: dict[str, Any] = {
        "contact_name": user.name, "contact_phone": user.phone, "contact_email": user.email,
    }  # fmt: skip
    if old is not None:
        fill = {name: getattr(old, name) for name in CARRIED}
        if old.wanted_by and old.wanted_by < park_today():
            fill["wanted_by"] = None
    form = kind(typed, data=fill)
    form.category_id.choices = category_choices(institution)
    if typed is None and old is None:
        only = institution.categories if institution else []
        fits = only[0].id if len(only) == 1 else None
        form.category_id.data = category_id or fits
    form.form_key.data = posted_key(form.form_key.data)
    return form


def category_choices(institution: Institution | None) -> list[SelectChoice]:
    """Return what asks for a choice, then the categories in use under their categories.

    The institution's own stand first, under a heading that says so.
    """
    own = {category.id for category in institution.categories} if institution else set()
    ours: list[SelectChoice] = []
    others: list[SelectChoice] = []
    for top in all_categories():
        for category in (top, *top.children):
            its_own = bool(own & {category.id, category.parent_id})
            group = gettext("Offered by this institution") if its_own else named(top)
            choice = SelectChoice(value=category.id, label=named(category), optgroup=group)
            (ours if its_own else others).append(choice)
    return [SelectChoice(value="", label=gettext("Please choose")), *ours, *others]
