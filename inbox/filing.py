"""A mail becomes a registered activity, once; or it is left to a person."""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from flask_babel import force_locale, gettext
from sqlalchemy.exc import IntegrityError

import access
import uploads
from content import settings
from core.database import db
from i18n import locales
from inbox.reading import Letter
from models import Activity, ActivityRole, Institution, InstitutionStatus, Membership, User
from workflows.activity import writing

LONGEST_TITLE = 200


class Fate(StrEnum):
    """What became of a mail."""

    FILED = "filed"
    KNOWN = "known"  # it was filed before
    LEFT = "left"  # for a person to look at


def institution_of(address: str) -> int | None:
    """Return the certified institution that writes from `address`; None: nobody's, or several's.

    It is the reserved e-mail of the institution, or belongs to somebody in its workbench.
    """
    if not address:
        return None
    members = (
        sa.select(Membership.institution_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.active, User.active, sa.func.lower(User.email) == address)
    )
    found = db.session.scalars(
        sa.select(Institution.id)
        .where(
            Institution.status == InstitutionStatus.CERTIFIED,
            sa.or_(
                sa.func.lower(Institution.contact_email) == address, Institution.id.in_(members)
            ),
        )
        .limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def file(letter: Letter) -> Fate:
    """File the activity that `letter` reports, and commit.

    Anybody can write any From line. Where the receiving server does not vouch for it, the mail is
    left to a person; or, by the setting, filed with a mark for the reviewer.
    The role is the smallest until a reviewer knows better, and the day is theirs to fill in.
    """
    unproven = not letter.proven
    refused_at_once = letter.automatic or (unproven and settings.get("activity_mails_proven"))
    institution = None if refused_at_once else institution_of(letter.sender)
    known = db.session.scalar(
        sa.select(Activity.id).where(Activity.message_id == letter.message_id)
    )
    db.session.rollback()  # pictures are drawn anew below: nobody waits for the lock meanwhile
    if known is not None:
        return Fate.KNOWN
    if institution is None:
        return Fate.LEFT
    with force_locale(locales.DEFAULT):
        taken, refused = checked(letter)
        values = {
            "title": letter.subject[:LONGEST_TITLE] or gettext("Mail without a subject"),
            "description": "\n\n".join(text for text in (letter.text, *refused) if text),
            "message_id": letter.message_id,
            "unproven": unproven,
        }
        try:
            writing.create_activity(
                "receive", access.SYSTEM, values, {institution: ActivityRole.SUPPORT}, taken
            )
            db.session.commit()
        except IntegrityError:  # another fetcher was quicker
            db.session.rollback()
            return Fate.KNOWN
    return Fate.FILED


def checked(letter: Letter) -> tuple[list[uploads.Upload], list[str]]:
    """Return the files that are taken, and a line for each that is not."""
    taken, refused = [], []
    for name, data in letter.files:
        try:
            taken.append(uploads.check(data, name))
        except uploads.Refused as refusal:
            line = gettext(
                "Not taken over: %(file)s. %(why)s", file=uploads.clean_name(name), why=str(refusal)
            )
            refused.append(line)
    return taken, refused
