"""The review page: facts, changes, duplicates, and the forms of approve / return / reject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import wtforms
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import validators

import uploads
from forms.base import Form, ReasonForm, ReturnForm
from models import Institution
from workflows.engine import Transition
from workflows.institution import facts
from workflows.institution import notices as institution_notices
from workflows.institution.forms import ApproveForm

REMARK = "remark-"  # the inputs of remarks on fields: remark-name, remark-address


def remarks_form(labels: Mapping[str, Any]) -> type[ReturnForm]:
    """Return the form that a single thing is returned with: a reason, a remark on any field."""
    return type(
        "RemarksForm",
        (ReturnForm,),
        {
            f"{REMARK}{name}": wtforms.StringField(
                lazy_gettext("Remark on: %(field)s", field=label),
                validators=[validators.Optional(), validators.Length(max=500)],
            )
            for name, label in labels.items()
        },
    )


def with_remarks(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form data with its remarks as one dictionary: {field name: remark}."""
    remarks = {
        name.removeprefix(REMARK): words
        for name, words in found.items()
        if name.startswith(REMARK) and words
    }
    rest = {name: words for name, words in found.items() if not name.startswith(REMARK)}
    return rest | ({"remarks": remarks} if remarks else {})


RemarksForm = remarks_form(facts.FIELD_LABELS)


class RemarkedReturns:
    """For a review queue: one thing comes back with remarks on its fields, many with a reason.

    `remarks_form` is what every row is returned with; override `remarks_form_of` where it depends
    on the row.
    """

    remarks_form: ClassVar[type[ReturnForm]]
    bulk: ClassVar[tuple[str, ...]] = ("approve", "return", "reject")
    empty_hint = lazy_gettext("New ones appear here, and reviewers are told by mail.")

    def remarks_form_of(self, row: Any) -> type[ReturnForm]:
        """Return the form that `row` is returned with: see `remarks_form` above."""
        return self.remarks_form

    def ask_form(
        self, step: Transition, rows: Sequence[Any], data: MultiDict[str, str] | None
    ) -> Form:
        if step.name == "return" and len(rows) == 1:
            return self.remarks_form_of(rows[0])(data)
        asked: Form = super().ask_form(step, rows, data)  # type: ignore[misc]  # the view it is mixed into has it
        return asked

    def answers(self, step: Transition, form: Form) -> dict[str, Any]:
        return with_remarks(super().answers(step, form))  # type: ignore[misc]  # the view it is mixed into has it


# what the journal of an institution may name, beside what a view calls its columns
JOURNAL_LABELS = {
    **facts.FIELD_LABELS,
    "staff": lazy_gettext("Colleague"),
    "owner": lazy_gettext("Owner"),
    "applicant_id": lazy_gettext("Applicant"),
}


def with_own_ids(form: Form, name: str) -> Form:
    """Prefix the control ids of `form`: the review page shows several forms."""
    for field in form:
        field.id = field.label.field_id = f"{name}-{field.id}"
    return form


def printable(value: Any) -> Any:
    """Return a value of a snapshot as the review page prints it: lists as one line."""
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return value


def application_fields(row: Institution) -> list[tuple[str, Any, Any]]:
    """Return (name, label, value) of what the application says, files left out."""
    return [
        (name, label, list(row.categories) if name == "categories" else getattr(row, name))
        for name, label in facts.FIELD_LABELS.items()
        if name == "categories" or hasattr(row, name)
    ]


def review_facts(row: Institution) -> dict[str, Any]:
    """Return what the review page needs: fields, files, changes, look-alikes, remarks."""
    changed = facts.changed_since_last_submission(row)
    return {
        "fields": application_fields(row),
        "labels": facts.FIELD_LABELS,
        "files": uploads.files_of(row),
        "changed": {
            name: (printable(before), printable(after)) for name, (before, after) in changed.items()
        },
        "duplicates": facts.duplicates(row),
        "code_remark": institution_notices.code_remark(row),
        "number": facts.number(row),
        "remarks": row.remarks or {},
        "forms": {
            "approve": with_own_ids(ApproveForm(), "approve"),
            "return": with_own_ids(RemarksForm(), "return"),
            "reject": with_own_ids(ReasonForm(), "reject"),
        },
    }
