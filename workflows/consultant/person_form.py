"""Base form of a consultant's profile, with photo and scans, whoever fills it in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import wtforms
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import FileStorage
from wtforms import validators

import uploads
from forms.base import Form, required
from forms.categories import CategoriesField
from forms.contact import plain_mobile
from workflows.consultant.facts import FIELD_LABELS
from workflows.consultant.qualification_form import QualificationForm

MOST_QUALIFICATIONS = 20
BLANK_ROWS = 2  # offered below the qualifications that are there
PHOTO_TYPES = (uploads.checks.JPEG, uploads.checks.PNG)
Files = Mapping[str, FileStorage]


class PersonForm(Form):
    """The profile of a consultant, whoever fills it in."""

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
        """Check photo and scans by their content; `validate` shows what is refused."""
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
        found: dict[str, Any] = {name: self[name].data or "" for name in names if name in self}
        return found | {"specialities": self.specialities.chosen}
