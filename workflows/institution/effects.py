"""Side effects of an institution's transitions: workbench, association, and what ends with it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext

import access
import ranking
from core.database import db
from models import (
    Affiliation,
    AssociationMembership,
    AssociationStatus,
    Demand,
    FeaturedProduct,
    Institution,
    Invitation,
    InvitationStatus,
    Membership,
    MembershipRole,
    ProductChange,
    ProductChangeStatus,
    ProductStatus,
    ProfileChange,
    ProfileChangeStatus,
    User,
)
from workflows.consultant.effects import end_links
from workflows.demand.rules import UNSETTLED
from workflows.engine import Answers, columns, create, perform
from workflows.institution.locking import lock_dependents
from workflows.institution.rules import APPLIED


def add_owner(rows: list[Institution], actor: User, _answers: Answers) -> None:
    """Who applies will own the workbench, once there is one."""
    db.session.add_all(
        Membership(user_id=actor.id, institution_id=row.id, role=MembershipRole.OWNER)
        for row in rows
    )


def sync_association(rows: list[Institution], actor: User, _answers: Answers) -> None:
    """The wish to join the association becomes an application of its own."""
    for row in rows:
        open_one = [a for a in row.association if a.status is APPLIED]
        if row.wants_association and not open_one:
            create(AssociationMembership(institution_id=row.id), "apply", actor)
            db.session.expire(row, ["association"])
        elif open_one and not row.wants_association:
            perform(AssociationMembership, "resign", [a.id for a in open_one], actor)


def open_workbench(rows: list[Institution], actor: User, answers: Answers) -> None:
    """Open the workbench and the ranking, and decide on the association where that was chosen."""
    db.session.execute(
        sa.update(Membership)
        .where(Membership.institution_id.in_([row.id for row in rows]))
        .values(active=True)
        .execution_options(synchronize_session="fetch")
    )
    verb = {"admit": "admit", "decline": "reject"}.get(answers.get("association", "later"))
    if verb:
        _decide_association(rows, verb, actor, answers)
    ranking.mark(institutions={row.id for row in rows})


def reject_association(rows: list[Institution], actor: User, answers: Answers) -> None:
    """An application that ended takes its wish for the association with it."""
    _decide_association(rows, "reject", actor, answers)


def resign_association(rows: list[Institution], actor: User, _answers: Answers) -> None:
    """Who withdraws the application withdraws the wish for the association."""
    ids = [
        membership.id
        for row in rows
        for membership in row.association
        if membership.status is APPLIED
    ]
    perform(AssociationMembership, "resign", ids, actor)


def close_workbench(rows: list[Institution], actor: User, answers: Answers) -> None:
    """A revoked institution keeps no workbench: its people are free, what waited is closed."""
    ids = [row.id for row in rows]
    db.session.execute(
        sa.update(Membership)
        .where(Membership.institution_id.in_(ids))
        .values(active=False)
        .execution_options(synchronize_session="fetch")
    )
    lock_dependents(ids)
    reason = answers["reason"]
    for model, verb, waiting, asked in (
        (ProfileChange, "reject", ProfileChangeStatus.SUBMITTED, {"reason": reason}),
        (FeaturedProduct, "reject", ProductStatus.SUBMITTED, {"reason": reason}),
        (Invitation, "revoke", InvitationStatus.SENT, {}),
        (AssociationMembership, "reject", AssociationStatus.APPLIED, {"reason": reason}),
        (AssociationMembership, "remove", AssociationStatus.MEMBER, {"reason": reason}),
    ):
        query = sa.select(model.id).where(model.institution_id.in_(ids), model.status == waiting)
        perform(model, verb, db.session.scalars(query).all(), actor, **asked)
    waiting_demands = sa.select(Demand.id).where(
        Demand.institution_id.in_(ids), Demand.status.in_(UNSETTLED)
    )
    # those who asked are notified, and can send their demands on
    perform(Demand, "close", db.session.scalars(waiting_demands).all(), access.SYSTEM)
    end_links(Affiliation.institution_id.in_(ids))
    theirs = sa.select(FeaturedProduct.id).where(FeaturedProduct.institution_id.in_(ids))
    changes = sa.select(ProductChange.id).where(
        ProductChange.product_id.in_(theirs), ProductChange.status == ProductChangeStatus.SUBMITTED
    )
    perform(ProductChange, "reject", db.session.scalars(changes).all(), actor, reason=reason)


def _decide_association(rows: list[Institution], verb: str, actor: User, answers: Answers) -> None:
    ids = db.session.scalars(
        sa.select(AssociationMembership.id).where(
            AssociationMembership.institution_id.in_([row.id for row in rows]),
            AssociationMembership.status == APPLIED,
        )
    ).all()
    if verb == "admit":
        perform(AssociationMembership, verb, ids, actor)
    else:
        reason = answers.get("reason") or gettext("Decided with the certification.")
        perform(AssociationMembership, verb, ids, actor, reason=reason)


def return_columns(answers: Answers, _actor: User) -> dict[str, Any]:
    """What a return writes: the remarks on fields, and the reason for the whole."""
    return {"remarks": columns.remarks_of(answers)}


def reject_columns(answers: Answers, _actor: User) -> dict[str, Any]:
    """What a rejection writes: the reason alone."""
    return {"remarks": {"": answers["reason"]}}
