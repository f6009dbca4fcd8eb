"""What the list of an institution's consultants shows and filters by: account and invitation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import g
from flask_babel import gettext, lazy_gettext
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from admin_views.base import Control, OptionFilter
from clock import now
from locales import local_date
from models import (
    Affiliation,
    AffiliationStatus,
    Category,
    Consultant,
    Invitation,
    InvitationStatus,
)
from workflows import engine
from workflows.affiliations import affiliations
from workflows.invitation_state import Sent, dead_mail
from workflows.profile_forms import category_name

S = AffiliationStatus
WAITING = (S.ADDED, S.INVITED, S.UNLINKED)
INVITE = affiliations["invite"]


def name(_view: Any, _context: None, row: Affiliation, _name: str) -> str:
    return row.consultant.name


def title(_view: Any, _context: None, row: Affiliation, _name: str) -> str:
    return row.consultant.title


def specialities(_view: Any, _context: None, row: Affiliation, _name: str) -> str:
    return " · ".join(category_name(one) for one in row.consultant.specialities)


def since(_view: Any, _context: None, row: Affiliation, _name: str) -> str:
    return local_date(row.status_at)


def contact(row: Affiliation, sent: Sent | None) -> tuple[str, str]:
    """Return the tone and the words of how far the platform has come with the person."""
    if row.status is not S.INVITED or sent is None:
        if sent is not None and sent.invitation.asked_at and row.status in WAITING:
            return "waiting", gettext("asks for a new invitation")
        if row.consultant.user_id is None:
            return "quiet", gettext("no account yet")
        return "quiet", gettext("has an account")
    invitation = sent.invitation
    if sent.bounced:
        return "bad", gettext("the mail did not arrive")
    if invitation.asked_at:
        return "waiting", gettext("expired; asks for a new invitation")
    end = local_date(invitation.expires_at)
    if not sent.alive:
        return "bad", gettext("expired on %(day)s", day=end)
    if invitation.opened_at:
        return "good", gettext("opened, valid until %(day)s", day=end)
    return "waiting", gettext("sent, valid until %(day)s", day=end)


def invitation(_view: Any, _context: None, row: Affiliation, _name: str) -> Markup:
    tone, words = contact(row, g.invitations_sent.get(row.id))
    return Markup('<span class="mark mark-{}">{}</span>').format(tone, words)


def act(view: Any, _context: None, row: Affiliation, _name: str) -> Markup | str:
    """The row's own button: invite, or invite again."""
    if engine.why_not(INVITE, row, view.person()) is not None:
        return ""
    again = row.status is not S.ADDED
    return Markup(
        '<form method="post" action="{}" class="inline-form">'
        '<input type="hidden" name="csrf_token" value="{}">'
        '<input type="hidden" name="verb" value="invite"><input type="hidden" name="from_list"'
        ' value="1"><input type="hidden" name="ids" value="{}:{}">'
        '<button type="submit" class="btn btn-sm btn-{}" aria-label="{}: {}">{}</button></form>'
    ).format(
        view.list_url(".ask_view"),
        generate_csrf(),
        row.id,
        row.version,
        "secondary" if again else "primary",
        label := gettext("Invite again") if again else INVITE.label,
        row.consultant.name,
        label,
    )


def _invited(*conditions: Callable[[], Any]) -> Callable[[], Any]:
    """A condition on Affiliation: it waits for an invitation that meets `conditions`."""

    def built() -> Any:
        ids = sa.select(Invitation.affiliation_id).where(
            Invitation.affiliation_id.is_not(None),
            Invitation.status == InvitationStatus.SENT,
            *(one() for one in conditions),
        )
        return sa.and_(Affiliation.status == S.INVITED, Affiliation.id.in_(ids))

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
        value = args.get(self.name, "")
        fits = value.isascii() and value.isdigit() and len(value) < 9
        return {self.name: value} if fits else {}

    def conditions(self, view: Any, values: Any) -> list[Any]:
        if self.name not in values:
            return []
        key = int(values[self.name])
        return [Affiliation.consultant.has(Consultant.specialities.any(Category.id == key))]

    def controls(self, view: Any, values: Any) -> list[Any]:
        rows = view.choices_of(Category, view.person())
        options = [(str(one.id), category_name(one)) for one in rows]
        return [Control(self.name, self.label, "select", values.get(self.name, ""), options)]


SPECIALITY_FILTER = SpecialityFilter("speciality", lazy_gettext("Speciality"))
