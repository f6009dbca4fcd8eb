"""When a step of an application may be taken, and what follows from it."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext, lazy_gettext

import access
import ranking
from core.database import db
from models import (
    Affiliation,
    AssociationMembership,
    AssociationStatus,
    Attachment,
    AttachmentKind,
    Demand,
    FeaturedProduct,
    Institution,
    InstitutionStatus,
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
from workflows.consultant.affiliation_ending import end_links
from workflows.demand.rules import UNSETTLED
from workflows.engine import Answers, Words, begin, perform
from workflows.institution.application_facts import NEEDED

S = InstitutionStatus
APPLIED = AssociationStatus.APPLIED
OPEN = frozenset({S.DRAFT, S.RETURNED})
PENDING = OPEN | {S.SUBMITTED}
# who holds a credit code: what the partial unique index of models.Institution covers
HOLDS_CODE = (S.SUBMITTED, S.RETURNED, S.CERTIFIED, S.SUSPENDED)
CODE_TAKEN = lazy_gettext("Another application or institution already uses this credit code.")
STAFF_OF_THE_PLATFORM = lazy_gettext("The platform's own staff cannot lead an institution.")
AT_WORK_ALREADY = lazy_gettext("The applicant already works for another institution.")


def complete(institution: Institution) -> Words | None:
    """Guard: an application is submitted whole."""
    if any(not getattr(institution, name) for name in NEEDED) or not institution.categories:
        return lazy_gettext("Fill in everything that is marked as required first.")
    licence = sa.select(Attachment.id).where(
        Attachment.institution_id == institution.id, Attachment.kind == AttachmentKind.LICENCE
    )
    if db.session.scalar(licence.limit(1)) is None:
        return lazy_gettext("Add a scan of the business licence first.")
    return free_to_apply(institution)


def free_to_apply(institution: Institution) -> Words | None:
    """Guard: who works in one workbench, or for the platform, applies for no other."""
    applicant = db.session.get_one(User, institution.applicant_id)
    if applicant.role is not None:
        return STAFF_OF_THE_PLATFORM
    if any(held.active for held in applicant.memberships):
        return lazy_gettext("You already work for an institution on this platform.")
    return None


def one_at_a_time(institution: Institution) -> Words | None:
    """Guard: a person has one application under way.

    His row is locked, so that the second of two clicks waits and finds the first one's draft.
    """
    applicant = sa.select(User.id).where(User.id == institution.applicant_id)
    db.session.execute(applicant.with_for_update(key_share=True))
    query = sa.select(Institution.id).where(
        Institution.applicant_id == institution.applicant_id, Institution.status.in_(PENDING)
    )
    if db.session.scalar(query.limit(1)) is not None:
        return lazy_gettext("You already have an application. Go on with that one.")
    return free_to_apply(institution)


def still_free(institution: Institution) -> Words | None:
    """Guard: the applicant has joined neither another institution nor the platform since."""
    if institution.applicant.role is not None:
        return STAFF_OF_THE_PLATFORM
    if any(held.active for held in institution.applicant.memberships):
        return AT_WORK_ALREADY
    return None


def with_owner(rows: list[Institution], actor: User, _answers: Answers) -> None:
    """Who applies will own the workbench, once there is one."""
    db.session.add_all(
        Membership(user_id=actor.id, institution_id=row.id, role=MembershipRole.OWNER)
        for row in rows
    )


def with_submission(rows: list[Institution], actor: User, _answers: Answers) -> None:
    """The wish to join the association becomes an application of its own."""
    for row in rows:
        open_one = [a for a in row.association if a.status is APPLIED]
        if row.wants_association and not open_one:
            begin(AssociationMembership(institution_id=row.id), "apply", actor)
            db.session.expire(row, ["association"])
        elif open_one and not row.wants_association:
            perform(AssociationMembership, "resign", [a.id for a in open_one], actor)


def with_approval(rows: list[Institution], actor: User, answers: Answers) -> None:
    """Open the workbench and the ranking, and decide on the association where that was said."""
    db.session.execute(
        sa.update(Membership)
        .where(Membership.institution_id.in_([row.id for row in rows]))
        .values(active=True)
        .execution_options(synchronize_session="fetch")
    )
    verb = {"admit": "admit", "decline": "reject"}.get(answers.get("association", "later"))
    if verb:
        _decide_association(rows, verb, actor, answers)
    ranking.refresh(institutions={row.id for row in rows})


def without_association(rows: list[Institution], actor: User, answers: Answers) -> None:
    """An application that ended takes its wish for the association with it."""
    _decide_association(rows, "reject", actor, answers)


def without_wish(rows: list[Institution], actor: User, _answers: Answers) -> None:
    """Who withdraws the application withdraws his wish for the association."""
    ids = [one.id for row in rows for one in row.association if one.status is APPLIED]
    perform(AssociationMembership, "resign", ids, actor)


def with_everything(rows: list[Institution], actor: User, answers: Answers) -> None:
    """A revoked institution keeps no workbench: its people are free, what waited is closed."""
    ids = [row.id for row in rows]
    db.session.execute(
        sa.update(Membership)
        .where(Membership.institution_id.in_(ids))
        .values(active=False)
        .execution_options(synchronize_session="fetch")
    )
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
    # those who asked are told, and can send their demands on
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
