"""The link in the consultant's mail and what follows from it, through the client."""

from __future__ import annotations

import io
import threading
from datetime import timedelta

import pytest

from core.clock import frozen, now
from core.database import db
from models import Affiliation, Consultant, Invitation, Mail, User
from tests.support.applying import PDF, english, forget, post, see
from tests.support.consulting import add, fill_in, invitation_of, link_to, state, step
from tests.support.versions import ids_of
from worker.jobs import JOBS
from workflows import engine
from workflows.invitation import reminders

NEWCOMER = {
    "name": "Mo Wen",
    "password": "a long enough one",
    "password_confirm": "a long enough one",
    "consent": "y",
}
OWN = "/account/consultant"


def invite(cast, email: str) -> tuple[int, str]:
    row_id = add(cast.bridge, cast.bella, email)
    assert step("invite", row_id, cast.bella) == ""
    return row_id, link_to(email)


def user_of(email: str) -> User | None:
    forget()
    return db.session.query(User).filter_by(email=email).one_or_none()


def test_the_whole_life_through_the_pages(client, app, cast):
    row_id, link = invite(cast, "mo@example.com")
    law = cast.law.id
    english(client)
    page = see(client, link)
    assert "Bridge Law" in page.text
    assert 'name="register"' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert post(client, f"{link}/register", **{**NEWCOMER, "consent": ""}).status_code == 200
    assert user_of("mo@example.com") is None
    answer = post(client, f"{link}/register", **NEWCOMER)
    assert answer.location == OWN
    mo = user_of("mo@example.com")
    assert mo is not None
    assert mo.confirmed_at is not None  # by the link
    assert state(row_id) == "accepted"
    form = {"version": 2, "name": "Mo Wen", "title": "Partner", "introduction": "Labour law.",
            "mobile": "13812345678", "specialities": [law], "publishes_email": "y"}  # fmt: skip
    version = db.session.query(Consultant).filter_by(user_id=mo.id).one().version
    form["version"] = version
    short = post(client, OWN, **form, action="submit")
    assert "Saved, but not submitted" in short.text
    assert "each with a scan" in short.text
    version = db.session.query(Consultant).filter_by(email="mo@example.com").one().version
    whole = {**form, "version": version, "consent": "y", "action": "submit",
             "qualifications-0-name": "Licence", "qualifications-0-number": "1320",
             "qualifications-0-scan": (io.BytesIO(PDF), "licence.pdf")}  # fmt: skip
    assert post(client, OWN, **whole).location == OWN
    assert state(row_id) == "submitted"
    assert "is being reviewed" in see(client, OWN).text
    del whole["qualifications-0-scan"]
    assert "nothing can be changed" in post(client, OWN, **whole).text

    vera = english(app.test_client(), cast.vera)
    queue = see(vera, "/admin/consultant-review/").text
    assert "Mo Wen" in queue
    review = see(vera, f"/admin/consultant-review/details/?id={row_id}").text
    for words in ("licence.pdf", "1320", "decide-approve", "decide-return", "decide-reject"):
        assert words in review
    back = {"verb": "return", "ids": ids_of(Affiliation, row_id), "answered": "1",
            "reason": "Nearly.", "remark-introduction": "Say more."}  # fmt: skip
    post(vera, "/admin/consultant-review/ask/", **back)
    english(client, user_of("mo@example.com"))
    page = see(client, OWN).text
    assert "Nearly." in page
    assert "Say more." in page
    row = db.session.query(Consultant).filter_by(email="mo@example.com").one()
    key = str(row.qualifications[0].id)
    again = {**form, "version": row.version, "introduction": "Labour law since 2001.",
             "consent": "y", "action": "submit", "qualifications-0-key": key,
             "qualifications-0-name": "Licence", "qualifications-0-number": "1320"}  # fmt: skip
    assert post(client, OWN, **again).location == OWN
    english(vera, cast.vera)
    review = see(vera, f"/admin/consultant-review/details/?id={row_id}").text
    assert "Labour law since 2001." in review
    assert "Changed since it was last handed in" in review
    yes = {"verb": "approve", "ids": ids_of(Affiliation, row_id), "answered": "1"}
    post(vera, "/admin/consultant-review/ask/", **yes)
    assert state(row_id) == "linked"
    english(vera, cast.audrey)
    record = db.session.get_one(Affiliation, row_id).consultant_id
    page = see(vera, f"/admin/consultant/details/?id={record}").text
    for words in ("Bridge Law", "Approved and linked", "Returned for correction"):
        assert words in page
    assert "/edit/" not in page


def test_looking_uses_nothing_up_and_is_remembered_once(client, cast):
    row_id, link = invite(cast, "mo@example.com")
    english(client)
    for _ in range(3):
        assert see(client, link).status_code == 200
    assert invitation_of(link).opened_at is None  # a scanner of mails opens it, too
    assert client.post(f"{link}/open", data={"register": "1"}).location == f"{link}/register"
    assert client.post(f"{link}/open").location.startswith("/login")
    sent = invitation_of(link)
    assert sent.opened_at is not None
    assert sent.status == "sent"
    assert [event.name for event in engine.history(sent)] == ["ask", "opened"]
    assert state(row_id) == "invited"


def test_an_account_is_linked_only_after_its_owner_agrees(client, cast):
    row_id, link = invite(cast, "OTTO@example.com".lower())
    english(client)
    page = see(client, link).text
    assert "has an account" in page
    assert "/register" not in page.partition("<main")[2]
    assert post(client, f"{link}/register", **NEWCOMER).location == link  # never by force
    english(client, cast.otto)
    assert "Accept the invitation" in see(client, link).text
    assert state(row_id) == "invited"
    assert post(client, link).location == OWN
    assert state(row_id) == "accepted"
    assert "used already" in see(english(client, cast.ann), link).text  # forwarded and replayed


def test_another_account_is_refused_with_an_explanation(client, cast):
    row_id, link = invite(cast, "mo@example.com")
    english(client, cast.otto)
    assert "another address" in see(client, link).text
    assert post(client, link).location == link
    assert post(client, f"{link}/register", **NEWCOMER).location == link
    assert state(row_id) == "invited"


def test_the_rivals_consultant_reads_why_and_rita_learns_nothing(client, app, cast):
    row_id = add(cast.rival, cast.rita, "lin@example.com", "Lin")
    step("invite", row_id, cast.rita)
    link = link_to("lin@example.com")
    english(client, cast.lin)
    assert "speak for another institution" in see(client, link).text
    post(client, link)
    assert state(row_id) == "invited"
    rita = english(app.test_client(), cast.rita)
    page = see(rita, f"/workbench/consultant/details/?id={row_id}").text
    for words in ("Bridge", "has an account", "Certified", "Contracts and disputes"):
        assert words not in page.partition("<main")[2], words


@pytest.mark.parametrize("how", ["expired", "revoked", "used"])
def test_a_dead_link_says_so_and_asks_for_a_new_one_once(client, cast, how):
    row_id, link = invite(cast, "mo@example.com")
    english(client)
    live = post(client, f"{link}/ask-again")
    assert "still works" in see(client, live.location).text
    forget()
    if how == "revoked":
        step("revoke", row_id, cast.bella)
    if how == "used":
        post(client, f"{link}/register", **NEWCOMER)
        english(client, cast.ann)
    with frozen(now() + timedelta(days=15 if how == "expired" else 0)):
        page = see(client, link).text
        words = {"expired": "has expired", "revoked": "taken back", "used": "used already"}[how]
        assert words in page
        assert "Ask for a new invitation" in page
        for _ in range(2):
            post(client, f"{link}/ask-again")
        assert "was told that you ask" in see(client, link).text
    forget()
    mails = db.session.query(Mail).filter_by(template="invitation_asked").all()
    assert [mail.recipient for mail in mails] == ["reserved-bridge@example.com"]
    assert link not in mails[0].link


def test_a_new_invitation_kills_the_old_link(client, cast):
    row_id, old = invite(cast, "mo@example.com")
    step("invite", row_id, cast.bella)
    english(client)
    assert "taken back" in see(client, old).text
    assert post(client, f"{old}/register", **NEWCOMER).location == old
    assert user_of("mo@example.com") is None
    assert post(client, f"{link_to('mo@example.com')}/register", **NEWCOMER).location == OWN


def test_bad_passwords_and_links_that_are_none(client, cast):
    _row, link = invite(cast, "mo@example.com")
    english(client)
    for bad in ({"password_confirm": "other"}, {"password": "short", "password_confirm": "short"},
                {"name": ""}, {"password": "x" * 300, "password_confirm": "x" * 300}):  # fmt: skip
        page = post(client, f"{link}/register", **{**NEWCOMER, **bad})
        assert page.status_code == 200, bad
        assert "Please correct" in page.text
    assert user_of("mo@example.com") is None
    for path in ("/invitations/19/register", "/invitations/x/ask-again"):
        assert post(client, path).status_code == 404


def test_a_reminder_on_the_seventh_day_once_with_the_same_link(client, cast):
    _row, link = invite(cast, "mo@example.com")
    sent_at = now()
    job = next(job for job in JOBS if job.name == "remind_invited")
    assert job.run is reminders.remind
    for days, done in ((6.9, 0), (7.1, 1), (8, 0)):
        at = sent_at + timedelta(days=days)
        with frozen(at):
            assert job.run(at) == done, days
    mail = db.session.query(Mail).filter_by(template="consultant_reminded").one()
    assert (mail.recipient, mail.link) == ("mo@example.com", link)
    assert [e.name for e in engine.history(invitation_of(link))] == ["ask", "remind"]
    late = sent_at + timedelta(days=15)
    _other, _link = invite(cast, "wu@example.com")
    with frozen(late):
        assert job.run(late) == 0  # dead by then


def race(app, row_id: int, user_id: int) -> list[str]:
    """Press 'accept' in two tabs at once; return what each was told."""
    sent_id = db.session.query(Invitation).filter_by(affiliation_id=row_id).one().id
    forget()
    db.session.remove()
    gate, told = threading.Barrier(2), []

    def accept() -> None:
        with app.app_context():
            user = db.session.get(User, user_id)
            db.session.rollback()
            gate.wait()
            told.append(step("agree", sent_id, user, Invitation))
            db.session.remove()

    threads = [threading.Thread(target=accept) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


def both_tabs(app, cast) -> None:
    row_id, _link = invite(cast, "otto@example.com")
    otto = cast.otto.id
    assert race(app, row_id, otto) == ["", "Already handled."]
    assert state(row_id) == "accepted"
    assert db.session.query(Consultant).filter_by(user_id=otto).count() == 1
    names = [event.name for event in engine.history(db.session.get_one(Affiliation, row_id))]
    assert names == ["add", "invite", "accept"]


@pytest.mark.connections
def test_two_tabs_and_one_wins(app, cast):
    both_tabs(app, cast)


@pytest.mark.postgres
def test_two_tabs_and_one_wins_on_postgresql(pg_app):
    from tests.support.cast import Cast

    both_tabs(pg_app, Cast())


def test_bulk_decisions_and_look_alikes(client, cast):
    ids = []
    for name in ("otto", "ann"):
        user = getattr(cast, name)
        row_id, link = invite(cast, f"{name}@example.com")
        step("agree", invitation_of(link).id, user, Invitation)
        fill_in(user, cast.law)
        step("submit", row_id, user)
        ids.append(row_id)
    vera = english(client, cast.vera)
    queue = see(vera, "/admin/consultant-review/").text
    assert queue.count("1 similar") == 2  # both wrote the same mobile number
    review = see(vera, f"/admin/consultant-review/details/?id={ids[0]}").text
    assert "Known already" in review
    data = {"verb": "reject", "ids": ids_of(Affiliation, ids), "answered": "1", "reason": "Fake."}
    post(vera, "/admin/consultant-review/ask/", **data)
    assert [state(one) for one in ids] == ["rejected", "rejected"]
    forget()
    mails = db.session.query(Mail).filter_by(template="consultant_rejected")
    assert sorted(mail.recipient for mail in mails) == [
        "ann@example.com", "otto@example.com", "reserved-bridge@example.com",
    ]  # fmt: skip


def test_many_are_approved_at_once_and_each_is_told(client, cast):
    ids = []
    for name in ("otto", "ann"):
        row_id, link = invite(cast, f"{name}@example.com")
        step("agree", invitation_of(link).id, getattr(cast, name), Invitation)
        fill_in(getattr(cast, name), cast.law)
        step("submit", row_id, getattr(cast, name))
        ids.append(row_id)
    vera = english(client, cast.vera)
    data = {"verb": "approve", "ids": ids_of(Affiliation, ids), "answered": "1"}
    post(vera, "/admin/consultant-review/ask/", **data)
    assert [state(one) for one in ids] == ["linked", "linked"]
    forget()
    told = {
        mail.recipient for mail in db.session.query(Mail).filter_by(template="consultant_approved")
    }
    assert told == {"otto@example.com", "ann@example.com", "reserved-bridge@example.com"}
    again = post(vera, "/admin/consultant-review/ask/", **data)  # the second reviewer's click
    assert "not done" in see(vera, again.location).text
