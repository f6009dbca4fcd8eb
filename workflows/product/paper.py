"""Composite form of a featured product: its own fields, and the parameters of its category."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from flask_babel import gettext

from forms.base import posted_key
from forms.price import COLUMNS
from labels import price
from models import Affiliation, Category, FeaturedProduct, ParameterSchema, ProductChange
from workflows import parameters
from workflows.product.forms import NEEDED, DescribedForm, ProductForm, TermsForm


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
        """Return the columns that `drafts.save` writes."""
        texts = {name: self.form[name].data or "" for name in NEEDED}
        return {**texts, "parameters": self.asked.values()}

    def show_newer(self, thing: FeaturedProduct | ProductChange) -> None:
        """Say beside each field what somebody saved meanwhile; what was typed stays."""
        self.form.version.data = str(thing.version)
        fields = parameters.fields_of(self.schema)
        stored = {name: getattr(thing, name) for name in NEEDED}
        typed = {name: self.form[name].data or "" for name in NEEDED}
        stored |= {field.name: text for field, text in parameters.facts(fields, thing.parameters)}
        typed |= {field.name: text for field, text in parameters.facts(fields, self.asked.values())}
        terms = self.terms()
        if terms is not None and isinstance(thing, FeaturedProduct):
            stored["price_kind"] = price.price_text(thing)
            typed["price_kind"] = price.price_text(SimpleNamespace(**terms[0]))
        for field in self:
            newer = stored.get(field.name, "")
            if newer != typed.get(field.name, ""):
                field.errors = [
                    *field.errors,
                    gettext("Saved meanwhile: %(value)s", value=newer or "—"),
                ]

    def terms(self) -> tuple[dict[str, Any], list[int]] | None:
        """Return price and consultants in charge, None where the paper does not ask them."""
        if not isinstance(self.form, TermsForm):
            return None
        return self.form.price(), list(self.form.in_charge.data or ())


def terms_data(product: FeaturedProduct) -> dict[str, Any]:
    """Return what a form shows of price and consultants in charge before anything was typed."""
    return {
        **{name: getattr(product, name) for name in COLUMNS},
        "in_charge": [affiliation.id for affiliation in product.in_charge],
        "version": product.version,
    }


def described_data(thing: FeaturedProduct | ProductChange) -> dict[str, Any]:
    """Return what a form shows of the reviewed fields before anything was typed.

    A change that is still to come has no version: nobody looked at it.
    """
    to_come = isinstance(thing, FeaturedProduct) and thing.approved_at is not None
    version = "" if to_come else thing.version
    return {**{name: getattr(thing, name) for name in NEEDED}, "version": version}


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
        form.form_key.data = posted_key(form.form_key.data)
    else:
        form = DescribedForm(formdata, data=data)
    for name in NEEDED:
        form[name].flags.required = True
    kept = thing.parameters if thing else {}
    asked = parameters.parameter_form(schema, formdata, kept, draft=not whole)
    for field in parameters.fields_of(schema):
        asked[field.name].flags.required = field.required
    return Paper(form, asked, category, schema)
