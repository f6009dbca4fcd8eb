"""Tables, enums and constraints. No rules: those live in access.py and workflows/.

Sections: people, catalogue, institutions, trade, journal.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

import sqlalchemy as sa
from flask_security import UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from clock import now
from database import Base, Email, Key, Line, Short, Text, db, stored_by_value

__all__ = ["Base", "db"]

RESTRICT, CASCADE, SET_NULL = "RESTRICT", "CASCADE", "SET NULL"


def ref(target: str, ondelete: str = RESTRICT, **options: Any) -> Any:
    """A foreign key column to `target`, indexed, with an explicit ON DELETE."""
    options.setdefault("index", True)
    return mapped_column(sa.ForeignKey(target, ondelete=ondelete), **options)


class Stamped:
    """When a row was made, and how often it changed: an approval names the version it saw."""

    id: Mapped[Key]
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class Living(Stamped):
    """A thing with a life. Only workflows/engine.py writes `status` and `status_at`."""

    status_at: Mapped[datetime] = mapped_column(default=now)


# --- people ---------------------------------------------------------------------------------


class AccountKind(StrEnum):
    ORDINARY = "ordinary"
    ENTERPRISE = "enterprise"


class PlatformRole(StrEnum):
    ADMINISTRATOR = "administrator"
    REVIEWER = "reviewer"
    AUDITOR = "auditor"


class User(Stamped, UserMixin, db.Model):
    """Somebody who can sign in. The address is kept in lower case."""

    email: Mapped[Email] = mapped_column(unique=True)
    password: Mapped[str | None] = mapped_column(sa.String(255))
    name: Mapped[Short]
    phone: Mapped[str | None] = mapped_column(sa.String(32))
    kind: Mapped[AccountKind] = mapped_column(
        stored_by_value(AccountKind), default=AccountKind.ORDINARY
    )
    role: Mapped[PlatformRole | None] = mapped_column(stored_by_value(PlatformRole))
    locale: Mapped[str] = mapped_column(sa.String(16), default="zh_Hans_CN")
    # What Flask-Security-Too keeps: a changed uniquifier ends every session of the person.
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    confirmed_at: Mapped[datetime | None]
    last_login_at: Mapped[datetime | None]  # type: ignore[assignment]

    memberships: Mapped[list[Membership]] = relationship(back_populates="user")
    enterprise_memberships: Mapped[list[EnterpriseMembership]] = relationship(back_populates="user")
    roles: ClassVar[tuple[str, ...]] = ()  # type: ignore[assignment,misc]  # Flask-Security asks; `role` is what counts here

    def __str__(self) -> str:
        return self.name


class ExternalIdentity(Stamped, db.Model):
    """A single sign-on account: issuer and subject, never the e-mail."""

    user_id: Mapped[int] = ref("user.id", CASCADE)
    issuer: Mapped[Line]
    subject: Mapped[Line]

    user: Mapped[User] = relationship()

    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)


class ParkEnterprise(Stamped, db.Model):
    """A line of the park's register, imported by administrators."""

    credit_code: Mapped[str] = mapped_column(sa.String(18), unique=True)
    name: Mapped[Line] = mapped_column(index=True)
    address: Mapped[Line | None]
    legal_person: Mapped[Short | None]
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)

    def __str__(self) -> str:
        return self.name


class Enterprise(Stamped, db.Model):
    """An enterprise that uses the platform. It holds no personal data; its members do."""

    credit_code: Mapped[str] = mapped_column(sa.String(18), unique=True)
    name: Mapped[Line] = mapped_column(index=True)
    remark: Mapped[str | None] = mapped_column(sa.Text)  # such as an unusual credit code

    memberships: Mapped[list[EnterpriseMembership]] = relationship(back_populates="enterprise")

    def __str__(self) -> str:
        return self.name


class EnterpriseMembershipStatus(StrEnum):
    REQUESTED = "requested"
    MEMBER = "member"
    DECLINED = "declined"
    REMOVED = "removed"


class EnterpriseMembership(Living, db.Model):
    """A person of an enterprise. The second and later ones wait for a yes."""

    user_id: Mapped[int] = ref("user.id", CASCADE)
    enterprise_id: Mapped[int] = ref("enterprise.id", CASCADE)
    status: Mapped[EnterpriseMembershipStatus] = mapped_column(
        stored_by_value(EnterpriseMembershipStatus)
    )
    reason: Mapped[str | None] = mapped_column(sa.Text)

    user: Mapped[User] = relationship(back_populates="enterprise_memberships")
    enterprise: Mapped[Enterprise] = relationship(back_populates="memberships")

    __table_args__ = (
        # a person acts for one enterprise at a time, and asks one at a time
        sa.Index(
            "uq_enterprise_membership_open",
            "user_id",
            unique=True,
            sqlite_where=sa.text("status IN ('requested', 'member')"),
            postgresql_where=sa.text("status IN ('requested', 'member')"),
        ),
    )

    def __str__(self) -> str:
        return f"{self.user} · {self.enterprise}"


# --- catalogue ------------------------------------------------------------------------------


class Category(Stamped, db.Model):
    """A field of service, on two levels."""

    parent_id: Mapped[int | None] = ref("category.id")
    slug: Mapped[Short] = mapped_column(unique=True)
    name: Mapped[Short]
    name_en: Mapped[Short]
    icon: Mapped[str] = mapped_column(sa.String(32), default="grid")
    position: Mapped[int] = mapped_column(default=0)
    retired: Mapped[bool] = mapped_column(default=False)

    parent: Mapped[Category | None] = relationship(
        back_populates="children", remote_side="Category.id"
    )
    children: Mapped[list[Category]] = relationship(
        back_populates="parent", order_by="Category.position"
    )

    def __str__(self) -> str:
        return self.name


# --- institutions ---------------------------------------------------------------------------


class InstitutionStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REJECTED = "rejected"
    CERTIFIED = "certified"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"


institution_category = sa.Table(
    "institution_category",
    Base.metadata,
    sa.Column(
        "institution_id", sa.ForeignKey("institution.id", ondelete=CASCADE), primary_key=True
    ),
    sa.Column(
        "category_id", sa.ForeignKey("category.id", ondelete=RESTRICT), primary_key=True, index=True
    ),
)


class Institution(Living, db.Model):
    """A service institution, from the draft of its application on."""

    status: Mapped[InstitutionStatus] = mapped_column(
        stored_by_value(InstitutionStatus), index=True
    )
    applicant_id: Mapped[int] = ref("user.id")
    name: Mapped[Line] = mapped_column(default="", index=True)
    credit_code: Mapped[str] = mapped_column(sa.String(18), default="", index=True)
    introduction: Mapped[Text] = mapped_column(default="")
    address: Mapped[Line] = mapped_column(default="")
    website: Mapped[Line] = mapped_column(default="")
    founded: Mapped[int | None]
    staff_count: Mapped[int | None]
    contact_name: Mapped[Short] = mapped_column(default="")
    contact_mobile: Mapped[str] = mapped_column(sa.String(32), default="")
    contact_phone: Mapped[str] = mapped_column(sa.String(32), default="")
    contact_email: Mapped[Email] = mapped_column(default="")  # the reserved e-mail of the manual
    wants_association: Mapped[bool] = mapped_column(default=False)
    submitted_at: Mapped[datetime | None]
    certified_at: Mapped[datetime | None]
    # the reviewer's words on the last decision: {field name: remark}, "" for the whole
    remarks: Mapped[dict[str, Any]] = mapped_column(default=dict)

    applicant: Mapped[User] = relationship()
    memberships: Mapped[list[Membership]] = relationship(back_populates="institution")
    categories: Mapped[list[Category]] = relationship(
        secondary=institution_category, order_by=Category.position
    )
    association: Mapped[list[AssociationMembership]] = relationship(back_populates="institution")

    __table_args__ = (
        # one open application, and one certified institution, for a credit code
        sa.Index(
            "uq_institution_open_credit_code",
            "credit_code",
            unique=True,
            sqlite_where=sa.text("status IN ('submitted', 'returned', 'certified', 'suspended')"),
            postgresql_where=sa.text(
                "status IN ('submitted', 'returned', 'certified', 'suspended')"
            ),
        ),
    )

    def __str__(self) -> str:
        return self.name


class MembershipRole(StrEnum):
    OWNER = "owner"
    STAFF = "staff"


class Membership(Stamped, db.Model):
    """A person of an institution. `active` once the institution is certified or he accepted."""

    user_id: Mapped[int] = ref("user.id", CASCADE)
    institution_id: Mapped[int] = ref("institution.id", CASCADE)
    role: Mapped[MembershipRole] = mapped_column(stored_by_value(MembershipRole))
    active: Mapped[bool] = mapped_column(default=False)

    user: Mapped[User] = relationship(back_populates="memberships")
    institution: Mapped[Institution] = relationship(back_populates="memberships")

    __table_args__ = (
        sa.UniqueConstraint("user_id", "institution_id"),
        sa.Index(  # a person works in one workbench
            "uq_membership_active_user",
            "user_id",
            unique=True,
            sqlite_where=sa.text("active"),
            postgresql_where=sa.text("active"),
        ),
    )

    def __str__(self) -> str:
        return f"{self.user} · {self.institution}"


class AssociationStatus(StrEnum):
    APPLIED = "applied"
    MEMBER = "member"
    REJECTED = "rejected"
    RESIGNED = "resigned"
    REMOVED = "removed"


class AssociationMembership(Living, db.Model):
    """An institution's membership of the association (促进会), a life of its own."""

    institution_id: Mapped[int] = ref("institution.id", CASCADE)
    status: Mapped[AssociationStatus] = mapped_column(stored_by_value(AssociationStatus))
    reason: Mapped[str | None] = mapped_column(sa.Text)

    institution: Mapped[Institution] = relationship(back_populates="association")

    __table_args__ = (
        sa.Index(
            "uq_association_membership_open",
            "institution_id",
            unique=True,
            sqlite_where=sa.text("status IN ('applied', 'member')"),
            postgresql_where=sa.text("status IN ('applied', 'member')"),
        ),
    )

    def __str__(self) -> str:
        return str(self.institution)


class ProfileChangeStatus(StrEnum):
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class ProfileChange(Living, db.Model):
    """A change of name, credit code or licence, under review beside the public version."""

    institution_id: Mapped[int] = ref("institution.id", CASCADE)
    proposer_id: Mapped[int] = ref("user.id")
    status: Mapped[ProfileChangeStatus] = mapped_column(stored_by_value(ProfileChangeStatus))
    name: Mapped[Line]
    credit_code: Mapped[str] = mapped_column(sa.String(18))
    reason: Mapped[str | None] = mapped_column(sa.Text)

    institution: Mapped[Institution] = relationship()
    proposer: Mapped[User] = relationship()

    __table_args__ = (
        sa.Index(
            "uq_profile_change_open",
            "institution_id",
            unique=True,
            sqlite_where=sa.text("status = 'submitted'"),
            postgresql_where=sa.text("status = 'submitted'"),
        ),
    )

    def __str__(self) -> str:
        return str(self.institution)


class InvitationStatus(StrEnum):
    SENT = "sent"
    ACCEPTED = "accepted"
    REVOKED = "revoked"


class Invitation(Living, db.Model):
    """A colleague asked into an institution's workbench. The token itself is never stored."""

    institution_id: Mapped[int] = ref("institution.id", CASCADE)
    email: Mapped[Email]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    expires_at: Mapped[datetime]
    status: Mapped[InvitationStatus] = mapped_column(stored_by_value(InvitationStatus))

    institution: Mapped[Institution] = relationship()

    __table_args__ = (
        sa.Index(
            "uq_invitation_live",
            "institution_id",
            "email",
            unique=True,
            sqlite_where=sa.text("status = 'sent'"),
            postgresql_where=sa.text("status = 'sent'"),
        ),
    )

    def __str__(self) -> str:
        return self.email


# --- trade ----------------------------------------------------------------------------------


class DemandStatus(StrEnum):
    SUBMITTED = "submitted"
    READ = "read"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    OUTCOME = "outcome"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"


class OutcomeKind(StrEnum):
    DEAL = "deal"
    NO_DEAL = "no_deal"


class ContactWay(StrEnum):
    PHONE = "phone"
    VISIT = "visit"
    EMAIL = "email"
    MESSAGE = "message"


class Demand(Living, db.Model):
    """What an enterprise asks of an institution, with the contact it agreed to pass on."""

    status: Mapped[DemandStatus] = mapped_column(stored_by_value(DemandStatus), index=True)
    number: Mapped[str | None] = mapped_column(sa.String(32), unique=True)
    form_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    poster_id: Mapped[int] = ref("user.id")
    enterprise_id: Mapped[int | None] = ref("enterprise.id")
    institution_id: Mapped[int] = ref("institution.id")
    category_id: Mapped[int] = ref("category.id")
    sent_on_from_id: Mapped[int | None] = ref("demand.id")
    title: Mapped[Line]
    description: Mapped[Text]
    budget: Mapped[Decimal | None]
    wanted_by: Mapped[date | None]
    contact_name: Mapped[Short]
    contact_phone: Mapped[str] = mapped_column(sa.String(32))
    contact_email: Mapped[Email]
    consented_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(
        sa.Text
    )  # of the last decline, withdrawal or dispute
    outcome: Mapped[OutcomeKind | None] = mapped_column(stored_by_value(OutcomeKind))
    contacted_by: Mapped[ContactWay | None] = mapped_column(stored_by_value(ContactWay))
    contacted_on: Mapped[date | None]
    amount: Mapped[Decimal | None]
    outcome_remark: Mapped[str | None] = mapped_column(sa.Text)

    poster: Mapped[User] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()
    institution: Mapped[Institution] = relationship()
    category: Mapped[Category] = relationship()
    sent_on_from: Mapped[Demand | None] = relationship(remote_side="Demand.id")

    __table_args__ = (
        sa.CheckConstraint("budget IS NULL OR budget > 0", name="budget_positive"),
        sa.CheckConstraint("amount IS NULL OR amount > 0", name="amount_positive"),
        sa.CheckConstraint(
            "status NOT IN ('outcome', 'confirmed', 'disputed') OR outcome IS NOT NULL",
            name="outcome_known",
        ),
    )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class AttachmentKind(StrEnum):
    LICENCE = "licence"
    QUALIFICATION = "qualification"
    PROPOSED_LICENCE = "proposed_licence"


class Attachment(Stamped, db.Model):
    """A stored file and the one thing it belongs to. The bytes live outside the web root."""

    kind: Mapped[AttachmentKind] = mapped_column(stored_by_value(AttachmentKind))
    institution_id: Mapped[int | None] = ref("institution.id", CASCADE)
    profile_change_id: Mapped[int | None] = ref("profile_change.id", CASCADE)
    uploader_id: Mapped[int] = ref("user.id")
    filename: Mapped[Line]
    content_type: Mapped[Short]
    size: Mapped[int]  # bytes
    storage_key: Mapped[str] = mapped_column(sa.String(128), unique=True)

    __table_args__ = (
        sa.CheckConstraint(
            "(institution_id IS NULL) <> (profile_change_id IS NULL)", name="one_owner"
        ),
    )

    def __str__(self) -> str:
        return self.filename


# --- journal --------------------------------------------------------------------------------


class Event(db.Model):
    """The append-only audit: who did what to which row, when and why."""

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(default=now)
    actor_id: Mapped[int | None] = ref("user.id", SET_NULL)
    subject_type: Mapped[str] = mapped_column(sa.String(32))
    subject_id: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(32))
    source: Mapped[str | None] = mapped_column(sa.String(32))
    target: Mapped[str | None] = mapped_column(sa.String(32))
    reason: Mapped[str | None] = mapped_column(sa.Text)
    # {field: [before, after]} of an edit, or what a step put on record
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)

    actor: Mapped[User | None] = relationship()

    __table_args__ = (sa.Index("ix_event_subject", "subject_type", "subject_id", "id"),)

    def __str__(self) -> str:
        return f"#{self.id}"


class Notification(db.Model):
    """An in-app notice. Its words are the subject of the mail template of the same name."""

    id: Mapped[Key]
    created_at: Mapped[datetime] = mapped_column(default=now)
    user_id: Mapped[int] = ref("user.id", CASCADE)
    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    template: Mapped[Short]
    context: Mapped[dict[str, Any]] = mapped_column(default=dict)
    link: Mapped[Line]
    read_at: Mapped[datetime | None]


class MailStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


class Mail(db.Model):
    """The outbox: template and context, rendered when sent. Its key keeps us from telling twice."""

    id: Mapped[Key]
    created_at: Mapped[datetime] = mapped_column(default=now)
    key: Mapped[str] = mapped_column(sa.String(300), unique=True)
    template: Mapped[Short]
    context: Mapped[dict[str, Any]] = mapped_column(default=dict)
    link: Mapped[str] = mapped_column(sa.String(500))  # a path; PUBLIC_URL is put before it
    recipient: Mapped[Email]
    locale: Mapped[str] = mapped_column(sa.String(16), default="zh_Hans_CN")
    status: Mapped[MailStatus] = mapped_column(
        stored_by_value(MailStatus), default=MailStatus.QUEUED
    )
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=now)
    leased_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(sa.Text)

    __table_args__ = (sa.Index("ix_mail_due", "status", "due_at"),)

    def __str__(self) -> str:
        return f"#{self.id} → {self.recipient}"


class SiteSetting(db.Model):
    """A setting that an administrator changed; settings.py holds what there is and the defaults."""

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    value: Mapped[Text]
