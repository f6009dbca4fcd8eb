"""Cells of the consultant list: account, invitation, next step."""

from __future__ import annotations

from typing import Any

from flask import g
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from forms.categories import category_name
from i18n.locales import local_date
from models import Affiliation, AffiliationStatus
from workflows import engine
from workflows.affiliation.process import affiliations
from workflows.invitation.state import Sent

S = AffiliationStatus
WAITING = (S.ADDED, S.INVITED, S.UNLINKED)
INVITE = affiliations["invite"]


def name(_view: Any, _context: None, row: Affiliation, _name: str) -> str:
    return row.consultant.name


def title(_view: Any, _context: None, row: Affiliation, _name: str) -> str:
    return row.consultant.title


def specialities(_view: Any, _context: None, row: Affiliation, _name: str) -> str:
    return " · ".join(category_name(category) for category in row.consultant.specialities)


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
