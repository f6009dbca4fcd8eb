"""The forms of a featured product: what is reviewed, and what changes at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import wtforms
from flask_babel import gettext, lazy_gettext
from wtforms import validators

from forms import Form, choices
from models import Affiliation, Category, FeaturedProduct, ParameterSchema, ProductChange
from workflows import parameters
from workflows.prices import COLUMNS, PriceForm
from workflows.product_rules import FIELD_LABELS, TERMS_LABELS
from workflows.profile_forms import ACCEPT

NEEDED = ("name", "summary", "description")
LONGEST = 10_000  # characters of a description


class TicksField(wtforms.SelectMultipleField):
    """Boxes to tick, each an id."""

    widget = wtforms.widgets.ListWidget(prefix_label=False)
    option_widget = wtforms.widgets.CheckboxInput()


class VersionedForm(Form):
    """A form that says which version of the row its reader looked at."""

    version = wtforms.HiddenField()

    def seen(self) -> int | None:
        text = self.version.raw_data[0] if self.version.raw_data else ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


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
        self.in_charge.choices = choices((one.id, one.consultant.name) for one in affiliations)


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


@dataclass(slots=True)
class Paper:
    """What a person fills in: the product's own fields, and the parameters of its category."""

    form: DescribedForm
    asked: parameters.ParameterForm
    category: Category
    schema: ParameterSchema | None

    def __iter__(self) -> Iterator[Any]:
        yield from self.form
        yield from self.asked

    @property
    def errors(self) -> dict[str, Any]:
        return {**self.form.errors, **self.asked.errors}

    @property
    def form_errors(self) -> Sequence[str]:
        return self.form.form_errors

    def validate(self, *, whole: bool) -> bool:
        """Check everything, and where it is to be `whole`, that nothing needed is empty."""
        valid = self.form.validate()
        valid = self.asked.validate() and valid
        return (self.form.require_whole() and valid) if whole else valid

    def values(self) -> dict[str, Any]:
        """Return the columns that `product_edits` writes."""
        texts = {name: self.form[name].data or "" for name in NEEDED}
        return {**texts, "parameters": self.asked.values()}

    def terms(self) -> tuple[dict[str, Any], list[int]] | None:
        """Return price and consultants in charge, None where the paper does not ask them."""
        if not isinstance(self.form, TermsForm):
            return None
        return self.form.price(), list(self.form.in_charge.data or ())


def terms_data(product: FeaturedProduct) -> dict[str, Any]:
    """Return what a form shows of price and consultants in charge before anything was typed."""
    return {
        **{name: getattr(product, name) for name in COLUMNS},
        "in_charge": [one.id for one in product.in_charge],
        "version": product.version,
    }


def described_data(thing: FeaturedProduct | ProductChange) -> dict[str, Any]:
    """Return what a form shows of the reviewed fields before anything was typed."""
    return {**{name: getattr(thing, name) for name in NEEDED}, "version": thing.version}


def paper(
    category: Category,
    formdata: Any,
    thing: FeaturedProduct | ProductChange | None,
    linked: Sequence[Affiliation] = (),
    *,
    whole: bool = False,
) -> Paper:
    """Return the paper for a product or a change of one.

    Args:
        category: whose parameters are asked, as it asks them today.
        formdata: what was posted, None for a fresh paper.
        thing: the product (not approved yet), or the product or change that a change starts from;
            None for a new product.
        linked: the consultants to choose from.
        whole: required parameters may not be empty, as for a submission.
    """
    schema = parameters.schema_of(category)
    with_terms = thing is None or (isinstance(thing, FeaturedProduct) and thing.approved_at is None)
    data = described_data(thing) if thing else {"version": ""}
    if with_terms:
        data |= terms_data(thing) if isinstance(thing, FeaturedProduct) else {}
        form: DescribedForm = ProductForm(formdata, data=data)
        form.offer(linked)
    else:
        form = DescribedForm(formdata, data=data)
    for name in NEEDED:
        form[name].flags.required = True
    kept = thing.parameters if thing else {}
    asked = parameters.parameter_form(schema, formdata, kept, draft=not whole)
    for one in parameters.fields_of(schema):
        asked[one.name].flags.required = one.required
    return Paper(form, asked, category, schema)
