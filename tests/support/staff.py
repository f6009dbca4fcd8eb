"""Roles that administrators made, and people who hold them."""

from __future__ import annotations

from core.clock import now
from core.database import db
from models import Duty, PlatformRole, StaffRole, StaffRoleDuty, User
from workflows.person import consents


def role_of(*duties: Duty, name: str = "") -> StaffRole:
    """Make a role of `duties`, in a unit of work of its own."""
    name = name or "、".join(duties)
    row = StaffRole(name=name, name_en=name, held=[StaffRoleDuty(duty=duty) for duty in duties])
    db.session.add(row)
    db.session.commit()
    return row


def holder(*duties: Duty, name: str = "Hana") -> User:
    """Make a member of staff whose role holds just `duties`."""
    user = User(
        email=f"{name.lower()}@example.com",
        name=name,
        role=PlatformRole.CUSTOM,
        custom_role_id=role_of(*duties, name=f"Role of {name}").id,
        fs_uniquifier=f"{name.lower():0<32}",
        confirmed_at=now(),
        active=True,
    )
    db.session.add(user)
    db.session.flush()
    consents.give(user)
    db.session.commit()
    return user
