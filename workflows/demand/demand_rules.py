"""The rules of a demand: who may take a step, what stands against it, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

import access
import settings
from clock import PARK
from database import db
from models import (
    Affiliation,
    Consultant,
    Demand,
    DemandStatus,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    InstitutionStatus,
    User,
)
from workflows import audiences
from workflows.engine import Answers, Words, plain
from workflows.notices import Notice, Recipient, users

S = DemandStatus
# waits for something that only the institution can do
UNANSWERED = frozenset({S.SUBMITTED, S.READ, S.ACCEPTED})
# ends with the institution: a disputed outcome, too, is for nobody but it to correct
UNSETTLED = UNANSWERED | {S.DISPUTED}
# bare tables: who tells is not who may see
_joined = EnterpriseMembership.__table__
_link = Affiliation.__table__
_adviser = Consultant.__table__


def may_post(user: User, demand: Demand) -> bool:
    """Takes part in the trade, and asks another institution than his own."""
    return takes_part(user, demand) and not access.stands_for(user, demand)


def takes_part(user: User, row: Any) -> bool:
    """Asks in his own name, for an enterprise he acts for or as an ordinary user.

    The platform's staff keep out of the trade, and a setting says whether ordinary users take part.
    """
    ours = row.enterprise_id is None or row.enterprise_id in access.enterprise_ids(user)
    if row.poster_id != user.id or not ours or access.is_staff(user):
        return False
    return row.enterprise_id is not None or bool(settings.get("ordinary_may_post"))


def on_the_customers_side(user: User, demand: Demand) -> bool:
    """Posted it or acts for the enterprise, and is not also the institution's own."""
    return access.posted(user, demand) and not access.stands_for(user, demand)


def still_answers(demand: Demand) -> Words | None:
    """Guard: a suspended institution finishes what it accepted, and takes on nothing new."""
    if demand.institution.status is not InstitutionStatus.CERTIFIED:
        return lazy_gettext("While suspended you can only finish what you accepted.")
    return None


def may_finish(demand: Demand) -> Words | None:
    """Guard: as `still_answers`, but what was accepted can be finished."""
    return None if demand.status is not S.READ else still_answers(demand)


def institution_people(rows: Sequence[Any]) -> dict[int, list[Recipient]]:
    """The reserved e-mail of the institution, and the bell of everybody in its workbench."""
    people = audiences.of_institutions({row.institution_id for row in rows})
    return {row.id: people.get(row.institution_id, []) for row in rows}


def consultants(rows: Sequence[Demand]) -> dict[int, list[Recipient]]:
    """The consultant in charge of each demand, where there is one."""
    people = consultant_users({row.affiliation_id for row in rows if row.affiliation_id})
    return {row.id: users(people.get(row.affiliation_id, ())) for row in rows}


def consultant_users(affiliation_ids: Iterable[int]) -> dict[int | None, list[User]]:
    """Return the account behind each affiliation: {affiliation id: [user]}."""
    found = db.session.execute(
        sa.select(_link.c.id, User)
        .select_from(_link)
        .join(_adviser, _adviser.c.id == _link.c.consultant_id)
        .join(User, User.id == _adviser.c.user_id)
        .where(_link.c.id.in_(list(affiliation_ids)))
    )
    return {id: [user] for id, user in found}


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


def customers(rows: Sequence[Any]) -> dict[int, list[Recipient]]:
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
    """What mails may say; the names of consultants and products are empty for none."""
    return {
        "number": row.number,
        "title": row.title,
        "institution": row.institution.name,
        "asked_for": (row.asked_for or {}).get("name", ""),
        "in_charge": name_of(row.affiliation_id),
        "formerly_in_charge": name_of(former_id(row)),
    }


def former_id(row: Demand) -> int | None:
    """Return the affiliation in charge before the step that changed it, None where it did not.

    The relation is as it was loaded before the step, the column as the step wrote it.
    """
    if row.affiliation is None or row.affiliation.id == row.affiliation_id:
        return None
    return row.affiliation.id


def name_of(affiliation_id: int | None) -> str:
    """Return the consultant's name of an affiliation, empty for none."""
    if affiliation_id is None:
        return ""
    query = sa.select(_adviser.c.name).join(_link, _link.c.consultant_id == _adviser.c.id)
    return db.session.scalar(query.where(_link.c.id == affiliation_id)) or ""


def outcome_columns(answers: Answers, _actor: User | None) -> dict[str, Any]:
    names = ("outcome", "contacted_by", "contacted_on", "amount", "outcome_remark")
    return {name: answers.get(name) or None for name in names}


def outcome_recorded(answers: Answers, actor: User | None) -> dict[str, Any]:
    """What is recorded takes the place of what was proposed."""
    return outcome_columns(answers, actor) | {"proposal": None}


def outcome_proposed(answers: Answers, actor: User | None) -> dict[str, Any]:
    """The answers as JSON, until the institution's people record them or others."""
    return {
        "proposal": {name: plain(said) for name, said in outcome_columns(answers, actor).items()}
    }


def contact_columns(answers: Answers, _actor: User | None) -> dict[str, Any]:
    return {name: answers[name] for name in ("contacted_by", "contacted_on")}


def contact_record(_row: Demand, answers: Answers) -> dict[str, Any]:
    names = ("contacted_by", "contacted_on", "remark")
    return {name: plain(answers.get(name)) for name in names}


def outcome_record(_row: Demand, answers: Answers) -> dict[str, Any]:
    """What the journal keeps of an outcome, so that a correction has its history."""
    return {name: plain(value) for name, value in outcome_columns(answers, None).items()}


def reason_column(answers: Answers, _actor: User) -> dict[str, Any]:
    return {"reason": answers.get("reason")}


def tell_institution(template: str) -> Notice:
    return Notice(template=template, to=institution_people, link=to_workbench)


def tell_consultant(template: str) -> Notice:
    return Notice(template=template, to=consultants, link=to_workbench)


def tell_customer(template: str) -> Notice:
    return Notice(template=template, to=customers, link=to_account)
