"""Forms of a consultant: an institution's note of a person, and the certification itself."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import gettext, lazy_gettext

from forms.base import required
from forms.contact import email_address
from models import Consultant
from workflows.consultant.facts import FIELD_LABELS
from workflows.consultant.person_form import Files, PersonForm


class NoteForm(PersonForm):
    """An institution's own note of somebody who has no account yet."""

    email = wtforms.EmailField(
        lazy_gettext("E-mail of the consultant"),
        validators=[required(), *email_address()],
        description=lazy_gettext("The invitation goes there, and only its owner can accept it."),
    )

    def values(self) -> dict[str, Any]:
        return super().values() | {"email": (self.email.data or "").lower()}


class CertificationForm(PersonForm):
    """What a consultant says of themself. A draft may leave much open; a submission may not."""

    version = wtforms.HiddenField()
    publishes_email = wtforms.BooleanField(FIELD_LABELS["publishes_email"])
    publishes_mobile = wtforms.BooleanField(FIELD_LABELS["publishes_mobile"])
    consent = wtforms.BooleanField(
        lazy_gettext(
            "I agree that the platform publishes my name, photo, profile and qualifications, and "
            "of my contacts those that I ticked."
        )
    )

    def values(self) -> dict[str, Any]:
        published = ("publishes_email", "publishes_mobile")
        return super().values() | {name: bool(self[name].data) for name in published}

    def show_missing(self, names: list[str]) -> None:
        """Say beside each field of `names` that a submission needs it."""
        words = {
            "qualifications": gettext("Give at least one qualification, each with a scan."),
            "consent": gettext("Without your consent nothing is published."),
        }
        for name in names:
            if name in self:
                field = self[name] if name != "qualifications" else self.qualifications[0].form.name
                field.errors = [*field.errors, words.get(name, gettext("Please fill this in."))]


def shown(consultant: Consultant) -> dict[str, Any]:
    """Return what the forms show of `consultant` before anything was typed."""
    names = ("name", "title", "mobile", "introduction", "email", "version",
             "publishes_email", "publishes_mobile")  # fmt: skip
    return {name: getattr(consultant, name) for name in names} | {
        "specialities": [speciality.id for speciality in consultant.specialities],
        "consent": consultant.consented_at is not None,
        "qualifications": [
            {
                "key": str(qualification.id),
                "name": qualification.name,
                "number": qualification.number,
                "issuer": qualification.issuer,
                "valid_until": qualification.valid_until,
            }
            for qualification in consultant.qualifications
        ],
    }


def person_form(
    kind: type[PersonForm], sent: Any, consultant: Consultant | None, files: Files | None = None
) -> Any:
    """Return the form `kind`, of `consultant` or of somebody new.

    Args:
        kind: NoteForm or CertificationForm.
        sent: what was posted, None where nothing was.
        consultant: whom it is about; None for somebody new.
        files: the files that were posted.
    """
    form = kind(sent, data=shown(consultant) if consultant else None)
    form.specialities.offer(list(consultant.specialities) if consultant else [])
    form.only_more = sent is not None and "more" in sent
    if sent is None or form.only_more:
        form.offer_rows()
    elif files is not None:
        form.take_files(files)
    if not form.qualifications.entries:
        form.qualifications.append_entry()
    return form
