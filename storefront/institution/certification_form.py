"""The form of an application, and what the page says of files that came with it."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import validators

import uploads
from forms import credit_code as forms_credit_code
from forms.fields import ACCEPT, FILE_HINT
from models import Institution, User
from workflows.institution.facts import FIELD_LABELS, FILES, NEEDED
from workflows.institution.forms import DescriptionForm, profile_data

Uploads = dict[str, list[uploads.Upload]]
MOST_QUALIFICATIONS = 10


class CertificationForm(DescriptionForm):
    """Everything an application says. A draft may leave anything open; what is there is checked."""

    name = wtforms.StringField(
        FIELD_LABELS["name"],
        validators=[validators.Optional(), validators.Length(max=200)],
        description=lazy_gettext("As on the business licence."),
        render_kw={"autocomplete": "organization"},
    )
    credit_code = wtforms.StringField(
        FIELD_LABELS["credit_code"],
        validators=[validators.Optional(), forms_credit_code.credit_code],
        description=lazy_gettext("18 digits and letters, as on the business licence."),
    )
    wants_association = wtforms.BooleanField(FIELD_LABELS["wants_association"])
    licence = wtforms.FileField(
        FIELD_LABELS["licence"],
        description=FILE_HINT,
        render_kw={"accept": ACCEPT},
    )
    qualifications = wtforms.MultipleFileField(
        FIELD_LABELS["qualifications"],
        description=lazy_gettext("PDF, JPEG or PNG, up to 10 MB each. Choose several at once."),
        render_kw={"accept": ACCEPT},
    )

    def require_whole(self, has_licence: bool) -> bool:
        """Say of everything an application needs and this one lacks; return whether it is whole."""
        whole = self.require([*NEEDED, "categories"])
        if not has_licence and not self.licence.errors:
            self.licence.errors = [gettext("Add a scan of the business licence first.")]
        return whole and has_licence

    def mark_needed(self, has_licence: bool) -> None:
        """Mark what a submission needs; a draft is saved without it."""
        for name in [*NEEDED, *([] if has_licence else ["licence"])]:
            self[name].flags.required = True

    def set_file_errors(self, problems: dict[str, list[str]]) -> None:
        """Show at the file fields why files were refused."""
        for name, found in problems.items():
            if found:
                self[name].errors = [*self[name].errors, *found]


def blank(user: User) -> dict[str, Any]:
    """Return what a first form is filled with: the contact is probably its writer."""
    return {
        "contact_name": user.name,
        "contact_mobile": user.phone or "",
        "contact_email": user.email,
        "version": "",
    }


def certification_form(
    formdata: MultiDict[str, str] | None, institution: Institution | None, user: User
) -> CertificationForm:
    """Return the form for `institution`, or for an application that is still to begin."""
    shown = profile_data(institution) if institution else blank(user)
    form = CertificationForm(formdata, data=shown)
    form.categories.offer(institution.categories if institution else [])
    return form


def checked_files(
    sent: MultiDict[str, FileStorage],
) -> tuple[Uploads, dict[str, list[str]]]:
    """Return the files that may be kept, and for each field why the others may not."""
    good: Uploads = {name: [] for name in FILES}
    bad: dict[str, list[str]] = {name: [] for name in FILES}
    for name in FILES:
        for file in sent.getlist(name):
            if not file.filename:
                continue
            try:
                good[name].append(uploads.check(uploads.read(file), file.filename))
            except uploads.Refused as error:
                shown = uploads.clean_name(file.filename)
                bad[name].append(f"{shown}: {error}")
    return good, bad
