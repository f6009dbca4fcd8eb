"""Filters of the audit: by person, kind, thing, step, network address and day.

Each has its index, which also has the moment: the newest of a million are read, not sorted.
"""

from __future__ import annotations

from functools import partial

import sqlalchemy as sa
from flask_babel import lazy_gettext

import labels
from admin_views.base import DateRangeFilter, OptionFilter
from admin_views.base.filters import Condition
from admin_views.base.text_filter import TextFilter, number_in
from admin_views.platform.event import text
from models import (
    Activity,
    Consultant,
    Demand,
    Enquiry,
    Enterprise,
    Event,
    EventName,
    FeaturedProduct,
    Institution,
    Transaction,
    User,
)

KINDS = {kind: words for kind, (words, _page) in text.THINGS.items()}
# what people look for by a name
NAMED = (
    (User, (User.name, User.email)),
    (Institution, (Institution.name,)),
    (Consultant, (Consultant.name,)),
    (Enterprise, (Enterprise.name,)),
    (FeaturedProduct, (FeaturedProduct.name,)),
    (Demand, (Demand.number, Demand.title)),
    (Enquiry, (Enquiry.number, Enquiry.title)),
    (Transaction, (Transaction.number, Transaction.title)),
    (Activity, (Activity.title,)),
)
# what is no step of a thing: of the security of the platform, and of what leaves it
STEPS = (
    EventName.SIGNED_IN,
    EventName.SIGN_IN_FAILED,
    EventName.DOWNLOADED,
    EventName.EXPORTED,
    EventName.CONTACT_REVEALED,
    EventName.VIEWED_AS,
    EventName.APPOINTED,
    EventName.ACCOUNT_CLOSED,
    EventName.CONSENT_WITHDRAWN,
    EventName.IDENTITY_LINKED,
    EventName.EDITED,
    EventName.IMPORTED,
)


def by_person(typed: str) -> Condition:
    """The events of whoever is called so, has such an address, or is "#12"."""
    if (id := number_in(typed)) is not None:
        return Event.actor_id == id
    named = sa.or_(
        User.name.icontains(typed, autoescape=True), User.email.icontains(typed, autoescape=True)
    )
    return Event.actor_id.in_(sa.select(User.id).where(named))


def about(typed: str) -> Condition:
    """The events about what has that number, or is called so."""
    if (id := number_in(typed)) is not None:
        return Event.subject_id == id
    return sa.or_(
        *(
            sa.and_(
                Event.subject_type == model.__tablename__,
                Event.subject_id.in_(
                    sa.select(model.id).where(
                        sa.or_(*(column.icontains(typed, autoescape=True) for column in columns))
                    )
                ),
            )
            for model, columns in NAMED
        )
    )


def from_address(typed: str) -> Condition:
    """The events that came from addresses that begin so: one of them, or a whole network."""
    return Event.address.startswith(typed.lower(), autoescape=True)


def of_kind(kind: str) -> Condition:
    return Event.subject_type == kind


def of_step(name: EventName) -> Condition:
    return Event.name == name


FILTERS = (
    TextFilter("person", lazy_gettext("Person (name, e-mail or number)"), by_person),
    OptionFilter(
        "kind",
        lazy_gettext("Kind"),
        {kind: (label, partial(of_kind, kind)) for kind, label in KINDS.items()},
    ),
    TextFilter("thing", lazy_gettext("Name or number of the thing"), about),
    OptionFilter(
        "step",
        lazy_gettext("Step"),
        {name.value: (labels.LABELS[EventName][name], partial(of_step, name)) for name in STEPS},
    ),
    TextFilter("network", lazy_gettext("Network address (or how it begins)"), from_address),
    DateRangeFilter("at"),
)
