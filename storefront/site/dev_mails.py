"""In development: the mails that would go out, for who sits at the machine of the site.

They hold links that open accounts: in production, and for whoever is elsewhere, there is no such
page.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, current_app, make_response, render_template

import outbox
from core.database import db
from models import Mail
from storefront import bp
from web import this_machine
from workflows.privacy.erasing import ERASED

SHOWN = 100  # the newest; the back office has them all
# the mail as its reader sees it: with its own style sheet, and with nothing else
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


def only_in_development() -> None:
    if current_app.config["SETTINGS"].production or not this_machine.asks():
        abort(404)


def mail_or_404(mail_id: int) -> Mail:
    only_in_development()
    return db.session.scalar(readable().where(Mail.id == mail_id)) or abort(404)


def readable() -> sa.Select[Mail]:
    """Return the query of the mails that say something: of who closed an account none does."""
    query = sa.select(Mail).where(Mail.recipient != ERASED)
    return query.execution_options(unguarded=True)


@bp.get("/dev/mails")
def dev_mails() -> Any:
    only_in_development()
    mails = db.session.scalars(readable().order_by(Mail.id.desc()).limit(SHOWN)).all()
    return render_template(
        "storefront/site/dev_mails.html", mails=[(mail, outbox.subject_of(mail)) for mail in mails]
    )


@bp.get("/dev/mails/<int(max=2147483647):mail_id>")
def dev_mail(mail_id: int) -> Any:
    mail = mail_or_404(mail_id)
    return render_template("storefront/site/dev_mails.html", mail=mail, words=outbox.render(mail))


@bp.get("/dev/mails/<int(max=2147483647):mail_id>/html")
def dev_mail_html(mail_id: int) -> Any:
    response = make_response(outbox.render(mail_or_404(mail_id)).html)
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response
