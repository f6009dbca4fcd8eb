"""What the tests of the platform's office share: the queue, its mails, what is on record."""

from __future__ import annotations

import sqlalchemy as sa

from core.clock import now
from core.database import db
from models import (
    AssociationMembership,
    AssociationStatus,
    Event,
    Institution,
    InstitutionStatus,
    Mail,
    MailStatus,
)
from tests.support.application import rows

S = InstitutionStatus
ASK = "/admin/application/ask/"


def institution(key: int) -> Institution:
    return rows(sa.select(Institution).where(Institution.id == key))[0]


def mails(template: str) -> list[str]:
    return sorted(row.recipient for row in rows(sa.select(Mail).where(Mail.template == template)))


def events(kind: str, name: str) -> list[Event]:
    return rows(sa.select(Event).where(Event.subject_type == kind, Event.name == name))


def seen(row) -> str:
    return f"{row.id}:{row.version}"


def another(cast, name: str, **values) -> Institution:
    """A second application in the queue."""
    row = Institution(
        **{
            "status": S.SUBMITTED,
            "applicant_id": cast.otto.id,
            "name": name,
            "credit_code": "31320000MD0000009Z",
            "contact_email": "other@example.com",
            "contact_mobile": "13700001111",
            "submitted_at": now(),
        }
        | values
    )
    db.session.add(row)
    db.session.commit()
    return row


def wish(cast, of: Institution) -> AssociationMembership:
    row = AssociationMembership(institution_id=of.id, status=AssociationStatus.APPLIED)
    db.session.add(row)
    db.session.commit()
    return row


def dead_mail(link: str = "/workbench/") -> Mail:
    row = Mail(
        key=f"k{link}",
        template="application_approved",
        context={"institution": "Bridge Law"},
        link=link,
        recipient="gone@example.com",
        status=MailStatus.DEAD,
        attempts=40,
        error="550 no such user",
    )
    db.session.add(row)
    db.session.commit()
    return row
