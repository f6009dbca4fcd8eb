"""The application as its writer meets it: drafts, uploads, submission, two windows."""

from __future__ import annotations

import gc
import warnings

import pytest

from core.database import db
from models import Attachment, AttachmentKind, Event, Institution, InstitutionStatus, Mail
from tests.support.applying import CODE, PDF, WHOLE, english, forget, picture, see, send
from workflows import engine

S = InstitutionStatus


def mine(user) -> Institution:
    forget()
    return (
        db.session.query(Institution)
        .filter_by(applicant_id=user.id)
        .order_by(Institution.id.desc())
        .first()
    )


@pytest.fixture
def otto(client, cast):
    return english(client, cast.otto)


def submitted(client, cast, **changes):
    values = {**WHOLE, "categories": [cast.law.id], **changes}
    return send(client, "submit", [("licence", "licence.pdf", PDF)], **values)


def test_a_visitor_is_asked_to_sign_in(client):
    assert client.get("/certification/").status_code in (302, 401)
    assert client.post("/certification/").status_code in (302, 401)


def test_files_that_are_too_large_together_lose_nothing_that_was_typed(otto, cast):
    large = PDF + b"%" * (11 * 1024 * 1024)
    files = [("qualifications", f"{number}.pdf", large) for number in range(7)]  # 77 MB
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the test client leaves its own file open
        page = send(otto, "save", [("licence", "licence.pdf", PDF), *files], **WHOLE)
        gc.collect()
    assert page.status_code == 200
    assert "larger than 10 MB" in page.text
    assert 'value="Lake Law Firm"' in page.text
    assert "Contracts, disputes and trade marks." in page.text


def test_a_stranger_may_not_send_much(client):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        reply = client.post("/login", data={"email": "x" * (2 * 1024 * 1024)})
        gc.collect()
    assert reply.status_code == 413
    # says how much is taken, and that the browser still has what was typed
    assert "您填写的内容超过 1 MB，未被接收。" in reply.text
    assert "内容仍在" in reply.text


def test_a_page_says_at_once_that_a_file_is_too_large(otto):
    """The script is told the limit and the words; tests/browser/test_road.py sees it work."""
    assert f'data-limit="{10 * 1024 * 1024}"' in see(otto).text


def test_looking_at_the_form_writes_nothing(otto, cast):
    page = see(otto)
    assert page.status_code == 200
    assert "otto@example.com" in page.text  # the reserved e-mail is prefilled
    assert mine(cast.otto) is None


def test_an_application_is_submitted(otto, cast):
    answer = submitted(otto, cast)
    assert answer.status_code == 302
    row = mine(cast.otto)
    assert row.status is S.SUBMITTED
    assert row.credit_code == CODE
    assert row.website == "https://www.lake.example"
    assert row.contact_mobile == "13812345678"
    assert [c.slug for c in row.categories] == ["law"]
    assert [(m.user.name, m.role, m.active) for m in row.memberships] == [("Otto", "owner", False)]
    assert row.association[0].status == "applied"
    mails = {m.recipient: m.template for m in db.session.query(Mail)}
    assert mails == {
        "reserved@lake.example": "application_received",
        "root@example.com": "application_waiting",
        "vera@example.com": "application_waiting",
    }
    page = see(otto).text
    assert "under review" in page
    assert f"{row.id:05d}" in page
    assert "licence.pdf" in page
    assert 'name="credit_code"' not in page  # to read, not to write


def test_a_draft_keeps_what_is_valid_and_shows_what_is_not(otto, cast):
    answer = send(
        otto,
        files=[("licence", "licence.pdf", PDF), ("qualifications", "virus.pdf", b"MZ\x90\x00")],
        name="Lake Law Firm",
        contact_phone="twelve",
        founded="last year",
        website="javascript:alert(1)",
        contact_email="nobody",
    )
    assert answer.status_code == 200
    for typed in ("twelve", "last year", "javascript:alert(1)", "nobody"):
        assert f'value="{typed}"' in answer.text
    assert "virus.pdf: Only PDF, JPEG and PNG files are accepted." in answer.text
    assert "Give a whole number." in answer.text
    row = mine(cast.otto)
    assert (row.name, row.contact_phone, row.founded, row.website) == (
        "Lake Law Firm",
        "",
        None,
        "",
    )
    assert [f.filename for f in db.session.query(Attachment)] == ["licence.pdf"]
    assert "licence.pdf" in see(otto).text


@pytest.mark.parametrize(
    ("phone", "right"),
    [
        ("0512-67068048", True),
        ("0512-67068048-801", True),
        ("400-820-8820", True),
        ("4008208820转12", True),
        ("０５１２－６７０６８０４８", True),
        ("110", False),
        ("call me", False),
    ],
)
def test_telephones_of_every_kind(otto, cast, phone, right):
    send(otto, contact_phone=phone)
    assert bool(mine(cast.otto).contact_phone) is right


def test_submitting_asks_for_what_is_missing_and_keeps_the_rest(otto, cast):
    answer = send(otto, "submit", name="Lake Law Firm")
    assert answer.status_code == 200
    assert "not submitted" in answer.text
    assert "Add a scan of the business licence first." in answer.text
    row = mine(cast.otto)
    assert (row.status, row.name) == (S.DRAFT, "Lake Law Firm")


def test_an_unknown_category_is_refused_in_words(otto, cast):
    for bad in ("999999", "x", "99999999999999999999"):
        answer = send(otto, name="Lake", categories=[bad], version=mine_version(cast))
        assert answer.status_code == 200
    assert mine(cast.otto).categories == []


def mine_version(cast) -> str:
    row = mine(cast.otto)
    return str(row.version) if row else ""


def test_files_are_removed_and_a_new_licence_takes_the_place_of_the_old(otto, cast):
    scans = [("qualifications", f"{n}.png", picture()) for n in range(2)]
    send(otto, files=[("licence", "one.pdf", PDF), *scans])
    send(otto, files=[("licence", "two.pdf", PDF)], version=mine_version(cast))
    files = db.session.query(Attachment).order_by(Attachment.id).all()
    assert [f.filename for f in files] == ["0.png", "1.png", "two.pdf"]
    send(otto, remove=files[0].id, version=mine_version(cast), name="Kept while removing")
    assert mine(cast.otto).name == "Kept while removing"
    names = [f.filename for f in db.session.query(Attachment).order_by(Attachment.id)]
    assert names == ["1.png", "two.pdf"]
    journal = [e.name for e in engine.history(mine(cast.otto))]
    assert journal.count("file_added") == 4
    assert journal.count("file_removed") == 2


def test_a_file_of_another_application_is_not_removed(otto, cast):
    send(otto, files=[("licence", "one.pdf", PDF)])
    file = db.session.query(Attachment).one()
    dora = english(otto.application.test_client(), cast.dora)
    send(dora, remove=file.id, version="1")
    assert db.session.query(Attachment).count() == 1


def test_a_second_window_does_not_overwrite_the_first(otto, cast):
    send(otto, name="First")
    stale = mine_version(cast)
    send(otto, name="Second", version=stale)
    answer = send(otto, name="Third", version=stale)
    assert "Changed meanwhile" in answer.text
    assert 'value="Third"' in answer.text
    assert mine(cast.otto).name == "Second"
    send(otto, name="Third", version=mine_version(cast))
    assert mine(cast.otto).name == "Third"


def test_a_double_click_begins_one_draft(otto, cast):
    send(otto, name="Once")
    answer = send(otto, name="Once")
    assert answer.status_code == 302  # nothing to overwrite, nothing to complain of
    assert db.session.query(Institution).filter_by(applicant_id=cast.otto.id).count() == 1


def test_submitting_twice_is_one_submission(otto, cast):
    submitted(otto, cast)
    answer = submitted(otto, cast)
    assert answer.status_code == 302
    assert db.session.query(Event).filter_by(name="submit").count() == 1


def test_a_credit_code_in_use_is_said_in_words(otto, cast):
    answer = submitted(otto, cast, credit_code=cast.bridge.credit_code)
    assert "already uses this credit code" in answer.text
    row = mine(cast.otto)
    assert (row.status, row.name) == (S.DRAFT, "Lake Law Firm")


def test_a_returned_application_cannot_take_the_code_of_another(otto, cast):
    submitted(otto, cast)
    row = mine(cast.otto)
    engine.perform(Institution, "return", [row.id], cast.vera, reason="Look again.")
    db.session.commit()
    answer = send(
        otto, **{**WHOLE, "credit_code": cast.bridge.credit_code, "version": mine_version(cast)}
    )
    assert "already uses this credit code" in answer.text
    assert mine(cast.otto).credit_code == CODE


def test_who_works_somewhere_already_is_told_so(client, cast):
    stan = english(client, cast.stan)
    page = see(stan).text
    assert "You work for Bridge Law" in page
    assert send(stan, name="Mine").status_code == 302
    assert mine(cast.stan) is None


def test_the_staff_of_the_platform_does_not_apply(client, cast):
    vera = english(client, cast.vera)
    send(vera, name="Mine")
    assert mine(cast.vera) is None


def test_the_licence_is_kept_with_its_kind(otto, cast):
    send(otto, files=[("licence", "a.pdf", PDF), ("qualifications", "b.jpg", picture("JPEG"))])
    kinds = {f.filename: f.kind for f in db.session.query(Attachment)}
    assert kinds == {"a.pdf": AttachmentKind.LICENCE, "b.jpg": AttachmentKind.QUALIFICATION}
