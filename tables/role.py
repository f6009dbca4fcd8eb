"""Platform roles and the duties (permissions) that each is made of.

Three roles are ready-made and stand in the code; the others are rows that administrators make.
"""

from __future__ import annotations

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.database import Model, Short, stored_by_value
from tables.base import CASCADE, Stamped, ref


class Duty(StrEnum):
    """One thing that the platform's staff may be trusted with."""

    APPLICATIONS = "applications"
    TRADE = "trade"
    DISPATCH = "dispatch"
    SANCTIONS = "sanctions"
    CONTENT = "content"
    PEOPLE = "people"
    SYSTEM = "system"
    AUDIT = "audit"
    EXPORT = "export"


class PlatformRole(StrEnum):
    """The role of a member of staff: ready-made, or one that administrators made."""

    ADMINISTRATOR = "administrator"
    REVIEWER = "reviewer"
    AUDITOR = "auditor"
    CUSTOM = "custom"  # a row of staff_role says which


EVERY_DUTY = frozenset(Duty)
READY_MADE: dict[PlatformRole, frozenset[Duty]] = {
    PlatformRole.ADMINISTRATOR: EVERY_DUTY,
    PlatformRole.REVIEWER: frozenset({Duty.APPLICATIONS, Duty.TRADE, Duty.DISPATCH}),
    PlatformRole.AUDITOR: frozenset({Duty.AUDIT, Duty.EXPORT}),
}
# who may look into the records of institutions, consultants, enterprises and their demands
READS_RECORDS = frozenset(
    {Duty.APPLICATIONS, Duty.TRADE, Duty.DISPATCH, Duty.SANCTIONS, Duty.AUDIT}
)


class StaffRole(Stamped, Model):
    """A role that administrators made, under its name in both languages."""

    name: Mapped[Short] = mapped_column(unique=True)
    name_en: Mapped[Short]

    held: Mapped[list[StaffRoleDuty]] = relationship(cascade="all, delete-orphan")

    @property
    def duties(self) -> frozenset[Duty]:
        return frozenset(row.duty for row in self.held)

    def __str__(self) -> str:
        return self.name


class StaffRoleDuty(Model):
    """A duty of a role that administrators made."""

    role_id: Mapped[int] = ref("staff_role.id", CASCADE, index=False, primary_key=True)
    duty: Mapped[Duty] = mapped_column(stored_by_value(Duty), primary_key=True)

    __table_args__ = (sa.Index("ix_staff_role_duty_duty", "duty"),)
