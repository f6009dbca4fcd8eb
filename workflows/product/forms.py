"""Forms of a featured product: what is reviewed, and what changes at once."""

from __future__ import annotations

from collections.abc import Sequence

import wtforms
from flask_babel import gettext, lazy_gettext
from wtforms import validators

from core.ids import parse_id
from forms.base import Form, choices
from forms.fields import ACCEPT, TicksField
from forms.price import PriceForm
from models import Affiliation
from workflows.product.rules import FIELD_LABELS, TERMS_LABELS

NEEDED = ("name", "summary", "description")
LONGEST = 10_000  # characters of a description


class VersionedForm(Form):
    """A form that says which version of the row its reader looked at."""

    version = wtforms.HiddenField()

    def seen(self) -> int | None:
        """Return the version that the sent page was filled from, 0 for none that a row can have."""
        return (parse_id(self.version.raw_data[0]) or 0) if self.version.raw_data else None


class TermsForm(VersionedForm, PriceForm):
    """What changes at once: the price, and who is in charge."""

    in_charge = TicksField(
        TERMS_LABELS["in_charge"],
        coerce=int,
        choices=choices([]),
        description=lazy_gettext("Consultants who are linked to your institution."),
    )

    def offer(self, affiliations: Sequence[Affiliation]) -> None:
        """Offer the consultants to choose from."""
        self.in_charge.choices = choices(
            (affiliation.id, affiliation.consultant.name) for affiliation in affiliations
        )


class DescribedForm(VersionedForm):
    """What a reviewer reads. Nothing is required in a draft."""

    name = wtforms.StringField(
        FIELD_LABELS["name"], validators=[validators.Optional(), validators.Length(max=100)]
    )
    summary = wtforms.StringField(
        FIELD_LABELS["summary"],
        validators=[validators.Optional(), validators.Length(max=200)],
        description=lazy_gettext("One sentence, shown in lists."),
    )
    description = wtforms.TextAreaField(
        FIELD_LABELS["description"],
        validators=[validators.Optional(), validators.Length(max=LONGEST)],
        description=lazy_gettext(
            "Markdown: # heading, **bold**, - list, [words](https://...). HTML and pictures"
            " are not kept."
        ),
        render_kw={"rows": 12},
    )
    cover = wtforms.FileField(
        FIELD_LABELS["cover"],
        description=lazy_gettext("JPEG or PNG, up to 10 MB; best four wide to three high."),
        render_kw={"accept": ".jpg,.jpeg,.png"},
    )
    attachments = wtforms.MultipleFileField(
        FIELD_LABELS["attachments"],
        description=lazy_gettext("PDF, JPEG or PNG, up to 10 MB each. Choose several at once."),
        render_kw={"accept": ACCEPT},
    )

    def require_whole(self) -> bool:
        """Say of every field that is empty and needed; return whether none is."""
        for name in NEEDED:
            if not self[name].data and not self[name].errors:
                self[name].errors = [gettext("Please fill this in.")]
        return not self.errors


class ProductForm(DescribedForm, TermsForm):
    """All of a product that was not approved yet."""

    form_key = wtforms.HiddenField()  # a new one is made once, whoever clicks twice
