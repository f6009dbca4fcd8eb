"""Forms of a review: one to five stars for each criterion of the side, a comment, a reply."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import LazyString, lazy_gettext
from wtforms import validators

from forms.base import Form, choices, required
from models import ReviewSide

LONGEST = 2000  # characters of a comment or a reply
STARS = [
    (1, lazy_gettext("Very poor")),
    (2, lazy_gettext("Poor")),
    (3, lazy_gettext("Fair")),
    (4, lazy_gettext("Good")),
    (5, lazy_gettext("Very good")),
]
CRITERIA: dict[ReviewSide, dict[str, LazyString]] = {
    ReviewSide.INSTITUTION: {
        "clear_demand": lazy_gettext("Clarity of the demand"),
        "cooperation": lazy_gettext("Cooperation"),
        "payment": lazy_gettext("Payment on time"),
    },
    ReviewSide.ENTERPRISE: {
        "quality": lazy_gettext("Quality of the service"),
        "speed": lazy_gettext("Speed"),
        "price": lazy_gettext("Price of the service"),
        "attitude": lazy_gettext("Attitude"),
    },
}


class StarsField(wtforms.RadioField):
    """One to five stars: a group of radio buttons."""

    def __init__(self, label: Any = None, validators: Any = None, **more: Any) -> None:
        super().__init__(label, validators, coerce=int, choices=choices(STARS), **more)


def criteria(side: ReviewSide) -> dict[str, Any]:
    """Return a field for each criterion of `side`."""
    words = lazy_gettext("Please choose one to five stars.")
    return {
        name: StarsField(label, validators=[required(words)])
        for name, label in CRITERIA[side].items()
    }


def comment(hint: LazyString) -> wtforms.TextAreaField:
    return wtforms.TextAreaField(
        lazy_gettext("Comment"),
        validators=[validators.Optional(), validators.Length(max=LONGEST)],
        description=hint,
    )


RateEnterpriseForm: type[Form] = type(
    "RateEnterpriseForm",
    (Form,),
    criteria(ReviewSide.INSTITUTION)
    | {
        "comment": comment(
            lazy_gettext("Everybody may read it once it is published; it cannot be changed then.")
        )
    },
)

RateInstitutionForm: type[Form] = type(
    "RateInstitutionForm",
    (Form,),
    criteria(ReviewSide.ENTERPRISE)
    | {
        "consultant_stars": StarsField(
            lazy_gettext("The consultant"), validators=[validators.Optional()]
        ),
        "comment": comment(
            lazy_gettext(
                "Everybody may read it once it is published, with the name of your enterprise "
                "shortened; it cannot be changed then."
            )
        ),
    },
)


class ReplyForm(Form):
    """The one reply of the side that was rated."""

    reply = wtforms.TextAreaField(
        lazy_gettext("Your reply"),
        validators=[required(), validators.Length(max=LONGEST)],
        description=lazy_gettext("One reply to each review, under it for everybody to read."),
    )
