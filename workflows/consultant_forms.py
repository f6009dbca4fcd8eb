"""The forms that describe a consultant: an institution's note of him, and his own certification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import wtforms
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import FileStorage
from wtforms import validators

import uploads
from forms import Form, email_address, required
from models import Consultant
from workflows.consultant_facts import FIELD_LABELS
from workflows.profile_forms import ACCEPT, CategoriesField, plain_mobile

MOST_QUALIFICATIONS = 20
BLANK_ROWS = 2  # offered below the qualifications that are there
PHOTO_TYPES = (uploads.checks.JPEG, uploads.checks.PNG)
Files = Mapping[str, FileStorage]


class QualificationForm(Form):
    """One row: a licence or certificate. A row without any word is no qualification."""

    key = wtforms.HiddenField()  # of a qualification that is known already
    name = wtforms.StringField(
        lazy_gettext("Qualification"),
        validators=[validators.Optional(), validators.Length(max=200)],
    )
    number = wtforms.StringField(
        lazy_gettext("Certificate number"),
        validators=[validators.Optional(), validators.Length(max=200)],
    )
    issuer = wtforms.StringField(
        lazy_gettext("Issued by"), validators=[validators.Optional(), validators.Length(max=200)]
    )
    valid_until = wtforms.DateField(
        lazy_gettext("Valid until"),
        validators=[validators.Optional()],
        description=lazy_gettext("Leave it empty where it does not run out."),
    )
    scan = wtforms.FileField(lazy_gettext("Scan"), render_kw={"accept": ACCEPT})
    gone = wtforms.BooleanField(lazy_gettext("Remove this qualification"))

    @property
    def empty(self) -> bool:
        words = (self.name.data, self.number.data, self.issuer.data, self.valid_until.raw_data)
        return not any(word for word in words if word not in (None, [""]))

    def validate(self, extra_validators: Any = None) -> bool:
        """As the fields say; and what says anything says its name."""
        if self.gone.data:
            return True
        valid = super().validate(extra_validators)
        if not self.name.data and (not self.empty or getattr(self, "upload", None)):
            self.name.errors = [gettext("Give the name of the qualification.")]
            return False
        day = self.valid_until.data
        if day is not None and not 1950 <= day.year <= 2999:
            self.valid_until.errors = [gettext("Give a day such as 2030-12-31.")]
            return False
        return valid


class PersonForm(Form):
    """What is said of a consultant, whoever says it."""

    name = wtforms.StringField(
        FIELD_LABELS["name"], validators=[required(), validators.Length(max=64)]
    )
    title = wtforms.StringField(
        FIELD_LABELS["title"],
        validators=[validators.Optional(), validators.Length(max=64)],
        description=lazy_gettext("Such as partner, certified accountant, senior engineer."),
    )
    mobile = wtforms.TelField(
        FIELD_LABELS["mobile"], validators=[validators.Optional(), plain_mobile]
    )
    specialities = CategoriesField(
        FIELD_LABELS["specialities"], description=lazy_gettext("Choose all that fit.")
    )
    introduction = wtforms.TextAreaField(
        FIELD_LABELS["introduction"],
        validators=[validators.Optional(), validators.Length(max=5000)],
        render_kw={"rows": 5},
    )
    photo = wtforms.FileField(
        FIELD_LABELS["photo"],
        description=lazy_gettext("JPEG or PNG, up to 10 MB. What the camera wrote beside it goes."),
        render_kw={"accept": ".jpg,.jpeg,.png"},
    )
    qualifications = wtforms.FieldList(
        wtforms.FormField(QualificationForm),
        FIELD_LABELS["qualifications"],
        max_entries=MOST_QUALIFICATIONS,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.photo_upload: uploads.Upload | None = None
        self.refusals: list[tuple[wtforms.Field, str]] = []
        self.only_more = False

    def offer_rows(self) -> None:
        """Offer blank rows below those that are there."""
        for _ in range(BLANK_ROWS):
            if len(self.qualifications) < MOST_QUALIFICATIONS:
                self.qualifications.append_entry()

    def take_files(self, files: Files) -> None:
        """Check photo and scans by their content; what is refused is said by `validate`."""
        self.photo_upload = self._checked(files.get("photo"), self.photo)
        if self.photo_upload and self.photo_upload.content_type not in PHOTO_TYPES:
            self.photo_upload = None
            self.refusals.append((self.photo, gettext("A photo is a JPEG or PNG picture.")))
        for row in self.qualifications:
            scan = row.form.scan
            row.form.upload = self._checked(files.get(scan.name), scan)

    def _checked(self, file: FileStorage | None, field: wtforms.Field) -> uploads.Upload | None:
        data = uploads.read(file)
        if file is None or not file.filename:
            return None
        try:
            return uploads.check(data, file.filename)
        except uploads.Refused as refusal:
            words = f"{uploads.clean_name(file.filename)}: {refusal}"
            self.refusals.append((field, words))
            return None

    def validate(self, extra_validators: Any = None) -> bool:
        """Never valid where only more rows were asked for: nothing is saved, nothing is wrong."""
        if self.only_more:
            return False
        valid = super().validate(extra_validators)
        for field, words in self.refusals:
            field.errors = [*field.errors, words]
        return valid and not self.refusals

    @property
    def has_files(self) -> bool:
        """Whether files came that a page shown again cannot keep."""
        sent = [self.photo_upload, *(getattr(r.form, "upload", None) for r in self.qualifications)]
        return any(sent)

    def values(self) -> dict[str, Any]:
        """Return the columns that the form fills."""
        names = ("name", "title", "mobile", "introduction")
        found: dict[str, Any] = {one: self[one].data or "" for one in names if one in self}
        return found | {"specialities": self.specialities.chosen}


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
    """What a consultant says of himself. A draft may leave much open; a submission may not."""

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
        "specialities": [one.id for one in consultant.specialities],
        "consent": consultant.consented_at is not None,
        "qualifications": [
            {
                "key": str(one.id),
                "name": one.name,
                "number": one.number,
                "issuer": one.issuer,
                "valid_until": one.valid_until,
            }
            for one in consultant.qualifications
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
