"""The outbox: sent, waiting and failed mails, and resending."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect
from flask_babel import lazy_gettext
from jinja2 import TemplateError

import access
import outbox
from admin_views.base import ChoiceFilter, DateRangeFilter, PlatformView
from admin_views.base.report import flash_outcome, short_name
from admin_views.base.selection import Selection
from core.database import db
from models import Duty, Mail, MailStatus, User
from worker.resending import resend
from workflows.engine import Transition

RESEND = Transition[Any](  # a mail has no life of the engine's
    name="resend",
    label=lazy_gettext("Send again"),
    done=lazy_gettext("Sent again"),
    source=frozenset({MailStatus.DEAD, MailStatus.SENT}),
    target=MailStatus.QUEUED,
    by=access.runs_system,
    tone="secondary",
)


def preview(row: Mail) -> outbox.Rendered | None:
    """Return the mail as its recipient reads it, without a link that is a key.

    None where it cannot be rendered: the row has the error.
    """
    link = outbox.USED_LINK if outbox.is_key(row.link) else row.link
    shown = Mail(template=row.template, context=row.context, link=link, locale=row.locale)
    try:
        return outbox.render(shown)
    except TemplateError:
        return None


def subject(_view: Any, _context: None, row: Mail, _name: str) -> str:
    """The subject as its recipient reads it; the template's name where it cannot be rendered."""
    try:
        return outbox.subject_of(row)
    except TemplateError:
        return row.template


class MailView(PlatformView):
    """The outbox. A mail has no life of the engine's: the outbox itself moves it."""

    opens = frozenset({Duty.SYSTEM, Duty.AUDIT})
    column_list = (
        "subject",
        "recipient",
        "created_at",
        "status",
        "attempts",
        "due_at",
        "sent_at",
        "error",
    )
    column_labels = {
        "subject": lazy_gettext("Subject"),
        "created_at": lazy_gettext("Written"),
        "recipient": lazy_gettext("Recipient"),
        "attempts": lazy_gettext("Attempts"),
        "due_at": lazy_gettext("Due"),
        "sent_at": lazy_gettext("Sent at"),
        "error": lazy_gettext("Last error"),
    }
    column_details_list = (
        "recipient",
        "status",
        "created_at",
        "attempts",
        "due_at",
        "sent_at",
        "error",
    )
    column_sortable_list = ("recipient", "created_at", "status", "attempts", "due_at", "sent_at")
    column_formatters = {"subject": subject}
    column_searchable_list = ("recipient", "template", "error")
    filters = (ChoiceFilter("status", MailStatus), DateRangeFilter("created_at"))
    bulk = ("resend",)
    details_template = "admin/system/outbox_mail.html"
    empty_title = lazy_gettext("No mail was written yet.")

    def details_context(self, row: Mail) -> dict[str, Any]:
        return {"preview": preview(row)}

    def transition(self, verb: str) -> Transition:
        if verb != RESEND.name:
            abort(404)
        return RESEND

    def buttons(self, row: Mail, user: User) -> list[Transition]:
        possible = row.status in RESEND.source and row.link != outbox.USED_LINK
        return [RESEND] if possible and RESEND.by(user, row) else []

    def carry_out(
        self, step: Transition, chosen: Selection, known: list[int], form: Any, user: User
    ) -> Any:
        """Put the mails back in the queue, and say which are on their way already."""
        outcome = resend(known, user)
        db.session.commit()
        refused = self.first_of(list(outcome.refused))
        named = {row.id: short_name(row.recipient) for row in refused}
        outcome.missing += sorted(set(chosen.seen) - set(known))
        flash_outcome(outcome, named, chosen.senseless)
        return redirect(self.after(known))
