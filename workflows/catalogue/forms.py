"""Forms of a regular product of the catalogue, and of retiring it."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import lazy_gettext
from wtforms import validators

from forms import categories
from forms.base import Form, choices, one_line, required
from forms.price import PriceForm


class RetireForm(Form):
    """Why a product leaves the catalogue."""

    reason = wtforms.TextAreaField(
        lazy_gettext("Reason"),
        validators=[validators.Optional(), validators.Length(max=2000)],
        description=lazy_gettext("The institutions that list it read this in their mail."),
    )


class CatalogueForm(PriceForm):
    """A regular product: name, category, what it covers, duration, reference price, documents."""

    name = wtforms.StringField(
        lazy_gettext("Name of the product"),
        filters=[one_line],
        validators=[required(), validators.Length(max=200)],
    )
    category = wtforms.SelectField(
        lazy_gettext("Service category"),
        coerce=lambda value: str(getattr(value, "id", value) or ""),
        validators=[required()],
    )
    covers = wtforms.TextAreaField(
        lazy_gettext("What it covers"),
        validators=[required(), validators.Length(max=5000)],
        render_kw={"rows": 5},
    )
    duration = wtforms.StringField(
        lazy_gettext("Usual duration"),
        filters=[one_line],
        validators=[validators.Optional(), validators.Length(max=200)],
        description=lazy_gettext("Such as 10 working days."),
    )
    documents = wtforms.TextAreaField(
        lazy_gettext("Documents needed"),
        validators=[validators.Optional(), validators.Length(max=5000)],
        description=lazy_gettext("What the enterprise has to bring, one a line."),
        render_kw={"rows": 4},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kept = getattr(options.get("obj"), "category_id", None)
        self.category.choices = choices([("", "—"), *categories.category_options(kept)])

    def values(self) -> dict[str, Any]:
        """Return the columns of a catalogue item out of a valid form."""
        return self.price() | {
            "category_id": int(self.category.data),
            "name": self.name.data,
            "covers": self.covers.data or "",
            "duration": self.duration.data or "",
            "documents": self.documents.data or "",
        }
