"""What waits for the platform's staff: how many of each, and since when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString, lazy_gettext

import access
from database import db
from models import (
    Affiliation,
    AffiliationStatus,
    AssociationMembership,
    AssociationStatus,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Institution,
    InstitutionStatus,
    Mail,
    MailStatus,
    PlatformRole,
    ProfileChange,
    ProfileChangeStatus,
    User,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A pile of work: where it is worked off, what lies on it, and since when."""

    label: LazyString
    empty: LazyString
    endpoint: str
    model: type[Any]
    waits: Callable[[], sa.ColumnElement[bool]]
    since: Callable[[], Any]
    query: dict[str, str] = field(default_factory=dict)  # the filter that shows just these
    urgent: bool = False
    roles: tuple[PlatformRole, ...] = tuple(PlatformRole)


@dataclass(frozen=True, slots=True)
class Pile:
    """A queue with its figures of this moment."""

    queue: Queue
    count: int
    oldest: datetime | None


QUEUES = (
    Queue(
        label=lazy_gettext("Applications"),
        empty=lazy_gettext("No application waits for review."),
        endpoint="application",
        model=Institution,
        waits=lambda: Institution.status == InstitutionStatus.SUBMITTED,
        since=lambda: Institution.submitted_at,
    ),
    Queue(
        label=lazy_gettext("Consultant certifications"),
        empty=lazy_gettext("No consultant waits for review."),
        endpoint="consultant_review",
        model=Affiliation,
        waits=lambda: Affiliation.status == AffiliationStatus.SUBMITTED,
        since=lambda: Affiliation.submitted_at,
    ),
    Queue(
        label=lazy_gettext("Association memberships"),
        empty=lazy_gettext("No wish to join the association is open."),
        endpoint="association",
        model=AssociationMembership,
        waits=lambda: AssociationMembership.status == AssociationStatus.APPLIED,
        since=lambda: AssociationMembership.status_at,
        query={"status": AssociationStatus.APPLIED.value},
    ),
    Queue(
        label=lazy_gettext("Profile changes"),
        empty=lazy_gettext("No change of a name, code or licence waits."),
        endpoint="profile_change",
        model=ProfileChange,
        waits=lambda: ProfileChange.status == ProfileChangeStatus.SUBMITTED,
        since=lambda: ProfileChange.status_at,
        query={"status": ProfileChangeStatus.SUBMITTED.value},
    ),
    Queue(
        label=lazy_gettext("Enterprise join requests"),
        empty=lazy_gettext("Nobody waits to join an enterprise."),
        endpoint="enterprise_membership",
        model=EnterpriseMembership,
        waits=lambda: EnterpriseMembership.status == EnterpriseMembershipStatus.REQUESTED,
        since=lambda: EnterpriseMembership.status_at,
        query={"status": EnterpriseMembershipStatus.REQUESTED.value},
    ),
    Queue(
        label=lazy_gettext("Undelivered mails"),
        empty=lazy_gettext("Every mail went out or is on its way."),
        endpoint="mail",
        model=Mail,
        waits=lambda: Mail.status == MailStatus.DEAD,
        since=lambda: Mail.created_at,
        query={"status": MailStatus.DEAD.value},
        roles=(PlatformRole.ADMINISTRATOR, PlatformRole.AUDITOR),
        urgent=True,
    ),
)


def piles(user: User) -> list[Pile]:
    """Return the queues of `user` with count and moment of the oldest entry, in one statement."""
    queues = [queue for queue in QUEUES if user.role in queue.roles]
    figures = [
        sa.select(
            sa.literal(place).label("place"),
            sa.func.count().label("number"),
            sa.func.min(queue.since()).label("oldest"),
        )
        .select_from(queue.model)
        .where(queue.waits(), access.sees(user, queue.model))
        for place, queue in enumerate(queues)
    ]
    found = {row.place: row for row in db.session.execute(sa.union_all(*figures))} if queues else {}
    return [Pile(queue, found[at].number, found[at].oldest) for at, queue in enumerate(queues)]
