"""A consultant's own profile: when they may edit it, and who is notified."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext

from core.clock import now
from core.database import db
from models import Affiliation, AffiliationStatus, Consultant, ConsultantStatus, User
from workflows.consultant.facts import qualification_line
from workflows.consultant.forms import CertificationForm
from workflows.consultant.notices import NOTIFY_CHANGED
from workflows.consultant.writing import write
from workflows.engine import CHANGED, Words, edit
from workflows.engine import notices as engine_notices

UNDER_REVIEW = lazy_gettext("While the review is under way nothing can be changed.")


def update_own(consultant: Consultant, form: CertificationForm, user: User, seen: int) -> bool:
    """Save a consultant's own profile; return whether anything changed.

    What a reviewer looks at stays as it was handed in. A certified consultant's changes count at
    once, and the reviewers are notified of changed qualifications.

    Raises:
        ValueError: why not, in the reader's words.
        PermissionError: the profile is another person's.
    """
    if consultant.user_id != user.id:
        raise PermissionError("consultant.update_own")
    db.session.refresh(consultant, with_for_update={"of": Consultant, "key_share": True})
    refused = _may_change(consultant, seen)
    if refused is not None:
        raise ValueError(str(refused))
    before = [qualification_line(qualification) for qualification in consultant.qualifications]
    if bool(consultant.consented_at) != bool(form.consent.data):
        edit(consultant, user, {"consented_at": now() if form.consent.data else None})
    changed = write(consultant, form, user)
    certified = consultant.status is ConsultantStatus.CERTIFIED
    if certified and before != [
        qualification_line(qualification) for qualification in consultant.qualifications
    ]:
        words = {consultant.id: {"consultant": consultant.name}}
        engine_notices.notify("consultant", NOTIFY_CHANGED, [consultant], lambda _rows: words, {})
    return changed


def _may_change(consultant: Consultant, seen: int) -> Words | None:
    waits = sa.select(Affiliation.id).where(
        Affiliation.consultant_id == consultant.id,
        Affiliation.status == AffiliationStatus.SUBMITTED,
    )
    if db.session.scalar(waits.limit(1)) is not None:
        return UNDER_REVIEW
    return CHANGED if seen != consultant.version else None
