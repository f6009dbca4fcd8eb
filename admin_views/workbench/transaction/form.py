"""The form of a transaction. A draft may leave out all but the title."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import wtforms
from flask_babel import gettext, lazy_gettext
from wtforms import validators

from admin_views.workbench.transaction.choices import (
    NOTHING,
    OFFER,
    PRODUCT,
    category_choices,
    sold_choices,
)
from core.clock import park_today
from core.ids import parse_id
from forms import credit_code as forms_credit_code
from forms.base import Form, StoredLength, choices, posted_key, required
from forms.fields import MoneyField
from models import Institution, Transaction
from workflows.transaction import parties
from workflows.transaction.parties import Party
from workflows.transaction.rules import NEEDED, NO_SCAN
from workflows.transaction.writing import FIELD_LABELS, consultants_of, plain_number

NAMED = "named"  # the choice of an enterprise that is named in words


def credit_code(form: wtforms.Form, field: Any) -> None:
    if field.data:
        forms_credit_code.credit_code(form, field)


class TransactionForm(Form):
    """The form of a transaction. The enterprise is searched and chosen, or named."""

    search = wtforms.StringField(
        lazy_gettext("Search by name or credit code"),
        validators=[validators.Optional(), validators.Length(max=100)],
    )
    party = wtforms.RadioField(
        lazy_gettext("Which enterprise"), choices=choices([]), validate_choice=False
    )
    enterprise_name = wtforms.StringField(
        lazy_gettext("Name of the enterprise"),
        validators=[StoredLength(200, parties.one_line)],
        description=lazy_gettext("As it stands in the contract."),
    )
    enterprise_code = wtforms.StringField(
        FIELD_LABELS["enterprise_code"],
        validators=[credit_code],
        description=lazy_gettext("May be left empty."),
    )
    title = wtforms.StringField(
        FIELD_LABELS["title"],
        filters=[lambda text: " ".join(text.split()) if isinstance(text, str) else text],
        validators=[required(), validators.Length(max=200)],
        description=lazy_gettext("In one line, such as: legal adviser for the year 2026."),
    )
    category_id = wtforms.SelectField(FIELD_LABELS["category_id"], validate_choice=True)
    sold = wtforms.SelectField(
        lazy_gettext("Product"), description=lazy_gettext("Where one of your products was sold.")
    )
    affiliation_id = wtforms.SelectField(
        FIELD_LABELS["affiliation_id"],
        description=lazy_gettext("Who did the work. It counts for the consultant too."),
    )
    amount = MoneyField(FIELD_LABELS["amount"], validators=[validators.Optional()])
    signed_on = wtforms.DateField(FIELD_LABELS["signed_on"], validators=[validators.Optional()])
    service_from = wtforms.DateField(
        FIELD_LABELS["service_from"], validators=[validators.Optional()]
    )
    service_to = wtforms.DateField(FIELD_LABELS["service_to"], validators=[validators.Optional()])
    contract_number = wtforms.StringField(
        FIELD_LABELS["contract_number"], validators=[StoredLength(64, plain_number)]
    )
    invoice_number = wtforms.StringField(
        FIELD_LABELS["invoice_number"], validators=[StoredLength(64, plain_number)]
    )
    remark = wtforms.TextAreaField(
        FIELD_LABELS["remark"], validators=[validators.Optional(), validators.Length(max=2000)]
    )
    version = wtforms.HiddenField()
    form_key = wtforms.HiddenField()

    found: Sequence[Party] = ()

    def validate_signed_on(self, field: Any) -> None:
        if field.data and field.data > park_today():
            raise validators.ValidationError(gettext("This day is still to come."))

    def validate_service_to(self, field: Any) -> None:
        if field.data and self.service_from.data and field.data < self.service_from.data:
            raise validators.ValidationError(gettext("The service ends before it begins."))

    def require_whole(self, has_scan: bool) -> bool:
        """Mark what is still missing for filing; return whether nothing is."""
        for name in NEEDED:
            field = self[name]
            if name == "enterprise_name" and self.chosen() is not None:
                continue
            if field.data in (None, "") and not field.errors:
                field.errors = [gettext("Please fill this in.")]
        if not has_scan:
            self.form_errors.append(str(NO_SCAN))
        return not self.errors

    def chosen(self) -> Party | None:
        """Return the enterprise that was picked out of a search; None where it is named."""
        return parties.by_key(self.party.data) if self.party.data not in (None, NAMED) else None

    def values(self) -> dict[str, Any]:
        """Return the form data by column of the transaction."""
        party = self.chosen() or parties.named(
            self.enterprise_name.data or "", self.enterprise_code.data or ""
        )
        kind, id = (
            (self.sold.data or " ")[0],
            parse_id(self.sold.data[1:] if self.sold.data else ""),
        )
        plain = ("title", "amount", "signed_on", "service_from", "service_to", "contract_number",
                 "invoice_number", "remark")  # fmt: skip
        return (
            {name: self[name].data for name in plain}
            | {name: self[name].data or "" for name in plain if name.endswith("_number")}
            | {
                "remark": self.remark.data or "",
                "category_id": parse_id(self.category_id.data),
                "affiliation_id": parse_id(self.affiliation_id.data),
                "product_id": id if kind == PRODUCT else None,
                "offer_id": id if kind == OFFER else None,
            }
            | party.columns()
        )

    def offer_parties(self, row: Transaction | None) -> None:
        """Set the choices of the enterprise: search results, the present one, and a free name."""
        known = {party.key: party for party in self.found}
        picked = self.chosen()
        if picked is not None:
            known.setdefault(picked.key, picked)
        if row is not None and row.enterprise_id is not None:
            held = parties.by_key(f"{parties.REGISTERED}{row.enterprise_id}")
            if held is not None:
                known.setdefault(held.key, held)
        self.party.choices = choices(
            [
                *((party.key, party_label(party)) for party in known.values()),
                (NAMED, gettext("The one that is named below")),
            ]
        )
        if self.party.data not in known:
            self.party.data = NAMED


def party_label(party: Party) -> str:
    """Return the label of an enterprise: name, code, and whether it can be asked to confirm."""
    state = gettext("registered") if party.enterprise_id else gettext("not registered here")
    return f"{party.name} · {party.code} · {state}"


def transaction_form(typed: Any, institution: Institution, row: Transaction) -> TransactionForm:
    """Return the form of `row`, filled with what was `typed`, else with what the row says."""
    form = TransactionForm(typed, data=None if typed is not None else stored(row))
    form.category_id.choices = category_choices(row)
    form.sold.choices = sold_choices(institution)
    form.affiliation_id.choices = choices(
        [
            NOTHING,
            *(
                (str(affiliation.id), affiliation.consultant.name)
                for affiliation in consultants_of(institution.id)
            ),
        ]
    )
    form.form_key.data = posted_key(form.form_key.data)
    if not form.version.data:
        form.version.data = str(row.version or "")
    return form


def stored(row: Transaction) -> dict[str, Any]:
    """Return the stored values, by field of the form."""
    named = ("enterprise_name", "enterprise_code", "title", "amount", "signed_on",
             "service_from", "service_to", "contract_number", "invoice_number",
             "remark")  # fmt: skip
    sold = f"{PRODUCT}{row.product_id}" if row.product_id else ""
    return {name: getattr(row, name) for name in named} | {
        "party": f"{parties.REGISTERED}{row.enterprise_id}" if row.enterprise_id else NAMED,
        "category_id": str(row.category_id or ""),
        "affiliation_id": str(row.affiliation_id or ""),
        "sold": f"{OFFER}{row.offer_id}" if row.offer_id else sold,
    }
