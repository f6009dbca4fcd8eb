"""The pages of reviews: what each side reads and does, the public, the administrator's appeals."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

import ranking
from core.clock import frozen, now
from core.database import db
from models import EnterpriseMembership, EnterpriseMembershipStatus, Review, ReviewStatus
from tests.support.application import forget, rows, sign_in
from tests.support.cast import Cast, verified
from tests.support.reviews import THEY_RATE, WE_RATE, opened, pair, published, they_rate, we_rate
from tests.support.versions import ids_of
from workflows import engine
from workflows.review import timing

S = ReviewStatus
COMMENT = "Very thorough."


def stored(id: int) -> Review:
    return rows(sa.select(Review).where(Review.id == id))[0]


def now_of(id: int) -> dict[str, int]:
    """The version that the page of a review carries now."""
    return {"version": stored(id).version}


def ask(client: FlaskClient, id: int, verb: str = "rate_enterprise", **data: object):
    sent = {"verb": verb, "ids": ids_of(Review, id), "answered": "1"} | data
    return client.post("/workbench/review/ask/", data=sent)


# --- the workbench ---


def test_review_management_opens_on_what_waits(client: FlaskClient, cast: Cast) -> None:
    ours, _theirs = opened(cast, title="Deal that waits")
    done, _ = published(cast, title="Deal that is done")
    ids = ours.id, done.id
    db.session.commit()
    sign_in(client, cast.stan)
    page = client.get("/workbench/review/").text
    assert "Deal that waits" in page
    assert "Deal that is done" not in page
    assert f"verb=rate_enterprise&amp;ids={ids[0]}" in page
    form = client.get(f"/workbench/review/ask/?verb=rate_enterprise&ids={ids[0]}").text
    assert form.count('type="radio"') == 15  # three criteria, five stars each
    assert "Acme" in form
    assert ask(client, ids[0], **WE_RATE).status_code == 302
    assert stored(ids[0]).status is S.SEALED
    assert "Deal that waits" not in client.get("/workbench/review/").text
    assert "Deal that waits" in client.get("/workbench/review/given/").text


def test_what_was_typed_is_kept_when_stars_are_missing(client: FlaskClient, cast: Cast) -> None:
    ours, _theirs = opened(cast)
    id = ours.id
    db.session.commit()
    sign_in(client, cast.bella)
    answer = ask(client, id, clear_demand="5", cooperation="4", comment="My long words")
    assert answer.status_code == 200
    assert "My long words" in answer.text
    assert len(re.findall(r"<input checked", answer.text)) == 2
    for bad in ("0", "6", "x", ""):
        assert ask(client, id, **WE_RATE | {"payment": bad}).status_code == 200
    assert stored(id).status is S.OPEN


def test_a_refusal_keeps_what_was_typed(client: FlaskClient, cast: Cast) -> None:
    with frozen(now() - timedelta(days=15)):
        ours, _theirs = opened(cast)
    id = ours.id
    db.session.commit()
    sign_in(client, cast.bella)
    answer = ask(client, id, **WE_RATE | {"comment": "Too late, but long"})
    assert answer.status_code == 200
    assert "Too late, but long" in answer.text
    assert stored(id).status is S.OPEN


def test_a_reminder_meanwhile_does_not_undo_what_was_typed(client: FlaskClient, cast: Cast) -> None:
    ours, _theirs = opened(cast)
    id, version = ours.id, ours.version
    ours.version += 1
    db.session.commit()
    sign_in(client, cast.bella)
    page = ask(client, id, ids=f"{id}:{version}", **WE_RATE)
    assert page.status_code == 200
    assert WE_RATE["comment"] in page.text
    assert f'name="ids" value="{id}:{version + 1}"' in page.text
    assert ask(client, id, **WE_RATE).status_code == 302
    assert stored(id).status is S.SEALED


def test_a_review_posted_twice_says_so(client: FlaskClient, cast: Cast) -> None:
    ours, _theirs = opened(cast)
    id = ours.id
    db.session.commit()
    sign_in(client, cast.bella)
    assert ask(client, id, **WE_RATE).status_code == 302
    again = ask(client, id, **WE_RATE | {"comment": "Other words"})
    assert again.status_code in (200, 302)
    assert stored(id).comment == "Paid late."


def test_the_sealed_words_of_the_other_side_are_nowhere(client: FlaskClient, cast: Cast) -> None:
    ours, theirs = opened(cast)
    they_rate(cast, theirs)
    ids = ours.id, theirs.id
    db.session.commit()
    sign_in(client, cast.bella)
    for path in ("", "given/", "received/", f"details/?id={ids[0]}"):
        assert COMMENT not in client.get(f"/workbench/review/{path}").text
    for path in ("details", "given/details", "received/details"):
        assert client.get(f"/workbench/review/{path}/?id={ids[1]}").status_code == 404
    sign_in(client, cast.root)
    for path in ("/admin/review/", f"/admin/review/details/?id={ids[1]}"):
        page = client.get(path)
        assert page.status_code == 200
        assert COMMENT not in page.text
    assert COMMENT not in client.get(f"/institutions/{cast.bridge.id}").text


def test_reviews_we_received_with_filters_and_averages(client: FlaskClient, cast: Cast) -> None:
    published(cast, title="A good one")
    ours, theirs = opened(cast, title="A bad one", affiliation_id=None, category_id=cast.law.id)
    we_rate(cast, ours)
    they_rate(cast, theirs, quality=1, speed=1, price=2, attitude=2, consultant_stars=None)
    law, link = cast.law.id, cast.lins_link.id
    db.session.commit()
    sign_in(client, cast.bella)
    stem = "/workbench/review/received/"

    def shown(query: str = "") -> set[str]:
        page = client.get(f"{stem}?{query}").text
        return {title for title in ("A good one", "A bad one") if title in page}

    both = {"A good one", "A bad one"}
    assert shown() == both
    assert shown("stars=5") == {"A good one"}
    assert shown("stars=2") == {"A bad one"}
    assert shown(f"affiliation={link}") == {"A good one"}
    assert shown(f"category={law}") == both
    assert shown("category=999") == set()
    assert shown("status=hidden") == set()
    assert shown("published_at_from=2999-01-01") == set()
    assert shown("stars=9&status=x&category=x&affiliation=1,2") == both  # nonsense filters nothing
    page = client.get(stem).text
    assert "3.00" in page  # (4.5 + 1.5) / 2 of this quarter
    assert "<rect" in page
    assert "style=" not in page


def test_the_consultant_reads_the_reviews_of_his_deals(cast: Cast) -> None:
    import access

    _ours, theirs = published(cast)
    _others, other = published(cast, affiliation_id=None)
    seen = set(db.session.scalars(access.visible(cast.lin, Review)))
    assert theirs in seen
    assert other not in seen


# --- the enterprise ---


@pytest.mark.parametrize("person", ["bob", "otto", "bella", "rita", "root"])
def test_reviews_of_the_account_are_nobody_elses(
    client: FlaskClient, cast: Cast, person: str
) -> None:
    _ours, theirs = opened(cast, title="Of Acme alone")
    id = theirs.id
    db.session.commit()
    sign_in(client, getattr(cast, person))
    assert client.get(f"/account/reviews/{id}").status_code == 404
    for verb in ("rate_institution", "reply", "appeal", "hide", "x"):
        stem = f"/account/reviews/{id}/{verb}"
        assert client.get(stem).status_code == 404
        assert client.post(stem, data=THEY_RATE).status_code == 404
    for path in ("", "/given", "/received"):
        assert "Of Acme alone" not in client.get(f"/account/reviews{path}").text
    assert stored(id).status is S.OPEN


def test_strangers_are_asked_to_sign_in(client: FlaskClient) -> None:
    for path in ("", "/given", "/received", "/1", "/1/reply"):
        assert client.get(f"/account/reviews{path}").status_code in (302, 401)


def test_the_enterprise_rates_with_the_consultant_on_the_way(
    client: FlaskClient, cast: Cast
) -> None:
    ours, theirs = opened(cast, title="Deal of Lin")
    we_rate(cast, ours)
    id = theirs.id
    db.session.commit()
    sign_in(client, cast.ann)
    assert f"/account/reviews/{id}/rate_institution" in client.get("/account/reviews").text
    assert "/account/reviews" in client.get("/account/").text
    form = client.get(f"/account/reviews/{id}/rate_institution").text
    assert form.count('type="radio"') == 25
    missing = client.post(f"/account/reviews/{id}/rate_institution", data={"comment": "Kept"})
    assert missing.status_code == 200
    assert "Kept" in missing.text
    answer = client.post(f"/account/reviews/{id}/rate_institution", data=THEY_RATE | now_of(id))
    assert answer.location == f"/account/reviews/{id}"
    assert stored(id).consultant_stars == 3
    assert COMMENT in client.get(f"/account/reviews/{id}").text
    given, received = (client.get(f"/account/reviews/{tab}").text for tab in ("given", "received"))
    assert "Deal of Lin" in given
    assert "Deal of Lin" in received


def test_without_a_consultant_no_stars_for_one(client: FlaskClient, cast: Cast) -> None:
    _ours, theirs = opened(cast, affiliation_id=None)
    id = theirs.id
    db.session.commit()
    sign_in(client, cast.ann)
    stem = f"/account/reviews/{id}/rate_institution"
    assert client.get(stem).text.count('type="radio"') == 20
    assert client.post(stem, data=THEY_RATE | now_of(id)).status_code == 302
    assert stored(id).consultant_stars is None


def test_filters_of_the_account(client: FlaskClient, cast: Cast) -> None:
    published(cast, title="A good one")
    ours, theirs = opened(cast, title="A bad one", affiliation_id=None)
    we_rate(cast, ours)
    they_rate(cast, theirs, quality=1, speed=1, price=1, attitude=1, consultant_stars=None)
    law, link = cast.law.id, cast.lins_link.id
    db.session.commit()
    sign_in(client, cast.ann)

    def shown(query: str = "") -> set[str]:
        page = client.get(f"/account/reviews/given?{query}").text
        return {title for title in ("A good one", "A bad one") if title in page}

    both = {"A good one", "A bad one"}
    assert shown() == shown(f"category={law}") == shown("status=published") == both
    assert shown("stars=1") == {"A bad one"}
    assert shown(f"consultant={link}") == {"A good one"}
    assert shown("since=2999-01-01") == shown("until=2001-01-01") == shown("status=lapsed") == set()
    assert shown("since=x&until=2026-99-99&stars=9999999999999&page=-1&status=%00") == both


def test_who_works_on_both_sides_rates_for_one(client: FlaskClient, cast: Cast) -> None:
    db.session.add(
        EnterpriseMembership(
            user=cast.bella,
            enterprise=cast.acme,
            status=EnterpriseMembershipStatus.MEMBER,
            **verified(),
        )
    )
    _ours, theirs = opened(cast)
    id = theirs.id
    db.session.commit()
    sign_in(client, cast.bella)
    stem = f"/account/reviews/{id}/rate_institution"
    assert client.post(stem, data=THEY_RATE).status_code == 404
    assert stored(id).status is S.OPEN


# --- replies and appeals ---


def test_reply_and_appeal_in_the_workbench(client: FlaskClient, cast: Cast) -> None:
    _ours, theirs = published(cast)
    id = theirs.id
    db.session.commit()
    sign_in(client, cast.bella)
    assert ask(client, id, "reply", reply="  ").status_code == 200
    assert ask(client, id, "reply", reply="Thank you.").status_code == 302
    assert ask(client, id, "appeal", reason="It names a person.").status_code == 302
    page = client.get(f"/workbench/review/details/?id={id}").text
    for words in (COMMENT, "Thank you.", "It names a person."):
        assert words in page
    assert "verb=reply" not in page
    assert "verb=appeal" not in page
    for verb in ("hide", "restore", "dismiss", "void", "publish", "remind"):
        assert ask(client, id, verb, reason="x").status_code in (403, 404), verb
    assert stored(id).status is S.PUBLISHED


def test_reply_and_appeal_of_the_enterprise(client: FlaskClient, cast: Cast) -> None:
    ours, _theirs = published(cast)
    id = ours.id
    db.session.commit()
    sign_in(client, cast.ann)
    stem = f"/account/reviews/{id}"
    said = {"reply": "We paid in time."} | now_of(id)
    assert client.post(f"{stem}/reply", data=said).status_code == 302
    forget()
    again = client.post(f"{stem}/reply", data={"reply": "Once more."} | now_of(id))
    assert again.status_code == 200
    assert "Once more." in again.text
    untrue = {"reason": "Untrue."} | now_of(id)
    assert client.post(f"{stem}/appeal", data=untrue).status_code == 302
    assert (stored(id).reply, stored(id).appeal) == ("We paid in time.", "Untrue.")
    assert client.get(f"{stem}/appeal").status_code == 302


def test_the_queue_of_appeals(client: FlaskClient, cast: Cast) -> None:
    _ours, theirs = published(cast, title="Deal in dispute")
    published(cast, title="Deal in peace")
    engine.perform(Review, "appeal", [theirs.id], cast.bella, reason="Untrue words.")
    id = theirs.id
    db.session.commit()
    sign_in(client, cast.vera)
    page = client.get("/admin/appeal/?waits=yes").text
    assert "Deal in dispute" in page
    assert "Deal in peace" not in page
    assert 'href="/admin/appeal/?waits=yes"' in client.get("/admin/").text
    assert "Untrue words." in client.get(f"/admin/appeal/details/?id={id}").text
    sent = {"verb": "hide", "ids": ids_of(Review, id), "answered": "1",
            "reason": "Not of this deal."}  # fmt: skip
    assert client.post("/admin/appeal/ask/", data=sent | {"reason": ""}).status_code == 200
    assert client.post("/admin/appeal/ask/", data=sent).status_code == 302
    assert stored(id).status is S.HIDDEN
    assert "Deal in dispute" not in client.get("/admin/appeal/?waits=yes").text
    assert "Deal in dispute" in client.get("/admin/appeal/?waits=no").text
    assert COMMENT in client.get(f"/admin/review/details/?id={id}").text
    sent = {"verb": "restore", "ids": ids_of(Review, id), "answered": "1"}
    assert client.post("/admin/review/ask/", data=sent).status_code == 302
    assert stored(id).status is S.PUBLISHED


# --- the public ---


def test_the_public_page_shows_number_and_spread(app: Flask, cast: Cast) -> None:
    _ours, theirs = published(cast)
    engine.perform(Review, "reply", [theirs.id], cast.bella, reply="Thank you, Acme people.")
    bridge = cast.bridge.id
    db.session.commit()
    client = app.test_client()
    page = client.get(f"/institutions/{bridge}").text
    assert page.count("<rect") == 5  # a bar a star
    assert 'width="100"' in page
    for words in (COMMENT, "Thank you, Acme people.", "A***e", "Paid late."):
        assert words in page
    assert "A share agreement" not in page  # the deal itself is nobody's business
    assert ">Ann<" not in page
    db.session.info.clear()  # the guard of the visitor's request
    engine.perform(Review, "hide", [pair(theirs.transaction_id)[1].id], cast.root, reason="x")
    db.session.commit()
    page = client.get(f"/institutions/{bridge}").text
    assert COMMENT not in page
    assert "<rect" not in page


def test_the_institution_alone_is_public_too_and_counts_for_nothing(app: Flask, cast: Cast) -> None:
    """Both sides are public after fourteen days, also where one of them wrote nothing."""
    ours, _theirs = opened(cast)
    we_rate(cast, ours)
    with frozen(now() + timedelta(days=15)):
        timing.settle(now())
    bridge = cast.bridge.id
    client = app.test_client()
    with client.session_transaction() as session:
        session["locale"] = "en"
    page = client.get(f"/institutions/{bridge}").text
    assert "Paid late." in page
    assert "No public review of the enterprise" in page
    assert "No review yet." in page  # of the institution
    db.session.info.clear()
    engine.perform(Review, "reply", [ours.id], cast.ann, reply="The bank was late.")
    db.session.commit()
    assert "The bank was late." in client.get(f"/institutions/{bridge}").text


def test_a_consultant_s_page_shows_his_own_stars(app: Flask, cast: Cast) -> None:
    published(cast)
    ours, theirs = opened(cast, title="Nobody rated Lin")
    we_rate(cast, ours)
    they_rate(cast, theirs, consultant_stars=None, comment="Nothing about him.")
    lin = cast.lins_link.consultant_id
    db.session.commit()
    ranking.settle()
    page = app.test_client().get(f"/consultants/{lin}").text
    assert COMMENT in page
    assert "<strong>3.0</strong>" in page  # one review, three stars
    assert "1 条评价" in page
    assert page.count("<rect") == 5  # the spread
    assert "Nothing about him." not in page
    assert "Paid late." not in page  # the institution's word on the enterprise is not his
    assert f"/ranking/consultants/{lin}" in page


def test_the_public_list_is_paged(app: Flask, cast: Cast) -> None:
    for number in range(11):
        ours, theirs = opened(cast)
        we_rate(cast, ours)
        they_rate(cast, theirs, comment=f"Opinion {number:02}")
    bridge = cast.bridge.id
    db.session.commit()
    client = app.test_client()
    first = client.get(f"/institutions/{bridge}").text
    second = client.get(f"/institutions/{bridge}?page=2").text
    assert re.findall(r"Opinion \d\d", first) == [f"Opinion {n:02}" for n in range(10, 0, -1)]
    assert re.findall(r"Opinion \d\d", second) == ["Opinion 00"]
    for odd in ("0", "-1", "x", "99", "9" * 30):
        assert client.get(f"/institutions/{bridge}?page={odd}").status_code == 200


def test_words_are_escaped(app: Flask, cast: Cast) -> None:
    ours, theirs = opened(cast)
    we_rate(cast, ours, comment="<b>we</b>")
    they_rate(cast, theirs, comment="<script>x</script>")
    bridge = cast.bridge.id
    db.session.commit()
    page = app.test_client().get(f"/institutions/{bridge}").text
    assert "&lt;script&gt;x" in page
    assert "<script>x" not in page
    assert "<b>we" not in page


def test_the_rating_line_names_the_number(app: Flask, cast: Cast) -> None:
    from ranking import ratings

    published(cast)
    rating = ratings.rating_of([cast.bridge.id])[cast.bridge.id]
    line = app.jinja_env.from_string(
        '{% from "shared/_ratings.html" import rating_line with context %}{{ rating_line(r) }}'
    )
    with app.test_request_context("/"):
        shown = line.render(r=rating)
        assert line.render(r=None).strip() == ""
    assert "4.5" in shown
    assert re.search(r"· 1 ", shown)
