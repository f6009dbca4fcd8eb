"""The workbench's pages of deals: searched, written, filed once, corrected, and read by few."""

from __future__ import annotations

import io
import re
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from core.clock import frozen
from core.database import db
from models import Enterprise, Event, ParkEnterprise, Transaction, TransactionStatus
from tests.support.applying import PDF, english, forget, post, see
from tests.support.demands import at_state, post_demand
from tests.support.html_forms import forms_of
from tests.support.transactions import MONDAY, apart, drafted, filed, taken

S = TransactionStatus
NEW = "/workbench/transaction/new/"


@pytest.fixture(autouse=True)
def today(app, cast):
    apart(cast)
    db.session.commit()
    with frozen(MONDAY), force_locale("en"):
        yield


def sent(cast, action: str, scan: bool = True, **values: Any) -> dict[str, Any]:
    """Return a whole form as a browser sends it."""
    form = {
        "action": action,
        "form_key": str(uuid.uuid4()),
        "party": f"e{cast.acme.id}",
        "title": "Legal adviser",
        "category_id": str(cast.law.id),
        "sold": "",
        "affiliation_id": "",
        "amount": "12,000.50",
        "signed_on": "2026-11-20",
        "contract_number": " ht-1 ",
    } | values
    if scan:
        form["contract_files"] = (io.BytesIO(PDF), "contract.pdf")
    return form


def deals() -> list[Transaction]:
    forget()
    return list(db.session.scalars(sa.select(Transaction).order_by(Transaction.id)))


def test_bella_files_a_deal_in_one_go(cast, client) -> None:
    english(client, cast.bella)
    assert see(client, NEW).status_code == 200
    answer = post(client, NEW, **sent(cast, "file", affiliation_id=str(cast.lins_link.id)))
    assert answer.status_code == 302
    (row,) = deals()
    assert (row.status, row.enterprise_name, str(row.amount)) == (S.FILED, "Acme", "12000.50")
    assert (row.contract_number, row.affiliation_id) == ("HT-1", cast.lins_link.id)
    page = see(client, f"/workbench/transaction/details/?id={row.id}").text
    for words in ("contract.pdf", "¥12,000.50", "Asked on", row.number):
        assert words in page
    assert row.number in see(client, "/workbench/transaction/").text


def test_two_clicks_make_one_deal(cast, client) -> None:
    english(client, cast.bella)
    key = str(uuid.uuid4())
    post(client, NEW, **sent(cast, "save", form_key=key))
    again = post(client, NEW, **sent(cast, "save", form_key=key))
    assert again.status_code == 302
    assert len(deals()) == 1


def test_a_draft_may_lack_nearly_all(cast, client) -> None:
    english(client, cast.bella)
    post(client, NEW, action="save", title="Later", party="named", category_id="", sold="",
         affiliation_id="", form_key=str(uuid.uuid4()))  # fmt: skip
    (row,) = deals()
    assert (row.status, row.title, row.amount) == (S.DRAFT, "Later", None)
    details = see(client, f"/workbench/transaction/details/?id={row.id}").text
    assert "Please fill in" in details


def test_what_is_missing_is_marked_and_the_rest_is_kept(cast, client) -> None:
    english(client, cast.bella)
    page = post(client, NEW, **sent(cast, "file", scan=False, amount="")).text
    assert "Saved, but not filed" in page
    assert "Attach a scan" in page
    (row,) = deals()
    assert row.status is S.DRAFT
    assert f"/edit/?id={row.id}" in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("amount", "NaN", "Give an amount in yuan"),
        ("amount", "0", "out of range"),
        ("amount", "-5", "Give an amount in yuan"),
        ("signed_on", "2026-11-24", "still to come"),
        ("signed_on", "yesterday", "Not a valid date"),
        ("enterprise_code", "123", "18 characters"),
        ("title", "", "Please fill this in"),
        ("category_id", "999", "valid choice"),
        ("sold", "p999", "valid choice"),
        ("affiliation_id", "999", "valid choice"),
    ],
)
def test_bad_input_is_told_and_kept(cast, client, field, value, words) -> None:
    english(client, cast.bella)
    page = post(client, NEW, **sent(cast, "file", remark="Typed with care.", **{field: value}))
    assert page.status_code == 200
    assert words in page.text
    assert "Typed with care." in page.text
    assert deals() == []


def test_a_search_finds_registered_ones_first_and_keeps_what_was_typed(cast, client) -> None:
    db.session.add(ParkEnterprise(name="Acme Park Works", credit_code="91110000600037341L"))
    db.session.commit()
    english(client, cast.bella)
    page = post(client, NEW, **sent(cast, "search", search="acm", title="Kept")).text
    assert deals() == []
    assert 'value="Kept"' in page
    found = re.findall(r'name="party"[^>]*value="(\w+)"', page)
    assert [key[0] for key in found] == ["e", "r", "n"]
    assert "Acme Park Works · 91110000600037341L · not registered here" in page
    code = post(client, NEW, **sent(cast, "search", search="9111 0000 6000")).text
    assert "Acme Park Works" in code
    assert "Nothing was found" in post(client, NEW, **sent(cast, "search", search="nobody")).text


def test_an_enterprise_of_the_register_or_in_words_is_named(cast, client) -> None:
    line = ParkEnterprise(name="Park Works", credit_code="91110000600037341L")
    db.session.add(line)
    db.session.commit()
    english(client, cast.bella)
    post(client, NEW, **sent(cast, "file", party=f"r{line.id}"))
    post(client, NEW, **sent(cast, "file", party="named", enterprise_name=" Far  Away "))
    post(client, NEW, **sent(cast, "file", party="named", enterprise_name="acme?",
                             enterprise_code=cast.acme.credit_code.lower()))  # fmt: skip
    found = [(row.enterprise_name, row.enterprise_id, row.status) for row in deals()]
    acme = db.session.scalars(sa.select(Enterprise.id)).one()
    assert found == [
        ("Park Works", None, S.FILED),
        ("Far Away", None, S.FILED),
        ("Acme", acme, S.FILED),
    ]


def test_a_number_that_was_filed_is_refused_in_words(cast, client) -> None:
    filed(cast)
    db.session.commit()
    english(client, cast.bella)
    page = post(client, NEW, **sent(cast, "file", contract_number="ht-2026-001")).text
    assert "contract number was filed with this enterprise already" in page
    assert [row.status for row in deals()] == [S.FILED, S.DRAFT]


def test_a_demand_leads_to_its_deal(cast, client) -> None:
    demand = at_state(post_demand(cast, title="Read a contract"), cast, "outcome")
    db.session.commit()
    english(client, cast.bella)
    id = demand.id
    page = see(client, f"/workbench/demand/details/?id={id}").text
    assert f"{NEW}?demand={id}" in page
    assert "Read a contract" in see(client, NEW).text
    assert 'value="Read a contract"' in see(client, f"{NEW}?demand={id}").text
    post(client, NEW, **sent(cast, "file", demand=str(id)))
    (row,) = deals()
    assert (row.demand_id, row.status) == (id, S.FILED)
    assert see(client, f"{NEW}?demand={id}").status_code == 302
    assert "See the deal" in see(client, f"/workbench/demand/details/?id={id}").text
    assert see(english(client, cast.rita), f"{NEW}?demand={id}").status_code == 404


def test_a_returned_deal_is_corrected_with_its_remarks_in_sight(cast, client) -> None:
    row = filed(cast)
    taken(row, "return", cast.root, reason="Look.", remarks={"amount": "Of which contract?"})
    db.session.commit()
    english(client, cast.bella)
    url = f"/workbench/transaction/edit/?id={row.id}"
    page = see(client, url).text
    assert "Of which contract?" in page
    version = row.version
    post(client, url, **sent(cast, "file", scan=False, version=str(version), amount="900"))
    (row,) = deals()
    assert (row.status, str(row.amount)) == (S.FILED, "900.00")


def test_an_older_version_is_not_saved_over_a_newer(cast, client) -> None:
    row = drafted(cast)
    db.session.commit()
    english(client, cast.bella)
    url = f"/workbench/transaction/edit/?id={row.id}"
    page = post(client, url, **sent(cast, "save", version=str(row.version - 1), title="Mine"))
    assert "Somebody saved this meanwhile" in page.text
    assert 'value="Mine"' in page.text
    assert deals()[0].title == "Legal adviser"


def test_files_come_and_go_on_record(cast, client) -> None:
    row = drafted(cast)
    db.session.commit()
    english(client, cast.bella)
    url = f"/workbench/transaction/edit/?id={row.id}"
    file = re.search(r'name="remove" value="(\d+)"', see(client, url).text)[1]
    post(client, url, **sent(cast, "save", version=str(row.version), remove=file))
    bad = sent(cast, "save", scan=False, version=str(deals()[0].version))
    bad["contract_files"] = (io.BytesIO(b"MZ"), "virus.pdf")
    assert "Only PDF, JPEG and PNG" in post(client, url, **bad).text
    names = [e.name for e in db.session.query(Event).filter(Event.name.like("file_%"))]
    assert names == ["file_removed", "file_added"]


@pytest.mark.parametrize("name", ["rita", "ann", "otto", "root"])
def test_it_is_bridge_s_alone(cast, client, name) -> None:
    row = drafted(cast)
    db.session.commit()
    english(client, getattr(cast, name))
    for page in ("details", "edit"):
        reply = see(client, f"/workbench/transaction/{page}/?id={row.id}")
        assert reply.status_code in (403, 404), page
    assert see(client, f"/admin/transaction/details/?id={row.id}").status_code in (403, 404)


def test_a_list_of_deals_is_approved_at_once(cast, client) -> None:
    for number in ("A1", "A2", "A3"):
        filed(cast, contract_number=number)
    db.session.commit()
    english(client, cast.root)
    listed = see(client, "/admin/transaction/?answer=asked").text
    assert "3 records" in listed
    ask = "/admin/transaction/ask/?answer=asked"
    asks = post(client, ask, verb="approve", choice="all", from_list="1").text
    assert {row.status for row in deals()} == {S.FILED}  # nobody has looked at them yet
    assert "Rows that this touches: 3" in asks
    (form,) = [form for form in forms_of(asks) if "answered" in dict(form.fields)]
    post(client, ask, **dict(form.fields))
    assert {row.status for row in deals()} == {S.APPROVED}


def test_a_reviewer_returns_with_remarks_on_fields(cast, client) -> None:
    row = filed(cast)
    db.session.commit()
    english(client, cast.vera)
    post(client, "/admin/transaction/ask/", verb="return", ids=f"{row.id}:{row.version}",
         answered="1", reason="Look.", **{"remark-amount": "Why so much?"})  # fmt: skip
    (row,) = deals()
    assert (row.status, row.remarks) == (S.RETURNED, {"": "Look.", "amount": "Why so much?"})
