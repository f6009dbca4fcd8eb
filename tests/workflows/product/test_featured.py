"""A featured product's life: every step, every refusal, who hears, and what stands in between."""

from __future__ import annotations

import threading

import pytest

import uploads
from core.database import db
from models import FeaturedProduct, Institution, Mail, ProductStatus
from tests.support.applying import PDF
from tests.support.cast import Cast
from tests.support.products import FEE, HOURS, KIND, ONLINE, law_asks, product, take, why
from workflows import engine, parameters
from workflows.product import drafts, terms
from workflows.product.differences import changed_since_last_submission
from workflows.product.files import files_of, keep

S = ProductStatus


def told(template: str) -> list[str]:
    return sorted(m.recipient for m in db.session.query(Mail).filter_by(template=template))


def attempt(row, verb: str, actor, seen=None, **answers):
    outcome = engine.perform(FeaturedProduct, verb, [row.id], actor, seen=seen, **answers)
    db.session.commit()
    return outcome


def test_the_whole_road(app, cast):
    law_asks(cast)
    row = product(cast)
    assert (row.status, row.approved_at) == (S.DRAFT, None)
    take(row, "submit", cast.stan)  # a colleague does it too
    assert told("product_waiting") == ["root@example.com", "vera@example.com"]
    take(row, "return", cast.vera, reason="See the fields.", remarks={"p_hours": "Too few?"})
    assert told("product_returned") == ["reserved-bridge@example.com"]
    mail = db.session.query(Mail).filter_by(template="product_returned").one()
    assert mail.context["remarks"] == ["工时: Too few?"]
    assert mail.link == f"/workbench/product/details/?id={row.id}"
    assert (row.reason, row.remarks) == ("See the fields.", {"p_hours": "Too few?"})
    take(row, "submit", cast.bella)
    assert (row.reason, row.remarks) == (None, {})
    take(row, "withdraw", cast.bella)
    assert row.status is S.DRAFT
    take(row, "submit", cast.bella)
    take(row, "reject", cast.vera, reason="Not a service.")
    assert told("product_rejected") == ["reserved-bridge@example.com"]
    take(row, "submit", cast.bella)  # reworked
    take(row, "approve", cast.root)
    assert row.approved_at is not None
    assert told("product_approved") == ["reserved-bridge@example.com"]
    take(row, "list", cast.bella)
    take(row, "delist", cast.bella)
    take(row, "list", cast.bella)
    take(row, "take_down", cast.root, reason="A complaint.")
    assert told("offer_taken_down") == ["reserved-bridge@example.com"]
    assert row.reason == "A complaint."
    take(row, "lift", cast.root)
    assert (row.status, row.reason) == (S.DELISTED, None)  # it lists again itself
    assert told("offer_lifted") == ["reserved-bridge@example.com"]
    take(row, "list", cast.bella)
    names = [event.name for event in engine.history(row)]
    assert names == [
        "start", "submit", "return", "submit", "withdraw", "submit", "reject", "submit", "approve",
        "list", "delist", "list", "take_down", "lift", "list",
    ]  # fmt: skip


# state -> the steps out of it; every other step is refused there
STEPS = {
    S.DRAFT: {"submit", "discard"},
    S.SUBMITTED: {"withdraw", "approve", "return", "reject"},
    S.RETURNED: {"submit", "discard"},
    S.REJECTED: {"submit", "discard"},
    S.APPROVED: {"list", "take_down"},
    S.LISTED: {"delist", "take_down"},
    S.DELISTED: {"list", "take_down"},
    S.TAKEN_DOWN: {"lift"},
    S.DISCARDED: set(),
}
BY = {
    "submit": "bella", "discard": "bella", "withdraw": "bella", "list": "bella", "delist": "bella",
    "approve": "vera", "return": "vera", "reject": "vera", "take_down": "root", "lift": "root",
}  # fmt: skip


@pytest.mark.parametrize("state", list(STEPS))
def test_what_may_be_done_in_each_state(app, cast, state):
    row = product(cast, state)
    before = len(engine.history(row))
    for verb, name in BY.items():
        if verb in STEPS[state]:
            continue
        answers = {"reason": "x"} if verb in ("return", "reject", "take_down") else {}
        outcome = attempt(row, verb, getattr(cast, name), **answers)
        assert why(outcome, row) == str(engine.HANDLED), verb
    assert len(engine.history(row)) == before
    for verb in STEPS[state]:
        for stranger in ("rita", "ann", "lin"):
            answers = {"reason": "x"} if verb in ("return", "reject", "take_down") else {}
            assert attempt(row, verb, getattr(cast, stranger), **answers).missing == [row.id]
        wrong = cast.bella if BY[verb] in ("vera", "root") else cast.vera
        answers = {"reason": "x"} if verb in ("return", "reject", "take_down") else {}
        assert why(attempt(row, verb, wrong, **answers), row) == str(engine.NOT_YOURS)
        assert why(attempt(row, verb, cast.audrey, **answers), row) == str(engine.NOT_YOURS)
    assert len(engine.history(row)) == before


def test_a_reviewer_takes_nothing_down(app, cast):
    row = product(cast, S.LISTED)
    assert why(attempt(row, "take_down", cast.vera, reason="x"), row) == str(engine.NOT_YOURS)


def test_what_is_missing_is_named_at_the_submission(app, cast):
    law_asks(cast, HOURS, KIND, ONLINE)
    row = product(cast, summary="", description=" \n", parameters={"kind": "发明"})
    words = why(attempt(row, "submit", cast.bella), row)
    for name in ("摘要", "产品介绍", "工时", "线上"):
        assert name in words
    assert row.status is S.DRAFT
    assert "类型" not in words


def test_a_suspended_institution_hands_in_and_lists_nothing(app, cast):
    draft, listed, delisted = (product(cast, s) for s in (S.DRAFT, S.LISTED, S.DELISTED))
    engine.perform(Institution, "suspend", [cast.bridge.id], cast.root, reason="x")
    db.session.commit()
    for row, verb in ((draft, "submit"), (delisted, "list")):
        assert attempt(row, verb, cast.bella).refused, verb
    assert listed.status is S.LISTED  # hidden with its institution, and back with it
    take(listed, "delist", cast.bella)


def test_a_revoked_institution_s_product_waits_no_longer(app, cast):
    row = product(cast, S.SUBMITTED)
    engine.perform(Institution, "revoke", [cast.bridge.id], cast.root, reason="Gone.")
    db.session.commit()
    assert (row.status, row.reason) == (S.REJECTED, "Gone.")


def test_a_retired_category_takes_no_submission(app, cast):
    row = product(cast, category=cast.tax)
    cast.tax.retired = True
    db.session.commit()
    assert attempt(row, "submit", cast.bella).refused


def test_many_are_decided_at_once_and_one_stale_one_sinks_none(app, cast):
    found = [product(cast, S.SUBMITTED, name=f"No. {n}") for n in range(3)]
    seen = {row.id: row.version for row in found}
    take(found[1], "withdraw", cast.bella)
    ids = [row.id for row in found]
    outcome = engine.perform(FeaturedProduct, "approve", ids, cast.vera, seen=seen)
    db.session.commit()
    assert outcome.done == [found[0].id, found[2].id]
    assert why(outcome, found[1]) == str(engine.HANDLED)
    mails = told("product_approved")
    assert len(mails) == 1  # both are one institution's, which hears of them together
    again = engine.perform(FeaturedProduct, "reject", ids, cast.root, reason="x")
    assert again.done == []


def changed_meanwhile(cast):
    row = product(cast, S.SUBMITTED)
    looked = {row.id: row.version}
    take(row, "withdraw", cast.bella)
    values = {"name": "Another service", "parameters": {}}
    drafts.save(row, cast.bella, cast.law, None, values, row.version)
    db.session.commit()
    take(row, "submit", cast.bella)
    outcome = attempt(row, "approve", cast.vera, seen=looked)
    assert why(outcome, row) == str(engine.CHANGED)
    assert row.status is S.SUBMITTED
    assert [(d.name, d.before, d.after) for d in changed_since_last_submission(row)] == [
        ("name", "Contract check", "Another service")
    ]


def test_approved_while_the_institution_edits_is_refused_as_changed_meanwhile(app, cast):
    changed_meanwhile(cast)


@pytest.mark.postgres
def test_approved_while_the_institution_edits_on_postgresql(pg_app):
    changed_meanwhile(Cast())


def approved_at_the_moment_of_an_edit(app):
    """The reviewer's approval waits for what the institution is doing, and sees it."""
    row = product(Cast(), S.SUBMITTED)
    looked, told_so = {row.id: row.version}, []
    key = row.id
    done = threading.Event()

    def approve() -> None:
        with app.app_context():
            vera = Cast().vera
            db.session.rollback()
            started.set()
            outcome = engine.perform(FeaturedProduct, "approve", [key], vera, seen=looked)
            db.session.commit()
            told_so.append(str(outcome.refused.get(key)))
            done.set()
            db.session.remove()

    started = threading.Event()
    reviewer = threading.Thread(target=approve)
    bella = Cast().bella
    engine.perform(FeaturedProduct, "withdraw", [key], bella)
    drafts.save(row, bella, row.category, None, {"name": "Another"}, row.version)
    reviewer.start()
    started.wait(10)
    assert not done.wait(0.5)  # the row is locked until the edit is over
    engine.perform(FeaturedProduct, "submit", [key], bella)
    db.session.commit()
    reviewer.join(30)
    assert told_so == [str(engine.CHANGED)]
    db.session.expire_all()
    assert (row.status, row.name) == (S.SUBMITTED, "Another")


@pytest.mark.postgres
def test_an_approval_waits_for_an_edit_that_is_under_way(pg_app):
    approved_at_the_moment_of_an_edit(pg_app)


def test_a_draft_is_deleted_with_its_files_and_stays_in_the_journal(app, cast):
    row = product(cast)
    keep(row, cast.bella, documents=[uploads.check(PDF, "plan.pdf")])
    db.session.commit()
    take(row, "discard", cast.stan)
    assert row.status is S.DISCARDED
    assert files_of(row) == []
    names = [event.name for event in engine.history(row)]
    assert names == ["start", "file_added", "discard", "file_removed"]
    assert attempt(row, "submit", cast.bella).refused


def test_what_waits_is_not_edited_and_nothing_is_overwritten_unseen(app, cast):
    row = product(cast, S.SUBMITTED)
    with pytest.raises(ValueError, match=str(drafts.NOT_NOW)):
        drafts.save(row, cast.bella, cast.law, None, {"name": "x"}, row.version)
    with pytest.raises(ValueError, match=str(drafts.NOT_NOW)):
        terms.update_terms(row, cast.bella, {}, [], row.version)
    take(row, "withdraw", cast.bella)
    with pytest.raises(drafts.ChangedMeanwhile):
        drafts.save(row, cast.bella, cast.law, None, {"name": "x"}, row.version - 1)
    listed = product(cast, S.LISTED)
    with pytest.raises(ValueError, match=str(drafts.NOT_NOW)):
        drafts.save(listed, cast.bella, cast.law, None, {"name": "x"}, listed.version)


def test_a_draft_is_journaled_in_words(app, cast):
    schema = law_asks(cast)
    row = product(cast)
    values = {"name": "New", "parameters": {"hours": "9", "fee": "1234.5"}}
    drafts.save(row, cast.bella, cast.tax, schema, values, row.version)
    db.session.commit()
    event = engine.history(row)[-1]
    assert (event.name, event.actor.name) == ("edit", "Bella")
    assert event.changes["name"] == ["Contract check", "New"]
    assert event.changes["category"] == ["法律服务", "财税服务"]
    before, after = event.changes["parameters"]
    assert before == "工时: 8 小时; 类型: 发明"
    assert after == "工时: 9 小时; 官费: ¥1,234.50"
    count = len(engine.history(row))
    drafts.save(row, cast.bella, cast.tax, schema, values, row.version)
    assert len(engine.history(row)) == count  # nothing changed, nothing is put on record


def test_a_draft_is_asked_for_what_the_category_asks_since(app, cast):
    law_asks(cast, KIND)
    row = product(cast, parameters={"kind": "发明"})
    first = row.schema_id
    law_asks(cast, KIND, HOURS)
    assert row.schema_id == first
    assert "工时" in why(attempt(row, "submit", cast.bella), row)
    values = {"parameters": {"kind": "发明", "hours": "3"}}
    newest = parameters.schema_of(cast.law)
    drafts.save(row, cast.bella, cast.law, newest, values, row.version)
    db.session.commit()
    assert row.schema_id == newest.id != first
    take(row, "submit", cast.bella)


def test_an_approved_product_keeps_its_version_and_stays_listed(app, cast):
    law_asks(cast, KIND)
    row = product(cast, S.LISTED, parameters={"kind": "发明"})
    first = row.schema_id
    law_asks(cast, HOURS, FEE)  # the choice is gone, something new is required
    take(row, "delist", cast.bella)
    take(row, "list", cast.bella)
    assert row.schema_id == first
    facts = parameters.facts(parameters.fields_of(row.schema), row.parameters)
    assert [(field.key, text) for field, text in facts] == [("kind", "发明")]
