"""Whoever is concerned by many rows of one step hears of them at once, by one mail and one bell."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

import outbox
from core.database import db
from models import Institution, Mail, Notification, RegularOffer
from tests.support.application import rows
from tests.support.cast import Cast
from tests.support.mails import as_golden, mail
from tests.support.products import catalogue_item, regular_offer
from workflows import engine
from workflows.engine import notices as engine_notices
from workflows.engine.notices import Notice, Recipient, list_of

PRODUCTS = ("A trademark", "A patent", "A licence")


def offers(cast: Cast, institution: Institution, *names: str) -> list[RegularOffer]:
    return [regular_offer(institution, catalogue_item(cast.law, name)) for name in names]


def mails() -> list[Mail]:
    return list(rows(sa.select(Mail).order_by(Mail.recipient)))


def take_down(found: list[RegularOffer], cast: Cast) -> None:
    ids = [one.id for one in found]
    outcome = engine.perform(RegularOffer, "take_down", ids, cast.root, reason="Out of date.")
    assert outcome.done == ids
    db.session.commit()


def test_each_institution_hears_once_of_all_that_is_its_own(cast: Cast) -> None:
    ours = offers(cast, cast.bridge, *PRODUCTS)
    theirs = offers(cast, cast.rival, "A lawsuit")
    take_down([*ours, *theirs], cast)
    bridge, rival = mails()
    assert (bridge.recipient, bridge.link) == ("reserved-bridge@example.com", "/workbench/offer/")
    assert bridge.context == {
        "product": "A trademark",
        "institution": "Bridge Law",
        "reason": "Out of date.",
        "others": [
            {"product": "A patent", "institution": "Bridge Law"},
            {"product": "A licence", "institution": "Bridge Law"},
        ],
        "other_count": 2,
    }
    # one alone is told as ever, and leads to its page
    assert rival.link == f"/workbench/offer/details/?id={theirs[0].id}"
    assert "others" not in rival.context
    bells = rows(sa.select(Notification).order_by(Notification.user_id, Notification.id))
    assert [(one.user_id, one.link) for one in bells] == sorted(
        [
            (cast.bella.id, "/workbench/offer/"),
            (cast.stan.id, "/workbench/offer/"),
            (cast.rita.id, rival.link),
        ]
    )
    assert len(rows(sa.select(engine.journal.Event).filter_by(name="take_down"))) == 4


def test_the_bell_says_how_many_more(app: Flask, cast: Cast, chinese: None) -> None:
    take_down(offers(cast, cast.bridge, *PRODUCTS), cast)
    bell = rows(sa.select(Notification).filter_by(user_id=cast.bella.id))[0]
    with app.test_request_context("/"):
        assert outbox.subject_of(bell) == "“A trademark”已被强制下架（另有 2 项）"


def test_the_same_step_is_told_once_and_a_new_one_anew(cast: Cast) -> None:
    found = offers(cast, cast.bridge, *PRODUCTS)
    take_down(found, cast)
    process = engine.PROCESSES[RegularOffer]
    for notice in process["take_down"].notices:  # as a worker that was cut off would
        engine_notices.notify(
            process.kind, notice, found, process.context, {"reason": "Out of date."}
        )
    assert len(mails()) == 1
    engine.perform(RegularOffer, "lift", [one.id for one in found], cast.root)
    take_down(found, cast)
    assert [one.template for one in mails()].count("offer_taken_down") == 2


def test_of_very_many_the_mail_names_some_and_counts_the_rest(cast: Cast) -> None:
    take_down(offers(cast, cast.bridge, *(f"No. {n:03d}" for n in range(40))), cast)
    words = outbox.render(mails()[0])
    assert "No. 030" in words.text  # the first, and thirty others
    assert "No. 031" not in words.text
    assert "39" in words.subject
    assert "9" in words.text.split("No. 030")[1].splitlines()[1]


@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
def test_golden(app: Flask, chinese: None, locale: str) -> None:
    as_golden(
        "offer_taken_down",
        locale,
        "/workbench/offer/",
        copy="offer_taken_down_together",
        product="商标注册",
        institution="上海市锦天城（苏州）律师事务所",
        reason="价格说明已过期。",
        others=[{"product": "专利申请"}, {"product": "软件著作权登记"}],
        other_count=5,
    )


def test_names_write_no_line_and_no_element_of_ours(app: Flask) -> None:
    bad = [{"product": "<b>A</b>\n- B\r\nBcc: all@example.com", "institution": "x"}]
    words = outbox.render(
        mail("offer_taken_down", product="P", institution="x", others=bad, other_count=1)
    )
    assert "<b>" not in words.html
    assert "\n- B" not in words.text
    assert words.html.count("<a ") == 1


def test_where_each_needs_its_own_mail_each_has_one(cast: Cast) -> None:
    """A link that is a key opens one thing, whoever holds it."""
    found = offers(cast, cast.bridge, *PRODUCTS)
    ann = Recipient(email="ann@example.com")
    notice = Notice(
        template="staff_invited",
        kind=None,
        recipients=lambda rows: {row.id: [ann] for row in rows},
        link=lambda row: f"/invitations/secret-{row.id}",
        each=True,
    )

    def context(rows):
        return {row.id: {"institution": "x"} for row in rows}

    engine_notices.notify("invitation", notice, found, context, {})
    db.session.commit()
    assert {one.link for one in mails()} == {f"/invitations/secret-{one.id}" for one in found}


def test_every_link_that_is_a_key_has_its_own_mail() -> None:
    alone = {
        notice.template
        for process in engine.PROCESSES.values()
        for step in process.transitions
        for notice in step.notices
        if notice.each
    }
    assert alone == {
        "confirmation_asked", "consultant_invited", "consultant_reminded", "staff_invited",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("page", "its_list"),
    [
        ("/account/demands/12", "/account/demands"),
        ("/account/enquiries/12", "/account/enquiries"),
        ("/account/reviews/12", "/account/reviews"),
        ("/account/transactions/12", "/account/transactions"),
        ("/admin/activity/details/?id=12", "/admin/activity/"),
        ("/admin/appeal/details/?id=12", "/admin/appeal/"),
        ("/admin/application/details/?id=12", "/admin/application/"),
        ("/admin/consultant-review/details/?id=12", "/admin/consultant-review/"),
        ("/admin/enquiry/details/?id=12", "/admin/enquiry/"),
        ("/admin/enterprise_membership/details/?id=12", "/admin/enterprise_membership/"),
        ("/admin/product/details/?id=12", "/admin/product/"),
        ("/admin/product-change/details/?id=12", "/admin/product-change/"),
        ("/admin/profile_change/details/?id=12", "/admin/profile_change/"),
        ("/admin/transaction/details/?id=12", "/admin/transaction/"),
        ("/workbench/activity/details/?id=12", "/workbench/activity/"),
        ("/workbench/consultant/details/?id=12", "/workbench/consultant/"),
        ("/workbench/demand/details/?id=12", "/workbench/demand/"),
        ("/workbench/enquiries/details/?id=12", "/workbench/enquiries/"),
        ("/workbench/offer/details/?id=12", "/workbench/offer/"),
        ("/workbench/product/details/?id=12", "/workbench/product/"),
        ("/workbench/product-change/details/?id=12", "/workbench/product-change/"),
        ("/workbench/review/details/?id=12", "/workbench/review/"),
        ("/workbench/transaction/details/?id=12", "/workbench/transaction/"),
        ("/account/consultant", "/account/consultant"),
        ("/workbench/", "/workbench/"),
    ],
)
def test_the_list_of_a_page_is_a_page(app: Flask, page: str, its_list: str) -> None:
    assert list_of(page) == its_list
    urls = app.url_map.bind("localhost")
    for path in (page, its_list):
        urls.match(path.partition("?")[0], method="GET")
