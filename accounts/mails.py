"""Flask-Security's mails, as rows of the outbox. A link is a path: PUBLIC_URL is put before it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import after_this_request, has_request_context
from flask_security import MailUtil, url_for_security

import outbox
from core.clock import PARK, now
from core.database import db
from core.email_addresses import plain
from models import User

CONFIRM, RESET, CHANGED, KNOWN, LOCKED = (
    "confirm_email",
    "reset_password",
    "password_changed",
    "already_registered",
    "sign_in_locked",
)
TEMPLATES = {
    "security/email/welcome": CONFIRM,
    "security/email/confirmation_instructions": CONFIRM,
    "security/email/reset_instructions": RESET,
    "security/email/reset_notice": CHANGED,
    "security/email/change_notice": CHANGED,
    "security/email/welcome_existing": KNOWN,
}


class OutboxMailUtil(MailUtil):
    """Puts mails in the outbox, in the unit of work of the request, and keeps addresses lower."""

    def normalize(self, email: str) -> str:
        return str(super().normalize(plain(email))).lower()

    def validate(self, email: str) -> str:
        return self.normalize(email)  # no look-up of the domain: a form must not wait for DNS

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: Any,
        sender: Any,
        body: str | None,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        """Enqueue the mail that `template` stands for.

        Raises:
            KeyError: a mail of Flask-Security that this site does not send.
        """
        user: User = kwargs["user"]
        ours = TEMPLATES[template]
        token = kwargs.get("confirmation_token") or ""
        if ours == KNOWN and token:
            ours = CONFIRM  # registered before, never confirmed: the link is what is missing
        if ours == RESET:
            token = kwargs["reset_token"]
        send(user, ours, token)
        if has_request_context():
            after_this_request(_commit)


def send(user: User, template: str, token: str = "") -> None:
    """Put one mail about the account of `user` in the outbox."""
    links = {
        CONFIRM: lambda: url_for_security("confirm_email", token=token),
        RESET: lambda: url_for_security("reset_password", token=token),
        CHANGED: lambda: url_for_security("forgot_password"),
        KNOWN: lambda: url_for_security("login"),
        "welcome": lambda: "/account/",
    }
    # what makes two mails the same: the link, the session key, or the minute
    occasion = token or (f"{now():%Y%m%d%H%M}" if template == KNOWN else user.fs_uniquifier)
    outbox.enqueue(
        template,
        user.email,
        link=links[template](),
        context={"name": user.name},
        key=("account", user.id, template, occasion),
        kind=None,  # it guards the account
        locale=user.locale,
    )


def send_locked(user: User, network: str, until: datetime) -> None:
    """Tell `user` that wrong passwords were tried, from where, and until when that is over."""
    outbox.enqueue(
        LOCKED,
        user.email,
        link=url_for_security("forgot_password"),
        context={"network": network, "until": f"{until.astimezone(PARK):%Y-%m-%d %H:%M}"},
        key=("account", user.id, LOCKED, network, until.isoformat()),
        kind=None,  # it guards the account
        locale=user.locale,
    )


def _commit(response: Any) -> Any:
    db.session.commit()
    return response
