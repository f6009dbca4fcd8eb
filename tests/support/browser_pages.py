"""Every page of the house, by who looks at it: (reader's account, address, status)."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

from core.clock import now
from core.database import db
from models import (
    Activity,
    ActivityPart,
    ActivityStatus,
    Enterprise,
    EnterpriseMembership,
    Holiday,
    Institution,
    Mail,
    ProfileChange,
    Review,
    ReviewSide,
    ReviewStatus,
    Transaction,
    TransactionStatus,
    User,
)
from ranking import marks
from tests.support.tasks import order
from workdays.calendar import park_day
from worker import tasks
from workflows.invitation import sending
from workflows.person import entering
from workflows.profile_change import writing

NAXIN_CODE = "91320594MA1Q2A0011"
LVNENG_CODE = "91320594MA1Q2E005A"
BUSY = "/busy"  # an address of this test alone: the database is locked there


@dataclass(frozen=True, slots=True)
class Places:
    """What stands only in this run's database: a secret link, the ids of rows."""

    token: str
    adviser: str  # of a consultant's link
    request: int  # somebody who wants to join naxin's enterprise
    change: int
    mail: int
    ours: int  # a review that jintiancheng has to write
    theirs: int  # one that lvneng has to write
    appealed: int  # one that jintiancheng received, replied to or appealed against
    activity: int  # registered, with jintiancheng in it
    filed: int  # a deal of jintiancheng with tongchuang that waits for both of them
    draft: int  # a deal that jintiancheng has not filed yet
    task: int  # of the administrator, over, with rows that were refused
    queued: int  # one that no worker has begun
    others: int  # a deal of zhonghengxin, which waits for review with a warning


def review(firm: int, *conditions: sa.ColumnElement[bool]) -> int:
    """The id of the first review in a deal of `firm` that meets the conditions."""
    query = sa.select(sa.func.min(Review.id)).where(Review.institution_id == firm, *conditions)
    return db.session.scalar(query) or 0


def deal(firm: int, state: TransactionStatus) -> int:
    """The id of the last deal of `firm` in that state."""
    query = sa.select(sa.func.max(Transaction.id)).where(Transaction.status == state)
    return db.session.scalar(query.where(Transaction.institution_id == firm)) or 0


def serve_busy_page(app: Flask) -> None:
    """Serve the page BUSY. `app` has answered no request yet."""
    app.add_url_rule(BUSY, "busy", lose_a_race)


def lose_a_race() -> NoReturn:
    """Fail as a view does that does not get a lock of SQLite."""
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    raise OperationalError("", None, error)


def ranking_waits(consultant: int) -> None:
    """Mark a consultant's scores: no worker computes them. Institutions are ranked as before."""
    marks.mark(consultants=[consultant])
    db.session.commit()


def holidays_are_missing() -> None:
    """Take the National Day out of this year, by which the year is known to be entered."""
    year = park_day(now()).year
    october = Holiday.day.between(date(year, 10, 1), date(year, 10, 31))
    db.session.execute(sa.delete(Holiday).where(october))
    db.session.commit()


def more_happens(app: Flask) -> Places:
    """Create what the demo park lacks: an invitation, a request to join, a change to review,
    a task that waits, scores that wait, a year without holidays.
    """
    with app.app_context():
        found = {user.email.partition("@")[0]: user for user in db.session.scalars(sa.select(User))}
        firms = {row.id: row for row in db.session.scalars(sa.select(Institution))}
        sent = sending.invite(firms[1], "colleague@demo.example", found["jintiancheng"])
        asked: EnterpriseMembership = entering.enter(found["ordinary"], NAXIN_CODE)
        change: ProfileChange = writing.propose(
            firms[2],
            found["zhonghengxin"],
            name="苏州中恒信会计师事务所（普通合伙）",
            credit_code=firms[2].credit_code,
        )
        db.session.commit()
        mail = db.session.scalar(sa.select(sa.func.max(Mail.id))) or 0
        task = order(found["admin"], [1, 2, 3], locale="zh_Hans_CN")  # all of them certified
        tasks.work()
        queued = order(found["admin"], [1, 2, 3], locale="zh_Hans_CN")
        ranking_waits(consultant=1)
        holidays_are_missing()
        to_write = Review.status == ReviewStatus.OPEN
        customer = Enterprise.credit_code == LVNENG_CODE
        places = Places(
            sent.token,
            db.session.scalars(
                sa.select(Mail.link).where(Mail.recipient == "zhaoning@demo.example")
            )
            .one()
            .removeprefix("/invitations/"),
            asked.id,
            change.id,
            mail,
            ours=review(1, to_write, Review.side == ReviewSide.INSTITUTION),
            theirs=review(
                1, to_write, Review.side == ReviewSide.ENTERPRISE, Review.enterprise.has(customer)
            ),
            appealed=review(1, Review.appealed_at.is_not(None)),
            activity=db.session.scalar(
                sa.select(sa.func.min(Activity.id)).where(
                    Activity.status == ActivityStatus.REGISTERED,
                    Activity.parts.any(ActivityPart.institution_id == 1),
                )
            )
            or 0,
            filed=deal(1, TransactionStatus.FILED),
            draft=deal(1, TransactionStatus.DRAFT),
            task=task,
            queued=queued,
            others=deal(2, TransactionStatus.FILED),
        )
        db.session.remove()
    return places


ANYBODY = (
    "/", "/search", "/search?q=律师", "/search?q=没有这个",
    "/institutions", "/institutions?q=律师", "/institutions?q=没有这家", "/institutions/1",
    "/announcements", "/announcements/1", "/pages/about", "/pages/help-enterprise",
    "/pages/privacy", "/login", "/wan-signin", "/register", "/reset", "/confirm", "/dev/mails",
    "/dev/mails/{mail}", "/invitations/{token}",
    "/institutions?stars=3&member=yes&park=yes&sort=rating", "/products?sort=rating&park=yes",
    "/compare",
    "/compare?kind=institution&id=1&id=2&id=3&id=4&id=5", "/compare?kind=product&id=1&id=2",
    "/ranking", "/ranking?category=law", "/ranking?who=consultants", "/ranking/institutions/1",
)  # fmt: skip
PAGES: tuple[tuple[str, str, int], ...] = (
    *(("", path, 200) for path in ANYBODY),
    ("", "/nothing-here", 404),
    ("", "/institutions/13", 404),
    ("", "/invitations/unknown", 404),
    ("", "/products", 200),
    ("", "/products?kind=regular", 200),
    ("", "/products?kind=regular&category=ip&price_from=1e30", 200),
    ("", "/products/regular/18", 200),
    ("", "/products/999", 404),
    ("", "/products?q=没有这个", 200),
    ("", "/products?category=law-corporate&p_lawyers_from=abc", 200),
    ("", "/products?category=finance-tax", 200),
    ("", "/products/1", 200),
    ("", "/products/3", 200),
    ("", "/products/4", 404),
    ("", "/products/10", 200),
    ("", "/products/regular/3", 200),
    ("naxin", "/demands/new?product=1", 200),
    ("naxin", "/demands/new?product=3", 200),
    ("naxin", "/demands/new?offer=10", 200),
    ("naxin", "/", 200),
    ("naxin", "/institutions/1", 200),
    ("naxin", "/demands/new?institution=1", 200),
    ("naxin", "/demands/1/receipt", 200),
    ("naxin", "/demands/new", 200),
    ("naxin", "/demands/new?undirected=1", 200),
    ("naxin", "/account/enquiries", 200),
    ("naxin", "/account/enquiries/2", 200),
    ("naxin", "/account/enquiries/2/withdraw", 200),
    ("naxin", "/account/enquiries/1", 404),
    ("kangyue", "/account/enquiries/1", 200),
    ("kangyue", "/enquiries/1/receipt", 200),
    ("zhonghengxin", "/workbench/enquiries/", 200),
    ("admin", "/admin/enquiry/", 200),
    ("admin", "/admin/enquiry/details/?id=1", 200),
    ("admin", "/admin/enquiry/details/?id=2", 200),
    ("admin", "/admin/enquiry/ask/?verb=shortlist&ids=1", 200),
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
    ("jintiancheng", "/workbench/offer/", 200),
    ("jintiancheng", "/workbench/offer/choose/", 200),
    ("jintiancheng", "/workbench/offer/list/?item=12&item=18", 200),
    ("jintiancheng", "/workbench/offer/details/?id=1", 200),
    ("jintiancheng", "/workbench/offer/edit/?id=1", 200),
    ("jintiancheng", "/workbench/offer/details/?id=3", 200),
    ("jintiancheng", "/workbench/offer/details/?id=7", 200),
    ("jintiancheng", "/workbench/offer/?q=没有这个", 200),
    ("lanyu", "/workbench/offer/details/?id=36", 200),
    ("jintiancheng", "/workbench/offer/ask/?verb=delist&ids=1,2", 200),
    ("jintiancheng", "/workbench/profile/", 200),
    ("jintiancheng", "/workbench/ranking/", 200),
    ("jintiancheng", "/workbench/staff/", 200),
    ("jintiancheng", "/workbench/invitation/", 200),
    ("jintiancheng", "/workbench/invitation/ask/?verb=revoke&ids=1", 200),
    ("jintiancheng", "/workbench/demand/details/?id=7", 404),
    ("jintiancheng", "/workbench/transaction/", 200),
    ("jintiancheng", "/workbench/transaction/new/", 200),
    ("jintiancheng", "/workbench/transaction/details/?id={filed}", 200),
    ("jintiancheng", "/workbench/transaction/edit/?id={draft}", 200),
    ("jintiancheng", "/workbench/transaction/ask/?verb=withdraw&ids={filed}", 200),
    ("jintiancheng", "/workbench/transaction/details/?id={others}", 404),
    ("tongchuang", "/account/transactions", 200),
    ("tongchuang", "/account/transactions/{filed}", 200),
    ("tongchuang", "/account/transactions/{filed}/deny", 200),
    ("tongchuang", "/account/transactions/{others}", 404),
    ("", "/confirmations/unknown", 404),
    ("admin", "/admin/transaction/", 200),
    ("admin", "/admin/transaction/?status=approved", 200),
    ("admin", "/admin/transaction/details/?id={others}", 200),
    ("admin", "/admin/transaction/ask/?verb=return&ids={others}", 200),
    ("", "/consultants", 200),
    ("", "/consultants?q=没有这位", 200),
    ("", "/consultants/1", 200),
    ("naxin", "/demands/new?consultant=1", 200),
    ("chenyu", "/workbench/", 200),
    ("chenyu", "/workbench/demand/", 200),
    ("chenyu", "/workbench/speaker/", 200),
    ("chenyu", "/workbench/speaker/leave/", 200),
    ("jintiancheng", "/workbench/consultant/ask/?verb=unlink&ids=1,2", 200),
    ("jintiancheng", "/workbench/demand/ask/?verb=assign&ids=3", 200),
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
    ("hanxue", "/account/consultant", 200),
    ("shenlan", "/account/consultant", 200),
    ("", "/consultants?category=law", 200),
    ("", "/consultants/19", 200),
    ("", "/invitations/{adviser}", 200),
    ("", "/invitations/{adviser}/register", 200),
    ("zhonghengxin", "/invitations/{adviser}", 200),
    ("jintiancheng", "/workbench/consultant/details/?id=19", 200),
    ("jintiancheng", "/workbench/consultant/details/?id=21", 200),
    ("jintiancheng", "/workbench/consultant/ask/?verb=invite&ids=6", 200),
    ("jintiancheng", "/workbench/demand/details/?id=17", 200),
    ("wangqing", "/workbench/demand/details/?id=17", 200),
    ("wangqing", "/workbench/demand/ask/?verb=propose_outcome&ids=17", 200),
    ("chenyu", "/workbench/transaction/", 200),
    ("chenyu", "/workbench/review/", 200),
    ("chenyu", "/workbench/review/received/", 200),
    ("shenlan", "/workbench/", 403),
    ("admin", "/admin/consultant-review/", 200),
    ("admin", "/admin/consultant-review/?status=rejected", 200),
    ("admin", "/admin/consultant-review/details/?id=3", 200),
    ("admin", "/admin/consultant/details/?id=19", 200),
    ("admin", "/admin/consultant/ask/?verb=withdraw&ids=2", 200),
    ("admin", "/admin/consultant/", 200),
    ("admin", "/admin/consultant/details/?id=1", 200),
    ("zhonghengxin", "/workbench/profile/", 200),
    ("jintiancheng", "/workbench/task/", 200),
    ("jintiancheng", "/workbench/task/details/?id={task}", 404),
    ("jintiancheng", "/workbench/review/", 200),
    ("jintiancheng", "/workbench/review/given/", 200),
    ("jintiancheng", "/workbench/review/received/", 200),
    ("jintiancheng", "/workbench/review/received/?stars=1&status=hidden", 200),
    ("jintiancheng", "/workbench/review/ask/?verb=rate_enterprise&ids={ours}", 200),
    ("jintiancheng", "/workbench/review/ask/?verb=reply&ids={appealed}", 200),
    ("jintiancheng", "/workbench/review/details/?id={appealed}", 200),
    ("jintiancheng", "/workbench/review/details/?id={theirs}", 404),
    ("jintiancheng", "/workbench/activity/", 200),
    ("jintiancheng", "/workbench/activity/new/", 200),
    ("jintiancheng", "/workbench/activity/details/?id={activity}", 200),
    ("lvneng", "/account/reviews", 200),
    ("lvneng", "/account/reviews/given", 200),
    ("lvneng", "/account/reviews/received", 200),
    ("lvneng", "/account/reviews/received?stars=1", 200),
    ("lvneng", "/account/reviews/{theirs}", 200),
    ("lvneng", "/account/reviews/{theirs}/rate_institution", 200),
    ("admin", "/admin/appeal/", 200),
    ("admin", "/admin/appeal/details/?id={appealed}", 200),
    ("admin", "/admin/appeal/ask/?verb=hide&ids={appealed}", 200),
    ("admin", "/admin/review/", 200),
    ("admin", "/admin/review/details/?id={ours}", 200),
    ("admin", "/admin/activity/", 200),
    ("admin", "/admin/activity/new/", 200),
    ("admin", "/admin/activity/details/?id={activity}", 200),
    ("admin", "/admin/activity/edit/?id={activity}", 200),
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
    ("jintiancheng", "/workbench/product/", 200),
    ("jintiancheng", "/workbench/product/new/", 200),
    ("jintiancheng", "/workbench/product/new/?category=2", 200),
    ("jintiancheng", "/workbench/product/details/?id=1", 200),
    ("jintiancheng", "/workbench/product/edit/?id=4", 200),
    ("jintiancheng", "/workbench/product/preview/?id=4", 200),
    ("jintiancheng", "/workbench/product/terms/?id=1", 200),
    ("jintiancheng", "/workbench/product-change/details/?id=1", 200),
    ("jintiancheng", "/workbench/product-change/begin/?product=2", 200),
    ("jintiancheng", "/workbench/product/details/?id=5", 404),
    ("jintiancheng", "/workbench/product/ask/?verb=discard&ids=4", 200),
    ("jintiancheng", "/workbench/product/ask/?verb=delist&ids=1,2", 200),
    ("jintiancheng", "/workbench/product-change/", 200),
    ("jintiancheng", "/workbench/product-change/preview/?id=1", 200),
    ("jintiancheng", "/workbench/product-change/ask/?verb=withdraw&ids=1", 200),
    ("boda", "/workbench/product/details/?id=6", 200),
    ("yunqi", "/workbench/product/details/?id=9", 200),
    ("anwei", "/workbench/product/details/?id=10", 200),
    ("lanyu", "/workbench/product/details/?id=12", 200),
    ("yuanlu", "/workbench/product-change/details/?id=2", 200),
    ("yunqi", "/workbench/product/edit/?id=9", 200),
    ("yuanlu", "/workbench/product-change/edit/?id=2", 200),
    ("admin", "/admin/product/", 200),
    ("admin", "/admin/product/details/?id=8", 200),
    ("admin", "/admin/product/details/?id=10", 200),
    ("admin", "/admin/product/ask/?verb=reject&ids=8", 200),
    ("admin", "/admin/product/ask/?verb=return&ids=8", 200),
    ("admin", "/admin/product/ask/?verb=take_down&ids=1", 200),
    ("admin", "/admin/product/details/?id=1", 200),
    ("admin", "/admin/product/?status=listed&category=1", 200),
    ("admin", "/admin/product-change/", 200),
    ("admin", "/admin/product-change/details/?id=1", 200),
    ("admin", "/admin/product-change/details/?id=2", 200),
    ("admin", "/admin/product-change/ask/?verb=return&ids=1", 200),
    ("admin", "/admin/demand/", 200),
    ("admin", "/admin/demand/details/?id=10", 200),
    ("admin", "/admin/mail/", 200),
    ("admin", "/admin/mail/details/?id={mail}", 200),
    ("admin", "/admin/job/", 200),
    ("admin", "/admin/task/", 200),
    ("admin", "/admin/task/details/?id={task}", 200),
    ("admin", "/admin/task/details/?id={queued}", 200),
    ("admin", "/admin/task/details/?id=999", 404),
    ("", BUSY, 503),
    ("admin", BUSY, 503),
    ("admin", "/admin/score_rule/", 200),
    ("admin", "/admin/score_rule/new/", 200),
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
    ("admin", "/admin/category/schema/?id=1", 200),
    ("admin", "/admin/category/retire/?id=3", 200),
    ("admin", "/admin/category/retire/?id=9", 200),
    ("admin", "/admin/category/schema/?id=3", 200),
    ("admin", "/admin/catalogue_item/", 200),
    ("admin", "/admin/catalogue_item/new/", 200),
    ("admin", "/admin/catalogue_item/details/?id=1", 200),
    ("admin", "/admin/catalogue_item/edit/?id=1", 200),
    ("admin", "/admin/catalogue_item/import/", 200),
    ("admin", "/admin/catalogue_item/turn/?id=1", 200),
    ("admin", "/admin/catalogue_item/turn/?id=3", 200),
    ("admin", "/admin/catalogue_item/details/?id=3", 200),
    ("admin", "/admin/offer/", 200),
    ("admin", "/admin/offer/details/?id=1", 200),
    ("admin", "/admin/offer/details/?id=36", 200),
    ("admin", "/admin/offer/ask/?verb=take_down&ids=1,2", 200),
    ("admin", "/admin/announcement/", 200),
    ("admin", "/admin/announcement/new/", 200),
    ("admin", "/admin/announcement/details/?id=1", 200),
    ("admin", "/admin/page/", 200),
    ("admin", "/admin/page/edit/?id=1", 200),
    *(
        ("naxin", f"/account/{path}", 200)
        for path in (
            "consents",
            "favourites",
            "notices/settings",
            "sign-ins",
            "close",
            "security",
        )
    ),
    *(
        ("naxin", path, 200)
        for path in ("/tf-setup", "/wan-register", "/mf-recovery-codes", "/verify", "/wan-verify")
    ),
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
