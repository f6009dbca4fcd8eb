"""Every page of the house, by who looks at it: (reader's account, address, status)."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask

from database import db
from models import EnterpriseMembership, Institution, Mail, ProfileChange, User
from workflows import invitations, people, profile_changes

NAXIN_CODE = "91320594MA1Q2A0011"


@dataclass(frozen=True, slots=True)
class Places:
    """What stands only in this run's database: a secret link, the ids of rows."""

    token: str
    request: int  # somebody who wants to join naxin's enterprise
    change: int
    mail: int


def more_happens(app: Flask) -> Places:
    """Let happen what the demo park lacks: an invitation, a request to join, a change to review."""
    with app.app_context():
        found = {user.email.partition("@")[0]: user for user in db.session.scalars(sa.select(User))}
        firms = {row.id: row for row in db.session.scalars(sa.select(Institution))}
        sent = invitations.invite(firms[1], "colleague@demo.example", found["jintiancheng"])
        asked: EnterpriseMembership = people.enter(found["ordinary"], NAXIN_CODE)
        change: ProfileChange = profile_changes.propose(
            firms[2],
            found["zhonghengxin"],
            name="苏州中恒信会计师事务所（普通合伙）",
            credit_code=firms[2].credit_code,
        )
        db.session.commit()
        mail = db.session.scalar(sa.select(sa.func.max(Mail.id))) or 0
        places = Places(sent.token, asked.id, change.id, mail)
        db.session.remove()
    return places


ANYBODY = (
    "/", "/search", "/search?q=律师", "/search?q=没有这个",
    "/institutions", "/institutions?q=律师", "/institutions?q=没有这家", "/institutions/1",
    "/login", "/register", "/reset", "/confirm", "/dev/mails", "/dev/mails/{mail}",
    "/invitations/{token}",
)  # fmt: skip
PAGES: tuple[tuple[str, str, int], ...] = (
    *(("", path, 200) for path in ANYBODY),
    ("", "/nothing-here", 404),
    ("", "/institutions/13", 404),
    ("", "/invitations/unknown", 404),
    ("naxin", "/", 200),
    ("naxin", "/institutions/1", 200),
    ("naxin", "/demands/new?institution=1", 200),
    ("naxin", "/demands/1/receipt", 200),
    ("naxin", "/account/", 200),
    ("naxin", "/account/demands", 200),
    ("naxin", "/account/demands/1", 200),
    ("naxin", "/account/demands/1/withdraw", 200),
    ("naxin", "/account/demands/7", 200),
    ("naxin", "/account/demands/2", 404),
    ("naxin", "/account/notices", 200),
    ("naxin", "/account/profile", 200),
    ("naxin", "/account/enterprise", 200),
    ("naxin", "/account/enterprise/{request}/decline", 200),
    ("naxin", "/change", 200),
    ("naxin", "/admin/", 403),
    ("lvneng", "/account/demands/5", 200),
    ("lvneng", "/account/demands/5/dispute", 200),
    ("jingmi", "/account/demands/9", 200),
    ("jingmi", "/account/demands/9/send-on", 200),
    ("ordinary", "/account/", 200),
    ("ordinary", "/account/enterprise", 200),
    ("ordinary", "/account/demands", 200),
    ("applicant", "/certification/", 200),
    ("hengda", "/certification/", 200),
    ("senhe", "/certification/", 200),
    ("chengxun", "/certification/", 200),
    ("jintiancheng", "/certification/", 200),
    ("jintiancheng", "/workbench/", 200),
    ("jintiancheng", "/workbench/demand/", 200),
    *(("jintiancheng", f"/workbench/demand/details/?id={number}", 200) for number in (2, 3, 5, 6)),
    ("jintiancheng", "/workbench/demand/ask/?verb=decline&ids=3", 200),
    ("jintiancheng", "/workbench/demand/ask/?verb=record_outcome&ids=4", 200),
    ("jintiancheng", "/workbench/profile/", 200),
    ("jintiancheng", "/workbench/staff/", 200),
    ("jintiancheng", "/workbench/invitation/", 200),
    ("jintiancheng", "/workbench/invitation/ask/?verb=revoke&ids=1", 200),
    ("jintiancheng", "/workbench/demand/details/?id=7", 404),
    ("jintiancheng", "/workbench/consultant/", 200),
    ("jintiancheng", "/workbench/consultant/new/", 200),
    ("jintiancheng", "/workbench/consultant/details/?id=1", 200),
    ("jintiancheng", "/workbench/consultant/details/?id=4", 200),
    ("jintiancheng", "/workbench/consultant/edit/?id=4", 200),
    ("jintiancheng", "/workbench/consultant-import/", 200),
    ("chenyu", "/account/consultant", 200),
    ("luyao", "/account/consultant", 200),
    ("tangyi", "/account/consultant", 200),
    ("naxin", "/account/consultant", 200),
    ("admin", "/admin/consultant-review/", 200),
    ("admin", "/admin/consultant-review/details/?id=3", 200),
    ("admin", "/admin/consultant/", 200),
    ("admin", "/admin/consultant/details/?id=1", 200),
    ("zhonghengxin", "/workbench/profile/", 200),
    ("admin", "/admin/", 200),
    ("admin", "/admin/application/", 200),
    ("admin", "/admin/application/details/?id=15", 200),
    ("admin", "/admin/application/details/?id=16", 200),
    ("admin", "/admin/application/ask/?verb=approve&ids=14,15", 200),
    ("admin", "/admin/application/ask/?verb=return&ids=15", 200),
    ("admin", "/admin/institution/", 200),
    ("admin", "/admin/institution/?q=没有这家", 200),
    ("admin", "/admin/institution/details/?id=1", 200),
    ("admin", "/admin/institution/details/?id=12", 200),
    ("admin", "/admin/institution/ask/?verb=suspend&ids=1", 200),
    ("admin", "/admin/association/", 200),
    ("admin", "/admin/association/details/?id=1", 200),
    ("admin", "/admin/profile_change/", 200),
    ("admin", "/admin/profile_change/details/?id={change}", 200),
    ("admin", "/admin/demand/", 200),
    ("admin", "/admin/demand/details/?id=10", 200),
    ("admin", "/admin/mail/", 200),
    ("admin", "/admin/mail/details/?id={mail}", 200),
    ("admin", "/admin/job/", 200),
    ("admin", "/admin/user/", 200),
    ("admin", "/admin/user/details/?id=7", 200),
    ("admin", "/admin/enterprise/", 200),
    ("admin", "/admin/enterprise/details/?id=1", 200),
    ("admin", "/admin/enterprise_membership/", 200),
    ("admin", "/admin/enterprise_membership/details/?id={request}", 200),
    ("admin", "/admin/park_enterprise/", 200),
    ("admin", "/admin/park_enterprise/details/?id=1", 200),
    ("admin", "/admin/park-import/", 200),
    ("admin", "/admin/category/", 200),
    ("admin", "/admin/category/new/", 200),
    ("admin", "/admin/category/edit/?id=1", 200),
    ("admin", "/admin/category/details/?id=1", 200),
    ("admin", "/admin/holiday/", 200),
    ("admin", "/admin/holiday/new/", 200),
    ("admin", "/admin/holiday/paste/", 200),
    ("admin", "/admin/holiday/details/?id=1", 200),
    ("admin", "/admin/setting/", 200),
    ("admin", "/admin/event/", 200),
    ("admin", "/admin/event/details/?id=5", 200),
    ("admin", "/admin/nothing-here/", 404),
    ("auditor", "/admin/event/", 200),
)
