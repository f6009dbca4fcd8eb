"""Filters of the consultant list: account, invitation, speciality."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

from admin_views.base import Control, OptionFilter
from admin_views.workbench.consultant.cells import WAITING
from core.clock import now
from core.ids import parse_id
from forms.categories import category_name
from models import (
    Affiliation,
    AffiliationStatus,
    Category,
    Consultant,
    Invitation,
    InvitationStatus,
)
from workflows.invitation.state import dead_mail


def _invited(*conditions: Callable[[], Any]) -> Callable[[], Any]:
    """A condition on Affiliation: it waits for an invitation that meets `conditions`."""

    def built() -> Any:
        ids = sa.select(Invitation.affiliation_id).where(
            Invitation.affiliation_id.is_not(None),
            Invitation.status == InvitationStatus.SENT,
            *(condition() for condition in conditions),
        )
        return sa.and_(Affiliation.status == AffiliationStatus.INVITED, Affiliation.id.in_(ids))

    return built


def _asking() -> Any:
    ids = sa.select(Invitation.affiliation_id).where(
        Invitation.affiliation_id.is_not(None), Invitation.asked_at.is_not(None)
    )
    return sa.and_(Affiliation.status.in_(WAITING), Affiliation.id.in_(ids))


ACCOUNT_FILTER = OptionFilter(
    "account",
    lazy_gettext("Account"),
    {
        "none": (
            lazy_gettext("No account yet"),
            lambda: Affiliation.consultant.has(Consultant.user_id.is_(None)),
        ),
        "has": (
            lazy_gettext("Has an account"),
            lambda: Affiliation.consultant.has(Consultant.user_id.is_not(None)),
        ),
    },
)

INVITATION_FILTER = OptionFilter(
    "invitation",
    lazy_gettext("Invitation"),
    {
        "sent": (
            lazy_gettext("Sent, not opened yet"),
            _invited(
                lambda: Invitation.opened_at.is_(None),
                lambda: Invitation.expires_at > now(),
                lambda: ~dead_mail(),
            ),
        ),
        "opened": (
            lazy_gettext("Opened"),
            _invited(
                lambda: Invitation.opened_at.is_not(None), lambda: Invitation.expires_at > now()
            ),
        ),
        "bounced": (lazy_gettext("The mail did not arrive"), _invited(dead_mail)),
        "expired": (lazy_gettext("Expired"), _invited(lambda: Invitation.expires_at <= now())),
        "asked": (lazy_gettext("Asks for a new one"), _asking),
    },
)


class SpecialityFilter(OptionFilter):
    """One category among the consultant's specialities."""

    def read(self, args: Any) -> dict[str, str]:
        key = parse_id(args.get(self.name))
        return {} if key is None else {self.name: str(key)}

    def conditions(self, view: Any, values: Any) -> list[Any]:
        if self.name not in values:
            return []
        key = int(values[self.name])
        return [Affiliation.consultant.has(Consultant.specialities.any(Category.id == key))]

    def controls(self, view: Any, values: Any) -> list[Any]:
        rows = view.choices_of(Category, view.person())
        options = [(str(category.id), category_name(category)) for category in rows]
        return [Control(self.name, self.label, "select", values.get(self.name, ""), options)]


SPECIALITY_FILTER = SpecialityFilter("speciality", lazy_gettext("Speciality"))
