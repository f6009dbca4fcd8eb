"""What a person decides about his account: favourites, mails, sign-ins, his data, its end."""

from __future__ import annotations

import json
import re

import pytest
import sqlalchemy as sa
from flask_security import hash_password

import outbox
import uploads
from core.database import db
from models import (
    AttachmentKind,
    Demand,
    DemandDraft,
    DemandStatus,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Event,
    Favourite,
    Mail,
    MailStatus,
    MutedNotice,
    NoticeKind,
    Notification,
    SignIn,
    User,
)
from tests.support.application import forget, rows, sign_in
from tests.support.applying import PDF
from tests.support.back_office import demand
from tests.support.cast import ACME_CODE
from tests.support.demands import post_demand
from tests.support.products import featured_product
from workflows import engine
from workflows.engine import notice_kinds
from workflows.person import closing, entering

PASSWORD = "a long enough one"


def with_password(user: User) -> User:
    user.password = hash_password(PASSWORD)
    db.session.commit()
    return user


def enter(client, user: User) -> None:
    forget()
    answer = client.post("/login", data={"email": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    forget()


# --- favourites -----------------------------------------------------------------------------


def test_a_favourite_is_added_found_and_taken_off(app, cast, client) -> None:
    bridge, rival, draft = cast.bridge, cast.rival, cast.draft
    lin = cast.lins_link.consultant_id
    sign_in(client, cast.ann)
    path = f"/account/favourites/institution/{bridge.id}"
    client.post(path, data={"next": f"/institutions/{bridge.id}"})
    assert "已收藏" in client.get(f"/institutions/{bridge.id}").text
    assert "Bridge Law" in client.get("/account/favourites").text
    sign_in(client, cast.otto)
    assert "Bridge Law" not in client.get("/account/favourites").text
    sign_in(client, cast.ann)
    client.post(path)
    assert rows(sa.select(Favourite)) == []
    assert client.post(f"/account/favourites/consultant/{lin}").status_code == 302
    assert client.post(f"/account/favourites/institution/{draft.id}").status_code == 404
    assert client.post("/account/favourites/user/1").status_code == 404
    assert client.post(f"/account/favourites/product/{rival.id}").status_code == 404
    assert len(rows(sa.select(Favourite))) == 1


def test_the_star_stands_on_the_page_of_each_kind_of_thing(app, cast, client) -> None:
    product = featured_product(cast.bridge)
    lin = cast.lins_link.consultant_id
    places = {"institution": cast.bridge.id, "consultant": lin, "product": product.id}
    for kind, id in places.items():
        path, star = f"/{kind}s/{id}", f"/account/favourites/{kind}/{id}"
        forget()
        assert f"/login?next={path}" in app.test_client().get(path).text
        page = sign_in(client, cast.ann).get(path).text
        assert f'action="{star}"' in page
        client.post(star, data={"next": path})
        assert "已收藏" in client.get(path).text
    page = client.get("/account/favourites").text
    assert all(f'href="/{kind}s/{id}"' in page for kind, id in places.items())


def test_a_stranger_has_no_favourites(app, cast, client) -> None:
    answer = client.post(f"/account/favourites/institution/{cast.bridge.id}")
    assert "/login" in answer.location
    assert rows(sa.select(Favourite)) == []


# --- mails ----------------------------------------------------------------------------------


def test_who_wants_no_mails_of_a_kind_still_has_the_bell(app, cast, client) -> None:
    asked = demand(cast.ann, cast.bridge, status=DemandStatus.READ)
    sign_in(client, cast.ann)
    wanted = {kind.value: "1" for kind in NoticeKind if kind is not NoticeKind.DEMAND}
    client.post("/account/notices/settings", data=wanted)
    assert rows(sa.select(MutedNotice.kind)) == [NoticeKind.DEMAND]
    engine.perform(Demand, "accept", [asked.id], cast.bella)
    db.session.commit()
    ann = cast.ann
    assert rows(sa.select(Mail).where(Mail.recipient == ann.email)) == []
    told = rows(sa.select(Notification.template).where(Notification.user_id == ann.id))
    assert told == ["demand_accepted"]
    client.post("/account/notices/settings", data={kind.value: "1" for kind in NoticeKind})
    assert rows(sa.select(MutedNotice)) == []


# every mail of a step with what mutes it; what decides on rights or must be answered has no kind
KINDS = {
    NoticeKind.DEMAND: """
        demand_accepted demand_assigned demand_chased demand_closed demand_confirmed
        demand_declined demand_disputed demand_for_you demand_handed_over demand_new
        demand_outcome demand_posted demand_proposed demand_recorded demand_taken_away
        demand_withdrawn enquiry_closed enquiry_declined enquiry_for_you enquiry_over
        enquiry_posted enquiry_shortlisted enquiry_waiting enquiry_willing
    """,
    NoticeKind.TRANSACTION: """
        transaction_approved transaction_rejected transaction_returned transaction_revoked
        transaction_waiting transaction_withdrawn
    """,
    NoticeKind.REVIEW: """
        review_appeal_dismissed review_appealed review_hidden review_open review_published
        review_reminder review_replied review_restored
    """,
    NoticeKind.CONSULTANT: """
        consultant_accepted consultant_approved consultant_ended consultant_left
        consultant_linked consultant_lost consultant_received consultant_rejected
        consultant_reminded consultant_returned consultant_stepped_back consultant_waiting
        consultant_withdrawn
    """,
    NoticeKind.PRODUCT: """
        offer_item_restored offer_item_retired offer_lifted offer_taken_down product_approved
        product_change_approved product_change_rejected product_change_returned
        product_change_waiting product_rejected product_returned product_waiting
    """,
    NoticeKind.ACTIVITY: """
        activity_approved activity_registered activity_rejected activity_revoked activity_waiting
    """,
    NoticeKind.COLLEAGUES: "membership_requested",
    None: """
        application_approved application_received application_rejected application_returned
        application_waiting association_admitted association_rejected association_removed
        confirmation_alarm confirmation_asked confirmation_confirmed confirmation_denied
        consultant_invited consultant_unlinked institution_lifted institution_revoked
        institution_suspended membership_agreed membership_declined membership_removed
        profile_change_approved profile_change_rejected profile_change_waiting
        proposal_confirmed proposal_declined proposal_expired proposal_waiting staff_invited
        objection_dismissed objection_made objection_settled objection_upheld objection_waiting
        verification_approved verification_code_sent verification_rejected verification_waiting
    """,
}


def test_each_notice_carries_what_mutes_it() -> None:
    carried: dict[NoticeKind | None, set[str]] = {}
    for process in engine.PROCESSES.values():
        for step in process.transitions:
            for notice in step.notices:
                carried.setdefault(notice.kind, set()).add(notice.template)
    assert carried == {kind: set(names.split()) for kind, names in KINDS.items()}


@pytest.mark.parametrize(
    ("kind", "count"), [(NoticeKind.DEMAND, 0), (NoticeKind.REVIEW, 1), (None, 1)]
)
def test_a_mail_outside_of_steps_is_muted_by_its_kind_too(app, cast, kind, count) -> None:
    db.session.add(MutedNotice(user_id=cast.ann.id, kind=NoticeKind.DEMAND))
    db.session.flush()
    outbox.enqueue("welcome", "ann@example.com", link="/account/", key="k", kind=kind)
    assert len(rows(sa.select(Mail).where(Mail.key == outbox.key_of("k")))) == count


def test_what_always_goes_out_is_shown_and_cannot_be_switched_off(app, cast, client) -> None:
    page = sign_in(client, cast.ann).get("/account/notices/settings").text
    boxes = re.findall(r'<input class="form-check-input" type="checkbox"[^>]*>', page)
    fixed = [box for box in boxes if "disabled" in box]
    assert re.findall(r'name="(\w+)"', "".join(boxes)) == [
        "demand", "transaction", "review", "consultant", "product", "activity", "colleagues",
    ]  # fmt: skip
    assert len(boxes) == 8
    assert len(fixed) == 1
    assert " checked" in fixed[0]
    assert " name=" not in fixed[0]


# --- sign-ins -------------------------------------------------------------------------------


def test_signing_out_elsewhere_ends_the_other_sessions(app, cast) -> None:
    ann = with_password(cast.ann)
    here, there = app.test_client(), app.test_client()
    enter(there, ann)
    enter(here, ann)
    page = here.get("/account/sign-ins").text
    assert page.count("<time") == 6  # of each when it began, was used, ends
    assert page.count("当前设备") == 1
    assert "127.0.0.0/24" in page
    forget()
    assert here.post("/account/sign-ins/end").status_code == 302
    forget()
    assert here.get("/account/").status_code == 200
    forget()
    assert "/login" in there.get("/account/").location
    forget()
    assert here.get("/account/sign-ins").text.count("<time") == 3


def test_a_browser_is_named_as_people_know_it(app, cast, client) -> None:
    client.environ_base["HTTP_USER_AGENT"] = (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
        " Chrome/120.0.0.0 Safari/537.36 Edg/120.0.2210.91"
    )
    enter(client, with_password(cast.ann))
    page = client.get("/account/sign-ins").text
    assert "Edge · Windows" in page
    assert "Mozilla" not in page


def test_signing_out_takes_the_session_off_the_list(app, cast, client) -> None:
    enter(client, with_password(cast.ann))
    client.post("/logout")
    assert rows(sa.select(SignIn).where(SignIn.ended_at.is_(None))) == []
    assert len(rows(sa.select(SignIn))) == 1


# --- a copy of the data ---------------------------------------------------------------------


def test_a_person_gets_what_is_kept_of_him_and_no_secrets(app, cast, client) -> None:
    demand(cast.ann, cast.bridge, "Mine")
    demand(cast.otto, cast.bridge, "Of somebody else")
    with_password(cast.ann)
    notice_kinds.choose(cast.ann, [one for one in NoticeKind if one is not NoticeKind.REVIEW])
    mine = demand(cast.ann, cast.bridge, "Mine, with a file")
    upload = uploads.check(PDF, "plan.pdf")
    uploads.attach(mine, AttachmentKind.DOCUMENT, upload, cast.ann)
    db.session.commit()
    sign_in(client, cast.ann)
    answer = client.get("/account/data")
    assert "attachment" in answer.headers["Content-Disposition"]
    found = json.loads(answer.text)
    assert found["account"]["email"] == "ann@example.com"
    assert [one["title"] for one in found["demands"]] == ["Mine", "Mine, with a file"]
    assert [one["kind"] for one in found["mails_switched_off"]] == ["review"]
    assert [one["filename"] for one in found["files"]] == ["plan.pdf"]
    assert "storage_key" not in found["files"][0]
    assert len(found["enterprise_memberships"]) == 1
    assert "password" not in found["account"]
    assert "fs_uniquifier" not in found["account"]


# --- the end --------------------------------------------------------------------------------


def test_closing_erases_the_person_and_keeps_the_records(app, cast, client) -> None:
    ann, bridge = with_password(cast.ann), cast.bridge
    open_one = demand(ann, bridge, "Open", status=DemandStatus.READ)
    over = demand(ann, bridge, "Over", status=DemandStatus.DECLINED)
    old = Mail(key="old", template="demand_posted", link="/", recipient=ann.email,
               context={"title": "Open"}, status=MailStatus.SENT)  # fmt: skip
    db.session.add(old)
    db.session.commit()
    sign_in(client, ann)
    assert client.post("/account/close", data={"password": "wrong", "sure": "y"}).status_code == 200
    assert client.post("/account/close", data={"password": PASSWORD}).status_code == 200
    assert rows(sa.select(User.active).where(User.id == ann.id)) == [True]
    assert (
        client.post("/account/close", data={"password": PASSWORD, "sure": "y"}).status_code == 302
    )
    forget()
    assert "/login" in client.get("/account/").location

    gone = rows(sa.select(User).where(User.id == ann.id))[0]
    assert (gone.email, gone.name, gone.phone, gone.password, gone.active) == (
        f"closed-{ann.id}@invalid", "***", None, None, False,
    )  # fmt: skip
    kept = {one.title: one for one in rows(sa.select(Demand))}
    assert kept["Open"].status is DemandStatus.WITHDRAWN
    assert kept["Over"].status is DemandStatus.DECLINED
    assert {one.contact_phone for one in kept.values()} == {"***"}
    assert {one.contact_email for one in kept.values()} == {"***"}
    assert open_one.id != over.id
    membership = rows(sa.select(EnterpriseMembership))[0]
    assert membership.status is EnterpriseMembershipStatus.REMOVED
    told = rows(sa.select(Mail.template).where(Mail.recipient == "ann@example.com"))
    assert told == ["account_closed"]
    assert rows(sa.select(Mail.template).where(Mail.recipient == "reserved-bridge@example.com"))
    events = rows(sa.select(Event.name).where(Event.subject_type == "user"))
    assert events == ["close"]


def test_the_address_can_register_again(app, cast, client) -> None:
    closing.close(cast.otto, "r")
    db.session.commit()
    posted = {
        "email": "otto@example.com",
        "password": PASSWORD,
        "password_confirm": PASSWORD,
        "name": "Otto again",
        "kind": "ordinary",
        "consent": "y",
    }
    client.post("/register", data=posted)
    assert rows(sa.select(User.name).where(User.email == "otto@example.com")) == ["Otto again"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("root", closing.STAFF),
        ("bella", closing.EMPLOYED),
        ("lin", closing.LINKED),
        ("sue", closing.APPLIED),
    ],
)
def test_who_still_has_duties_is_told_which(app, cast, client, name: str, words) -> None:
    user = with_password(getattr(cast, name))
    sign_in(client, user)
    page = client.post("/account/close", data={"password": PASSWORD, "sure": "y"})
    assert page.status_code == 200
    assert str(words) in page.text
    assert rows(sa.select(User.active).where(User.id == user.id)) == [True]
    with pytest.raises(ValueError, match=re.escape(str(words))):
        closing.close(user, "r")


def test_after_the_last_of_an_enterprise_the_platform_lets_the_next_one_in(
    app, cast, client
) -> None:
    closing.close(cast.ann, "r")
    db.session.commit()
    entering.enter(cast.bob, ACME_CODE)
    db.session.commit()
    held = sa.select(EnterpriseMembership).where(EnterpriseMembership.user_id == cast.bob.id)
    assert [one.status for one in rows(held)] == [EnterpriseMembershipStatus.REQUESTED]
    told = rows(sa.select(Mail.recipient).where(Mail.template == "membership_requested"))
    assert sorted(told) == ["root@example.com", "vera@example.com"]


def test_a_second_person_sees_the_demands_of_the_first_and_not_his_drafts(
    app, cast, client
) -> None:
    entering.enter(cast.bob, ACME_CODE)
    asked = sa.select(EnterpriseMembership).where(EnterpriseMembership.user_id == cast.bob.id)
    engine.perform(EnterpriseMembership, "agree", [rows(asked)[0].id], cast.ann)
    posted = post_demand(cast, title="Of the enterprise")
    db.session.add(
        DemandDraft(user_id=cast.ann.id, kind="undirected", data={"title": "Half a thought"})
    )
    db.session.commit()
    sign_in(client, cast.bob)
    page = client.get("/account/demands").text
    assert "Of the enterprise" in page
    assert "Half a thought" not in page
    assert "Half a thought" not in client.get("/account/").text
    assert client.post(f"/account/demands/{posted.id}/chase", data={"version": 1}).location
    client.post(f"/account/demands/{posted.id}/chase", data={"version": 1})  # the second of two
    assert len(rows(sa.select(Event).where(Event.name == "chase"))) == 1
    sign_in(client, cast.ann)
    assert "Half a thought" in client.get("/account/").text
