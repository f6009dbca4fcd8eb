"""The institution's side: adding, changing a note, the list, inviting, and a file of several."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
from PIL import Image

from core.clock import frozen, now
from core.database import db
from models import Affiliation, Attachment, Consultant, Invitation, Mail, MailStatus
from tests.support.applying import english, forget, picture, post, see
from tests.support.consulting import add, agree, invitation_of, link_to, state, step
from tests.support.versions import ids_of
from uploads import storage

LIST = "/workbench/consultant/"
NEW = f"{LIST}new/"
NOTE = {
    "name": "Mo Wen",
    "title": "Partner",
    "email": " Mo@Example.com ",
    "mobile": "+86 138 1234 5678".replace(" ", ""),
    "introduction": "Labour law.",
    "qualifications-0-name": "Lawyer's licence",
    "qualifications-0-number": "1320",
    "qualifications-0-issuer": "The bureau",
    "qualifications-0-valid_until": "2030-06-30",
    "qualifications-1-name": "",
}


@pytest.fixture
def bella(client, cast):
    return english(client, cast.bella)


def newest() -> Affiliation:
    forget()
    db.session.expunge_all()  # what a page loaded stays held to its reader: look with fresh eyes
    row = db.session.query(Affiliation).order_by(Affiliation.id.desc()).first()
    assert row is not None
    return row


def test_a_consultant_is_added_with_all_that_the_form_asks(bella, cast):
    page = see(bella, NEW)
    assert page.status_code == 200
    law = cast.law.id
    secret = picture("JPEG", secret="where the picture was taken")
    data = {**NOTE, "specialities": [law], "photo": (io.BytesIO(secret), "../mo.jpg")}
    answer = post(bella, NEW, **data)
    assert answer.status_code == 302
    row = newest()
    assert (row.status, row.institution.name, row.adder.name) == ("added", "Bridge Law", "Bella")
    note = row.consultant
    assert (note.name, note.title, note.email) == ("Mo Wen", "Partner", "mo@example.com")
    assert (note.mobile, note.user_id) == ("13812345678", None)
    assert [one.slug for one in note.specialities] == ["law"]
    held = [(one.name, one.number, one.issuer, str(one.valid_until)) for one in note.qualifications]
    assert held == [("Lawyer's licence", "1320", "The bureau", "2030-06-30")]
    photo = db.session.query(Attachment).filter_by(consultant_id=note.id).one()
    assert photo.filename == "mo.jpg"
    with storage.open(photo.storage_key) as file:
        kept = file.read()
    assert b"where the picture" not in kept
    assert Image.open(io.BytesIO(kept)).size == (20, 10)
    details = see(bella, answer.location).text
    for words in ("Mo Wen", "mo@example.com", "1320", "2030-06-30", "mo.jpg", "Labour law."):
        assert words in details


def test_what_is_wrong_is_said_and_what_was_typed_stays(bella, cast):
    answer = post(
        bella,
        NEW,
        **{**NOTE, "email": "nobody", "mobile": "12", "qualifications-0-name": "",
           "photo": (io.BytesIO(b"GIF89a"), "mo.gif")},
    )  # fmt: skip
    assert answer.status_code == 200
    for words in ("Give an e-mail address", "Give a mobile number", "name of the qualification",
                  "mo.gif: Only PDF", 'value="1320"', "Labour law."):  # fmt: skip
        assert words in answer.text, words
    assert db.session.query(Affiliation).filter_by(status="added").count() == 0


def test_more_rows_are_offered_and_nothing_is_lost_or_saved(bella):
    answer = post(bella, NEW, **NOTE, more="1")
    assert answer.status_code == 200
    assert 'name="qualifications-3-name"' in answer.text
    assert 'value="1320"' in answer.text
    assert "correct what is marked" not in answer.text
    many = {f"qualifications-{place}-name": "A" for place in range(60)}
    assert 'name="qualifications-20-name"' not in post(bella, NEW, **many, more="1").text


def test_an_address_stands_once_in_the_list_of_an_institution(bella, cast, client):
    post(bella, NEW, **NOTE)
    assert "in your list already" in post(bella, NEW, **{**NOTE, "email": "MO@example.com"}).text
    # lin is bridge's consultant under her own account
    assert "in your list already" in post(bella, NEW, **{**NOTE, "email": "lin@example.com"}).text
    rita = english(client, cast.rita)
    assert post(rita, NEW, **NOTE).status_code == 302  # another institution's note of the same
    assert db.session.query(Consultant).filter_by(email="mo@example.com").count() == 2


def test_a_note_is_changed_while_it_is_one(bella, cast):
    post(bella, NEW, **NOTE, specialities=[cast.law.id])
    row = newest()
    id, edit = row.id, f"{LIST}edit/?id={row.id}"
    key = str(row.consultant.qualifications[0].id)
    page = see(bella, edit).text
    assert 'value="1320"' in page
    changed = {**NOTE, "title": "Senior partner", "qualifications-0-key": key,
               "qualifications-0-number": "1321", "qualifications-1-name": "Arbitrator",
               "version": row.version}  # fmt: skip
    assert post(bella, edit, **changed).status_code == 302
    note = newest().consultant
    assert note.title == "Senior partner"
    assert [(one.name, one.number) for one in note.qualifications] == [
        ("Lawyer's licence", "1321"),
        ("Arbitrator", ""),
    ]
    # somebody else saves an older page
    stale = post(bella, edit, **{**changed, "title": "Older"})
    assert "Somebody saved this meanwhile" in stale.text
    assert "Saved meanwhile: Senior partner" in stale.text
    keys = [str(one.id) for one in newest().consultant.qualifications]
    gone = {**changed, "version": newest().version, "qualifications-0-gone": "y",
            "qualifications-1-key": keys[1]}  # fmt: skip
    post(bella, edit, **gone)
    assert [one.name for one in newest().consultant.qualifications] == ["Arbitrator"]
    past = see(bella, f"{LIST}details/?id={id}").text
    assert "Senior partner" in past


def test_a_row_of_another_consultant_is_not_taken_over(bella, cast):
    foreign = db.session.query(Consultant).filter_by(user_id=cast.lin.id).one()
    from models import Qualification

    db.session.add(Qualification(consultant_id=foreign.id, name="Lin's own"))
    db.session.commit()
    key = db.session.query(Qualification).one().id
    post(bella, NEW, **NOTE | {"qualifications-0-key": str(key)})
    assert db.session.get_one(Qualification, key).name == "Lin's own"
    assert db.session.query(Qualification).count() == 2


def test_a_profile_that_is_somebodys_own_is_read_and_not_changed(bella, cast):
    row_id = cast.lins_link.id
    page = see(bella, f"{LIST}details/?id={row_id}").text
    assert "looks after this profile" in page
    assert "/edit/" not in page
    assert see(bella, f"{LIST}edit/?id={row_id}").status_code == 403
    assert post(bella, f"{LIST}edit/?id={row_id}", **NOTE).status_code == 403


def test_staff_read_and_owners_write(client, cast):
    row_id = add(cast.bridge, cast.bella, "mo@example.com")
    stan = english(client, cast.stan)
    page = see(stan, LIST)
    assert "Mo" in page.text
    assert 'value="invite"' not in page.text
    assert see(stan, NEW).status_code == 403
    assert see(stan, f"{LIST}edit/?id={row_id}").status_code == 403
    assert post(stan, f"{LIST}ask/", verb="invite", ids=f"{row_id}:1").status_code == 403
    rita = english(client, cast.rita)
    assert see(rita, f"{LIST}details/?id={row_id}").status_code == 404
    assert see(rita, f"{LIST}edit/?id={row_id}").status_code == 404
    assert "Mo" not in see(rita, LIST).text


def test_the_list_tells_how_far_it_is_with_each(bella, cast):
    ids = {
        name: add(cast.bridge, cast.bella, f"{name}@x.cn", name.title())
        for name in ("plain", "sent", "opened", "bounced", "old")
    }
    for name in ("sent", "opened", "bounced"):
        step("invite", ids[name], cast.bella)
    with frozen(now() - timedelta(days=20)):
        step("invite", ids["old"], cast.bella)
    bella.application.test_client().post(f"{link_to('opened@x.cn')}/open")
    forget()
    mail = db.session.query(Mail).filter_by(recipient="bounced@x.cn").one()
    mail.status = MailStatus.DEAD
    db.session.commit()
    expected = {
        "invitation=sent": ["Sent"],
        "invitation=opened": ["Opened"],
        "invitation=bounced": ["Bounced"],
        "invitation=expired": ["Old"],
        "invitation=asked": [],
        "status=added": ["Plain"],
        "status=linked": ["Lin"],
        "account=has": ["Lin"],
        "account=none": ["Bounced", "Old", "Opened", "Plain", "Sent"],
        "q=opened%40x": ["Opened"],
        f"speciality={cast.law.id}": ["Lin"],
        "speciality=999999999999": ["Bounced", "Lin", "Old", "Opened", "Plain", "Sent"],
    }
    names = ("Bounced", "Lin", "Old", "Opened", "Plain", "Sent")
    for query, wanted in expected.items():
        page = see(bella, f"{LIST}?{query}").text
        found = [name for name in names if f">{name}</a>" in page]
        assert found == wanted, query
    page = see(bella, LIST).text
    end = (now() + timedelta(days=14)).astimezone(None)
    for words in ("no account yet", f"sent, valid until {end:%Y}", "opened, valid until",
                  "the mail did not arrive", "expired on", "has an account"):  # fmt: skip
        assert words in page, words


def test_inviting_from_the_row_and_many_at_once(bella, cast):
    linked = cast.lins_link.id
    ids = [add(cast.bridge, cast.bella, f"p{place}@x.cn", f"P{place}") for place in range(3)]
    page = see(bella, LIST).text
    assert page.count('value="invite"') == 4  # three rows and the bulk button
    post(bella, f"{LIST}ask/", verb="invite", ids=f"{ids[0]}:1", from_list="1")
    assert [state(one) for one in ids] == ["invited", "added", "added"]
    again = post(bella, f"{LIST}ask/", verb="invite", ids=f"{ids[0]}:1")  # a double click
    assert "Changed meanwhile" in see(bella, again.location).text
    many = ids_of(Affiliation, ids[1:], linked)
    answer = post(bella, f"{LIST}ask/", verb="invite", ids=many, from_list="1")
    assert "1 not done" in see(bella, answer.location).text  # Lin is linked already
    assert [state(one) for one in ids] == ["invited"] * 3
    sent = db.session.query(Mail).filter_by(template="consultant_invited")
    assert sorted(mail.recipient for mail in sent) == ["p0@x.cn", "p1@x.cn", "p2@x.cn"]


def test_taking_an_invitation_back(bella, cast):
    row_id = add(cast.bridge, cast.bella, "otto@example.com")
    step("invite", row_id, cast.bella)
    link = link_to("otto@example.com")
    page = see(bella, f"{LIST}details/?id={row_id}").text
    assert "Take the invitation back" in page
    version = db.session.get_one(Affiliation, row_id).version
    post(bella, f"{LIST}ask/", verb="revoke", ids=f"{row_id}:{version}", answered="1")
    assert state(row_id) == "added"
    assert agree(link, cast.otto) == "Already handled."


def test_a_corrected_address_kills_the_link_to_the_wrong_one(bella, cast):
    post(bella, NEW, **NOTE)
    row = newest()
    step("invite", row.id, cast.bella)
    sent_id = invitation_of(link_to("mo@example.com")).id
    row = newest()
    data = {**NOTE, "email": "mo.wen@example.com", "version": row.version}
    answer = post(bella, f"{LIST}edit/?id={row.id}", **data)
    assert "invite again" in see(bella, answer.location).text
    assert state(row.id) == "added"
    assert db.session.get_one(Invitation, sent_id).status == "revoked"


def sheet(*lines: list[object], headings: list[str] | None = None) -> io.BytesIO:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(headings or ["姓名", "邮箱", "手机号", "专业领域", "资质名称", "有效期至"])
    for line in lines:
        page.append(line)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


IMPORT = "/workbench/consultant-import/"


def test_several_from_a_file_with_what_is_wrong_line_by_line(bella, cast):
    file = sheet(
        ["Mo", "mo@x.cn", 13812345678, "法律服务、Tax", "Licence", now().date()],
        ["", "nameless@x.cn", None, None, None, None],
        ["Wu", "not an address", None, None, None, None],
        ["Xu", "xu@x.cn", "12", None, None, None],
        ["Yu", "yu@x.cn", None, "Cooking", None, None],
        ["Zu", "MO@x.cn", None, None, None, None],
        ["Li", "lin@example.com", None, None, None, None],
        ["=1+1", "f@x.cn", None, None, None, None],
        ["Ba", "ba@x.cn", None, "law，tax", "Licence", "2031.5.1"],
        ["Ca", "ca@x.cn", None, None, "Licence", "soon"],
    )
    page = post(bella, IMPORT, file=(file, "consultants.xlsx")).text
    assert "2 added, 8 refused." in page
    rows = {row.consultant.name: row.consultant for row in db.session.query(Affiliation)}
    assert set(rows) == {"Lin", "Mo", "Ba"}
    assert [one.slug for one in rows["Mo"].specialities] == ["law", "tax"]
    assert rows["Mo"].mobile == "13812345678"
    assert str(rows["Ba"].qualifications[0].valid_until) == "2031-05-01"
    for line, words in (
        (3, "Please fill this in."),
        (4, "Give an e-mail address"),
        (5, "Give a mobile number"),
        (6, "no speciality “Cooking”"),
        (7, "in your list already"),
        (8, "in your list already"),
        (11, "Valid until"),
    ):
        assert f"<tr><td>{line}</td><td>" in page, line
        assert words in page, words
    assert db.session.query(Mail).count() == 0  # nobody is invited by it


def test_a_file_that_is_none_and_the_template(bella, client, cast):
    assert "Choose a file first" in post(bella, IMPORT).text
    assert post(bella, IMPORT, file=(io.BytesIO(b"\x00\x01"), "a.xlsx")).status_code == 422
    bad = sheet(["x"], headings=["Nothing"])
    assert "No headings were found" in post(bella, IMPORT, file=(bad, "a.xlsx")).text
    many = sheet(*(["A", f"a{place}@x.cn"] for place in range(501)))
    assert "more than 500 lines" in post(bella, IMPORT, file=(many, "a.xlsx")).text
    empty = see(bella, f"{IMPORT}template")
    titles = [cell.value for cell in next(openpyxl.load_workbook(io.BytesIO(empty.data))
              .worksheets[0].iter_rows())]  # fmt: skip
    assert titles[:4] == ["name", "title", "e-mail", "mobile"]
    assert see(english(client, cast.stan), IMPORT).status_code == 403
