"""The rules of a demand: who may take a step, what stands against it, and who hears of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

import access
import settings
from clock import PARK
from database import db
from models import (
    Demand,
    DemandStatus,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Institution,
    InstitutionStatus,
    Membership,
    User,
)
from workflows.engine import Answers, Words, plain
from workflows.notices import Notice, Recipient, users

S = DemandStatus
_joined = EnterpriseMembership.__table__  # bare: who tells is not who may see the members


def may_post(user: User, demand: Demand) -> bool:
    """Posts in his own name, for an enterprise he acts for or as an ordinary user.

    Nobody asks his own institution, the platform's staff keep out of the trade, and a setting
    says whether ordinary users take part.
    """
    ours = demand.enterprise_id is None or demand.enterprise_id in access.enterprise_ids(user)
    outside = not access.is_staff(user) and not access.works_for(user, demand)
    if demand.poster_id != user.id or not ours or not outside:
        return False
    return demand.enterprise_id is not None or bool(settings.get("ordinary_may_post"))


def on_the_customers_side(user: User, demand: Demand) -> bool:
    """Posted it or acts for the enterprise, and does not also work for the institution."""
    return access.posted(user, demand) and not access.works_for(user, demand)


def takes_demands(demand: Demand) -> Words | None:
    """Guard: only a certified institution takes new demands.

    The share lock keeps a suspension of the same moment from slipping in between.
    """
    institution = db.session.get(
        Institution, demand.institution_id, with_for_update={"read": True}, populate_existing=True
    )
    if institution is None or institution.status is not InstitutionStatus.CERTIFIED:
        return lazy_gettext("This institution takes no new demands at present.")
    return None


def still_answers(demand: Demand) -> Words | None:
    """Guard: a suspended institution finishes what it accepted, and takes on nothing new."""
    if demand.institution.status is not InstitutionStatus.CERTIFIED:
        return lazy_gettext("While suspended you can only finish what you accepted.")
    return None


def may_finish(demand: Demand) -> Words | None:
    """Guard: as `still_answers`, but what was accepted can be finished."""
    return None if demand.status is not S.READ else still_answers(demand)


def institution_people(rows: Sequence[Demand]) -> dict[int, list[Recipient]]:
    """The reserved e-mail of the institution, and the bell of everybody in its workbench."""
    by_institution: dict[int, list[int]] = {}
    wanted = {row.institution_id for row in rows}
    for institution_id, user_id in db.session.execute(
        sa.select(Membership.institution_id, Membership.user_id).where(
            Membership.institution_id.in_(wanted), Membership.active
        )
    ):
        by_institution.setdefault(institution_id, []).append(user_id)
    return {
        row.id: [
            Recipient(email=row.institution.contact_email),
            *(Recipient(user_id=one) for one in by_institution.get(row.institution_id, ())),
        ]
        for row in rows
    }


def members_of(enterprise_ids: set[int]) -> dict[int, list[User]]:
    """Return who acts for each of these enterprises, by id, in one query."""
    people: dict[int, list[User]] = {}
    for enterprise_id, user in db.session.execute(
        sa.select(_joined.c.enterprise_id, User)
        .join(User, User.id == _joined.c.user_id)
        .where(
            _joined.c.enterprise_id.in_(enterprise_ids),
            _joined.c.status == EnterpriseMembershipStatus.MEMBER,
        )
        .order_by(User.id)
    ):
        people.setdefault(enterprise_id, []).append(user)
    return people


def customers(rows: Sequence[Demand]) -> dict[int, list[Recipient]]:
    """The person who posted; where he left, the colleagues who now act for the enterprise."""
    people = members_of({row.enterprise_id for row in rows if row.enterprise_id is not None})
    told = {}
    for row in rows:
        colleagues = people.get(row.enterprise_id, []) if row.enterprise_id else [row.poster]
        told[row.id] = users([row.poster] if row.poster in colleagues else colleagues)
    return told


def to_workbench(row: Demand) -> str:
    return f"/workbench/demand/details/?id={row.id}"


def to_account(row: Demand) -> str:
    return f"/account/demands/{row.id}"


def numbered(row: Demand) -> None:
    """Give a posted demand the number that people say on the telephone: XQ, the day, the id."""
    row.number = f"XQ{row.created_at.astimezone(PARK):%Y%m%d}{row.id:05d}"


def context(row: Demand) -> dict[str, Any]:
    return {"number": row.number, "title": row.title, "institution": row.institution.name}


def outcome_columns(answers: Answers, _actor: User | None) -> dict[str, Any]:
    names = ("outcome", "contacted_by", "contacted_on", "amount", "outcome_remark")
    return {name: answers.get(name) or None for name in names}


def outcome_record(_row: Demand, answers: Answers) -> dict[str, Any]:
    """What the journal keeps of an outcome, so that a correction has its history."""
    return {name: plain(value) for name, value in outcome_columns(answers, None).items()}


def reason_column(answers: Answers, _actor: User) -> dict[str, Any]:
    return {"reason": answers.get("reason")}


def tell_institution(template: str) -> Notice:
    return Notice(template=template, to=institution_people, link=to_workbench)


def tell_customer(template: str) -> Notice:
    return Notice(template=template, to=customers, link=to_account)
