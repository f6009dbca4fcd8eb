"""A deal's life: what filing asks, what is refused and why, who hears, and what counts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

import ranking
from core.clock import frozen
from core.database import db
from models import (
    Affiliation,
    AffiliationStatus,
    ConfirmationStatus,
    Event,
    InstitutionStatus,
    Mail,
    Notification,
    Transaction,
    TransactionStatus,
)
from tests.support.demands import at_state, post_demand
from tests.support.transactions import DEAL, MONDAY, apart, asked, drafted, filed, refusal, taken
from workflows import engine
from workflows.review import effects as review_effects
from workflows.transaction import filing
from workflows.transaction.writing import plain_number, write

S = TransactionStatus


@pytest.fixture(autouse=True)
def today(app, cast):
    """Monday, 23 November 2026, ten in the morning; nobody shares a telephone."""
    apart(cast)
    with frozen(MONDAY), force_locale("en"):
        yield


def mails(template: str) -> set[str]:
    return set(db.session.scalars(sa.select(Mail.recipient).where(Mail.template == template)))


def bells(template: str) -> set[int]:
    return set(
        db.session.scalars(sa.select(Notification.user_id).where(Notification.template == template))
    )


# --- a draft ---------------------------------------------------------------------------------


def test_a_draft_may_be_nearly_empty_and_has_a_number(cast) -> None:
    row = filing.start(cast.bridge, cast.stan)
    assert row.status is S.DRAFT
    assert row.number == f"JY20261123{row.id:05d}"
    assert (row.title, row.amount, row.filed_at) == ("", None, None)


def test_the_day_of_the_number_is_the_park_s(cast) -> None:
    with frozen(MONDAY.replace(hour=16)):  # midnight in the park
        assert filing.start(cast.bridge, cast.bella).number[:10] == "JY20261124"


@pytest.mark.parametrize("name", ["rita", "lin", "ann", "root", "otto"])
def test_nobody_else_starts_a_deal_of_bridge(cast, name) -> None:
    with pytest.raises(PermissionError):
        filing.start(cast.bridge, getattr(cast, name))


@pytest.mark.parametrize("name", ["rita", "lin", "ann", "root"])
def test_nobody_else_writes_in_it(cast, name) -> None:
    row = drafted(cast)
    with pytest.raises(PermissionError):
        write(row, getattr(cast, name), {"title": "Mine"})


def test_a_filed_deal_is_not_written_in(cast) -> None:
    row = filed(cast)
    with pytest.raises(PermissionError):
        write(row, cast.bella, {"title": "Another"})


def test_status_and_flags_are_not_written_by_hand(cast) -> None:
    row = drafted(cast)
    for name, value in (("related", False), ("filer_id", 1), ("approved_at", MONDAY)):
        with pytest.raises(PermissionError):
            write(row, cast.bella, {name: value})


# --- filing ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "empty"),
    [("title", ""), ("amount", None), ("signed_on", None), ("category_id", None)],
)
def test_filing_asks_for_what_is_missing(cast, name, empty) -> None:
    row = drafted(cast, **{name: empty})
    assert "Please fill in" in refusal(row, "file", cast.bella)
    assert row.status is S.DRAFT


def test_filing_asks_for_the_enterprise(cast) -> None:
    row = drafted(cast, enterprise_id=None, enterprise_name="", enterprise_code="")
    assert refusal(row, "file", cast.bella)
    assert row.status is S.DRAFT


def test_filing_asks_for_a_scan(cast) -> None:
    row = drafted(cast, scan=False)
    assert "scan" in refusal(row, "file", cast.bella)


def test_signed_today_is_fine_and_tomorrow_is_not(cast) -> None:
    tomorrow = drafted(cast, signed_on=date(2026, 11, 24))
    assert "still to come" in refusal(tomorrow, "file", cast.bella)
    assert filing.file(drafted(cast, signed_on=date(2026, 11, 23)), cast.bella) is None


def test_a_service_of_one_day_is_fine_and_of_less_is_not(cast) -> None:
    day = date(2026, 12, 1)
    write(row := drafted(cast), cast.bella, {"service_from": day, "service_to": day})
    assert filing.file(row, cast.bella) is None
    backwards = drafted(cast, contract_number="")
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(
            sa.update(Transaction)
            .where(Transaction.id == backwards.id)
            .values(service_from=day, service_to=date(2026, 11, 30))
        )


def test_a_suspended_institution_files_only_what_came_of_demands(cast) -> None:
    demand = at_state(post_demand(cast), cast, "outcome")
    free = drafted(cast)
    asked_for = filing.start(cast.bridge, cast.bella, demand)
    outcome = engine.perform(type(cast.bridge), "suspend", [cast.bridge.id], cast.root, reason="x")
    assert outcome.done
    assert cast.bridge.status is InstitutionStatus.SUSPENDED
    assert "out of demands" in refusal(free, "file", cast.bella)
    assert "out of demands" not in refusal(asked_for, "file", cast.bella)  # it lacks other things


def test_a_deal_takes_over_what_its_demand_says(cast) -> None:
    demand = at_state(post_demand(cast, title="Read a contract"), cast, "outcome")
    demand.amount = Decimal("800.00")
    row = filing.start(cast.bridge, cast.bella, demand)
    assert (row.demand_id, row.enterprise_id) == (demand.id, cast.acme.id)
    assert (row.enterprise_name, row.enterprise_code) == ("Acme", cast.acme.credit_code)
    assert (row.title, row.amount) == ("Read a contract", Decimal("800.00"))
    assert row.category_id == cast.law.id


def test_a_demand_without_a_deal_becomes_none(cast) -> None:
    demand = at_state(post_demand(cast), cast, "read")
    row = drafted(cast)
    row.demand_id = demand.id
    assert "did not end with a deal" in refusal(row, "file", cast.bella)


def test_a_demand_becomes_one_deal(cast) -> None:
    demand = at_state(post_demand(cast), cast, "outcome")
    first, second = drafted(cast), drafted(cast, contract_number="HT-2")
    first.demand_id = second.demand_id = demand.id
    db.session.flush()
    assert filing.file(first, cast.bella) is None
    assert "became a deal already" in str(filing.file(second, cast.bella))
    taken(first, "withdraw", cast.bella)
    assert filing.file(second, cast.bella) is None


# --- numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  ht-2026-001 ", "HT-2026-001"),
        ("\uff28\uff34\uff0d\uff12\uff10\uff12\uff16\uff0d\uff10\uff10\uff11", "HT-2026-001"),
        ("ht 2026\u3000 001", "HT 2026 001"),
        ("", ""),
        (None, ""),
    ],
)
def test_numbers_are_kept_in_one_form(typed, kept) -> None:
    assert plain_number(typed) == kept


@pytest.mark.parametrize("typed", ["HT-2026-001", " ht-2026-001 ", "\uff28T-2026-001"])
def test_a_contract_is_filed_once_between_the_same_parties(cast, typed) -> None:
    filed(cast)
    again = drafted(cast, contract_number=typed)
    assert "contract number was filed" in refusal(again, "file", cast.bella)
    assert again.status is S.DRAFT


def test_the_same_code_is_the_same_party_under_another_name(cast) -> None:
    filed(cast)
    again = drafted(cast, enterprise_name="Acme Ltd", enterprise_id=None)
    assert "contract number was filed" in refusal(again, "file", cast.bella)


def test_other_parties_may_have_the_same_contract_number(cast) -> None:
    filed(cast)
    elsewhere = drafted(cast, enterprise_name="Other", enterprise_code="", enterprise_id=None)
    assert filing.file(elsewhere, cast.bella) is None
    assert filing.file(drafted(cast, by="rita"), cast.rita) is None


def test_without_contract_numbers_there_may_be_many(cast) -> None:
    assert filing.file(drafted(cast, contract_number=""), cast.bella) is None
    assert filing.file(drafted(cast, contract_number="  "), cast.bella) is None


def test_an_invoice_is_used_once_whoever_uses_it(cast) -> None:
    filed(cast, invoice_number="0123")
    own = drafted(cast, contract_number="HT-2", invoice_number=" 0123")
    assert "invoice number was used" in refusal(own, "file", cast.bella)
    theirs = drafted(cast, by="rita", invoice_number="0123")
    assert "invoice number was used" in refusal(theirs, "file", cast.rita)


@pytest.mark.parametrize("end", ["reject", "withdraw", "revoke"])
def test_a_number_is_free_again_once_the_deal_is_over(cast, end) -> None:
    row = filed(cast, invoice_number="0123")
    if end == "revoke":
        taken(row, "approve", cast.root)
    taken(row, end, cast.bella if end == "withdraw" else cast.root,
          **({} if end == "withdraw" else {"reason": "Wrong."}))  # fmt: skip
    assert filing.file(drafted(cast, invoice_number="0123"), cast.bella) is None


def test_the_constraint_speaks_in_words_too(cast, monkeypatch) -> None:
    """Whoever slips past the guard at the same moment meets the index."""
    monkeypatch.setattr("workflows.transaction.rules.taken", lambda _row: None)
    filed(cast, invoice_number="0123")
    contract = drafted(cast)
    assert "contract number was filed" in str(filing.file(contract, cast.bella))
    invoice = drafted(cast, contract_number="HT-2", invoice_number="0123")
    assert "invoice number was used" in str(filing.file(invoice, cast.bella))
    assert invoice.status is S.DRAFT


# --- the decisions ---------------------------------------------------------------------------


def test_filing_tells_the_reviewers(cast) -> None:
    filed(cast)
    assert mails("transaction_waiting") == {"root@example.com", "vera@example.com"}


@pytest.mark.parametrize(
    ("verb", "answers", "state"),
    [
        ("approve", {}, S.APPROVED),
        ("return", {"reason": "Page 2.", "remarks": {"amount": "Of the contract?"}}, S.RETURNED),
        ("reject", {"reason": "No contract."}, S.REJECTED),
    ],
)
def test_a_decision_is_told_to_both_sides(cast, verb, answers, state) -> None:
    row = filed(cast)
    taken(row, verb, cast.vera, **answers)
    assert row.status is state
    template = f"transaction_{'approved' if verb == 'approve' else verb + 'ed'}"
    assert mails(template) == {"reserved-bridge@example.com", "ann@example.com"}
    assert bells(template) == {cast.bella.id, cast.stan.id, cast.ann.id}


def test_the_consultant_hears_of_his_deal(cast) -> None:
    row = filed(cast, affiliation_id=cast.lins_link.id)
    taken(row, "approve", cast.root)
    assert cast.lin.id in bells("transaction_approved")


def test_who_does_not_speak_for_it_any_more_hears_nothing(cast) -> None:
    row = filed(cast, affiliation_id=cast.lins_link.id)
    db.session.execute(sa.update(Affiliation).values(status=AffiliationStatus.UNLINKED))
    taken(row, "approve", cast.root)
    assert cast.lin.id not in bells("transaction_approved")


@pytest.mark.parametrize("name", ["bella", "ann", "audrey", "rita"])
@pytest.mark.parametrize("verb", ["approve", "return", "reject"])
def test_only_reviewers_decide(cast, name, verb) -> None:
    row = filed(cast)
    refusal(row, verb, getattr(cast, name), **({} if verb == "approve" else {"reason": "x"}))
    assert row.status is S.FILED


@pytest.mark.parametrize("name", ["vera", "audrey", "bella", "ann"])
def test_only_an_administrator_revokes(cast, name) -> None:
    row = filed(cast)
    taken(row, "approve", cast.vera)
    refusal(row, "revoke", getattr(cast, name), reason="x")
    assert row.status is S.APPROVED
    taken(row, "revoke", cast.root, reason="A sham.")
    assert (row.status, row.reason) == (S.REVOKED, "A sham.")


def test_remarks_come_back_and_go_with_the_next_filing(cast) -> None:
    row = filed(cast)
    taken(row, "return", cast.root, reason="Page 2.", remarks={"amount": "Really?"})
    assert row.remarks == {"amount": "Really?", "": "Page 2."}
    write(row, cast.bella, {"amount": Decimal("900.00")})
    taken(row, "file", cast.bella)
    assert (row.remarks, row.reason) == ({}, None)


def test_approving_twice_counts_once(cast, monkeypatch) -> None:
    opened, counted = [], []
    monkeypatch.setattr(
        review_effects, "open_for", lambda rows, _a: opened.append([r.id for r in rows])
    )
    monkeypatch.setattr(ranking, "mark", lambda firms=(), people=(): counted.append(set(firms)))
    row = filed(cast)
    taken(row, "approve", cast.root)
    assert refusal(row, "approve", cast.vera) == "Already handled."
    assert opened == [[row.id]]
    assert counted == [{cast.bridge.id}]
    names = [e.name for e in engine.history(row)]
    assert names.count("approve") == 1


def test_approving_and_revoking_reach_reviews_and_scores(cast, monkeypatch) -> None:
    calls = []
    monkeypatch.setattr(review_effects, "open_for", lambda rows, actor: calls.append("open"))
    monkeypatch.setattr(review_effects, "close_for", lambda rows, actor: calls.append("close"))
    monkeypatch.setattr(
        ranking, "mark", lambda firms=(), people=(): calls.append((set(firms), set(people)))
    )
    link = cast.lins_link
    row = filed(cast, affiliation_id=link.id)
    taken(row, "approve", cast.root)
    taken(row, "revoke", cast.root, reason="A sham.")
    touched = ({cast.bridge.id}, {link.consultant_id})
    assert calls == ["open", touched, "close", touched]


def test_a_withdrawn_draft_is_nobody_s_news(cast) -> None:
    row = drafted(cast)
    taken(row, "withdraw", cast.bella)
    assert mails("transaction_withdrawn") == set()
    again = filed(cast)
    taken(again, "withdraw", cast.bella)
    assert mails("transaction_withdrawn") == {"ann@example.com"}


def test_an_enterprise_that_is_not_registered_is_not_asked(cast) -> None:
    row = filed(cast, enterprise_id=None, enterprise_name="Far Away Ltd", enterprise_code="")
    assert row.confirmation is None
    assert mails("confirmation_asked") == set()
    taken(row, "approve", cast.root)
    assert mails("transaction_approved") == {"reserved-bridge@example.com"}


def test_a_thousand_are_approved_at_once(cast) -> None:
    """One stale row does not sink the others."""
    rows = [filed(cast, contract_number=f"HT-{n}") for n in range(6)]
    taken(rows[0], "reject", cast.root, reason="No.")
    outcome = engine.perform(Transaction, "approve", [row.id for row in rows], cast.vera)
    assert outcome.done == [row.id for row in rows[1:]]
    assert list(outcome.refused) == [rows[0].id]


def test_the_journal_tells_the_whole_story(cast) -> None:
    row = filed(cast)
    taken(row, "return", cast.root, reason="Page 2.")
    write(row, cast.bella, {"remark": "Page 2 added."})
    taken(row, "file", cast.bella)
    taken(row, "approve", cast.vera)
    found = db.session.execute(
        sa.select(Event.name, Event.actor_id)
        .where(Event.subject_type == "transaction", Event.subject_id == row.id)
        .order_by(Event.id)
    ).all()
    bella, root, vera = cast.bella.id, cast.root.id, cast.vera.id
    assert [tuple(one) for one in found] == [
        ("draft", bella),
        ("edit", bella),
        ("file", bella),
        ("return", root),
        ("edit", bella),
        ("file", bella),
        ("approve", vera),
    ]
    assert asked(row).status is ConfirmationStatus.ASKED
    assert DEAL["amount"] == row.amount
    assert row.filed_at == MONDAY
    assert row.approved_at - row.filed_at < timedelta(seconds=1)
