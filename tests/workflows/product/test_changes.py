"""A change of an approved product: beside the public version until it is approved."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

import uploads
from core.database import db
from models import Event, FeaturedProduct, Mail, ProductChange, ProductChangeStatus, ProductStatus
from tests.support.applying import PDF, picture
from tests.support.cast import Cast
from tests.support.products import FEE, FIXED, HOURS, KIND, change, law_asks, product, take, why
from workflows import engine, parameters
from workflows.product import change_rules, drafts, starts, terms
from workflows.product.differences import differences
from workflows.product.files import attachments_of, cover_of, keep

S, C = ProductStatus, ProductChangeStatus


def told(template: str) -> list[str]:
    return sorted(m.recipient for m in db.session.query(Mail).filter_by(template=template))


def attempt(row, verb: str, actor, seen=None, **answers):
    outcome = engine.perform(ProductChange, verb, [row.id], actor, seen=seen, **answers)
    db.session.commit()
    return outcome


def test_the_public_version_stays_until_the_change_is_approved(app, cast):
    law_asks(cast)
    row = product(cast, S.LISTED)
    found = change(row, cast, name="Contract check plus", parameters={"hours": "12"})
    assert (row.name, row.parameters["hours"]) == ("Contract check", "8")
    take(found, "submit", cast.stan)
    assert told("product_change_waiting") == ["root@example.com", "vera@example.com"]
    assert (row.name, row.status) == ("Contract check", S.LISTED)
    assert [(d.name, d.before, d.after) for d in differences(found)] == [
        ("name", "Contract check", "Contract check plus"),
        ("p_hours", "8 小时", "12 小时"),
        ("p_kind", "发明", ""),
    ]
    take(found, "return", cast.vera, reason="Why?", remarks={"p_kind": "Say it."})
    assert told("product_change_returned") == ["reserved-bridge@example.com"]
    drafts.save(
        found, cast.bella, cast.law, found.schema,
        {"summary": "More.", "parameters": {"hours": "12", "kind": "发明"}}, found.version,
    )  # fmt: skip
    db.session.commit()
    take(found, "submit", cast.bella)
    take(found, "approve", cast.root)
    assert told("product_change_approved") == ["reserved-bridge@example.com"]
    assert (row.name, row.summary, row.status) == ("Contract check plus", "More.", S.LISTED)
    assert row.parameters == {"hours": "12", "kind": "发明"}
    event = engine.history(row)[-1]
    assert (event.name, event.actor.name) == ("edit", "Root")
    assert event.changes["name"] == ["Contract check", "Contract check plus"]
    assert event.changes["parameters"] == ["工时: 8 小时", "工时: 12 小时"]
    # what it changed can still be read
    assert [d.before for d in differences(found)] == ["Contract check", "We read it.", "8 小时"]


STEPS = {
    C.DRAFT: {"submit", "withdraw"},
    C.SUBMITTED: {"recall", "withdraw", "approve", "return", "reject"},
    C.RETURNED: {"submit", "withdraw"},
    C.REJECTED: {"submit", "withdraw"},
    C.APPROVED: set(),
    C.WITHDRAWN: set(),
}
ROADS = {
    C.DRAFT: (),
    C.SUBMITTED: ("submit",),
    C.RETURNED: ("submit", "return"),
    C.REJECTED: ("submit", "reject"),
    C.APPROVED: ("submit", "approve"),
    C.WITHDRAWN: ("withdraw",),
}
BY = {
    "submit": "bella", "recall": "bella", "withdraw": "bella", "approve": "vera",
    "return": "vera", "reject": "vera",
}  # fmt: skip


@pytest.mark.parametrize("state", list(STEPS))
def test_what_may_be_done_in_each_state(app, cast, state):
    found = change(product(cast, S.LISTED), cast, name="Other")
    for verb in ROADS[state]:
        take(found, verb, getattr(cast, BY[verb]))
    before = len(engine.history(found))
    for verb, name in BY.items():
        answers = {"reason": "x"} if verb in ("return", "reject") else {}
        for stranger in ("rita", "ann", "lin"):
            assert attempt(found, verb, getattr(cast, stranger), **answers).missing == [found.id]
        if verb not in STEPS[state]:
            outcome = attempt(found, verb, getattr(cast, name), **answers)
            assert why(outcome, found) == str(engine.HANDLED)
        else:
            wrong = cast.vera if name == "bella" else cast.bella
            assert why(attempt(found, verb, wrong, **answers), found) == str(engine.NOT_YOURS)
    assert len(engine.history(found)) == before


def test_one_change_at_a_time_and_a_rejected_one_is_reworked(app, cast):
    row = product(cast, S.LISTED)
    found = change(row, cast, name="Other")
    take(found, "submit", cast.bella)
    take(found, "reject", cast.vera, reason="No.")
    assert told("product_change_rejected") == ["reserved-bridge@example.com"]
    with pytest.raises(ValueError, match=str(change_rules.UNDER_WAY)):
        starts.start_change(row, cast.bella)
    take(found, "submit", cast.bella)
    take(found, "withdraw", cast.bella)
    assert change_rules.current_change(row.id) is None
    change(row, cast, name="A third")
    assert row.name == "Contract check"


def test_what_is_refused(app, cast):
    draft, listed = product(cast), product(cast, S.LISTED)
    with pytest.raises(ValueError, match="尚未审核"):
        starts.start_change(draft, cast.bella)
    for stranger in (cast.rita, cast.vera, cast.lin):
        with pytest.raises(PermissionError):
            starts.start_change(listed, stranger)
    same = change(listed, cast)
    assert why(attempt(same, "submit", cast.bella), same) == str(change_rules.NOTHING_NEW)


def test_price_and_consultants_change_at_once_with_history(app, cast):
    row = product(cast, S.LISTED)
    link = cast.lins_link.id
    price = FIXED | {"price_from": FIXED["price_from"] + 1}
    assert terms.update_terms(row, cast.stan, price, [link, 999], row.version)
    db.session.commit()
    assert [one.id for one in row.in_charge] == [link]
    events = [e.changes for e in engine.history(row)[-2:]]
    assert events == [
        {"price": ["¥1,200.00 / case", "¥1,201.00 / case"]},
        {"in_charge": ["", "Lin"]},
    ]
    assert not terms.update_terms(row, cast.stan, price, [link], row.version)
    with pytest.raises(drafts.ChangedMeanwhile):
        terms.update_terms(row, cast.bella, FIXED, [], row.version - 1)
    with pytest.raises(PermissionError):
        terms.update_terms(row, cast.rita, FIXED, [], row.version)
    # another institution's consultant cannot be put in charge
    theirs = product(cast, S.LISTED, owner="rita", category=cast.tax)
    assert not terms.put_in_charge(theirs, cast.rita, [link])


def test_files_of_a_change_replace_those_of_the_product_on_approval_only(app, cast):
    row = product(cast)
    cover = uploads.check_picture(picture("JPEG", size=(2000, 1000)), "../../a<b>.png")
    keep(row, cast.bella, cover=cover, documents=[uploads.check(PDF, "old.pdf")])
    db.session.commit()
    for verb, actor in (("submit", cast.bella), ("approve", cast.vera), ("list", cast.bella)):
        take(row, verb, actor)
    first, old = cover_of(row), attachments_of(row)[0]
    assert (first.filename, first.content_type) == ("a<b>.png.jpg", "image/jpeg")
    found = change(row, cast)
    fresh = uploads.check_picture(picture("PNG"), "new.png")
    keep(found, cast.bella, cover=fresh, documents=[uploads.check(PDF, "old.pdf")], gone=[old.id])
    db.session.commit()
    assert [cover_of(row).id, [one.id for one in attachments_of(row)]] == [first.id, [old.id]]
    assert {d.name for d in differences(found)} == {"cover", "attachments"}  # the same name
    take(found, "submit", cast.bella)
    assert cover_of(row).id == first.id
    take(found, "approve", cast.vera)
    db.session.expire_all()
    assert cover_of(row).filename == "new.jpg"
    assert old.id not in [one.id for one in attachments_of(row)]
    assert {one.id for one in uploads.files_of(found)} == {first.id, old.id}  # on record


def test_a_change_is_asked_what_the_category_asks_since(app, cast):
    law_asks(cast, KIND)
    row = product(cast, S.LISTED, parameters={"kind": "发明"})
    law_asks(cast, HOURS, FEE)
    found = change(row, cast, name="Other")
    words = why(attempt(found, "submit", cast.bella), found)
    assert "工时" in words
    newest = parameters.schema_of(cast.law)
    drafts.save(found, cast.bella, cast.law, newest, {"parameters": {"hours": "3"}}, found.version)
    db.session.commit()
    take(found, "submit", cast.bella)
    assert {d.label: (d.before, d.after) for d in differences(found)} == {
        "产品名称": ("Contract check", "Other"),
        "工时": ("", "3 小时"),
        "类型": ("发明", ""),
    }
    take(found, "approve", cast.vera)
    assert (row.schema_id, row.parameters) == (newest.id, {"hours": "3"})


def test_approved_while_the_institution_edits_is_refused(app, cast):
    found = change(product(cast, S.LISTED), cast, name="Other")
    take(found, "submit", cast.bella)
    looked = {found.id: found.version}
    take(found, "recall", cast.bella)
    keep(found, cast.bella, documents=[uploads.check(PDF, "more.pdf")])
    take(found, "submit", cast.bella)
    outcome = attempt(found, "approve", cast.vera, seen=looked)
    assert why(outcome, found) == str(engine.CHANGED)


def race(app, *steps) -> list[list[int]]:
    """Take steps at the same moment, each as (model, verb, id, email); return who did what."""
    db.session.rollback()  # this thread holds no lock
    done: list[list[int]] = [[] for _ in steps]
    start = threading.Barrier(len(steps))

    def run(place: int, model, verb: str, key: int, name: str) -> None:
        with app.app_context():
            actor = getattr(Cast(), name)
            db.session.rollback()
            start.wait(10)
            outcome = engine.perform(model, verb, [key], actor)
            db.session.commit()
            done[place] = outcome.done
            db.session.remove()

    threads = [threading.Thread(target=run, args=(n, *one)) for n, one in enumerate(steps)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    db.session.rollback()
    return done


def withdrawn_while_approved(app) -> None:
    cast = Cast()
    row = product(cast, S.SUBMITTED)
    key = row.id
    done = race(
        app,
        (FeaturedProduct, "withdraw", key, "bella"),
        (FeaturedProduct, "approve", key, "vera"),
    )
    assert sorted(done) == [[], [key]]
    names = [event.name for event in engine.history(db.session.get(FeaturedProduct, key))]
    assert len({"withdraw", "approve"} & set(names)) == 1
    listed = product(cast, S.LISTED, name="Second")
    found = change(listed, cast, name="Other")
    take(found, "submit", cast.bella)
    key = found.id
    done = race(
        app,
        (ProductChange, "approve", key, "root"),
        (ProductChange, "approve", key, "vera"),
        (ProductChange, "recall", key, "bella"),
    )
    assert sorted(done) == [[], [], [key]]
    query = sa.select(sa.func.count()).where(
        Event.subject_type == "product_change", Event.subject_id == key,
        Event.name.in_(("approve", "recall")),
    )  # fmt: skip
    assert db.session.scalar(query) == 1


@pytest.mark.connections
def test_one_winner_on_sqlite(app):
    withdrawn_while_approved(app)


@pytest.mark.postgres
def test_one_winner_on_postgresql(pg_app):
    withdrawn_while_approved(pg_app)


@pytest.mark.postgres
def test_the_whole_road_on_postgresql(pg_app):
    cast = Cast()
    test_the_public_version_stays_until_the_change_is_approved(pg_app, cast)
    assert why(attempt(db.session.query(ProductChange).one(), "approve", cast.vera),
               db.session.query(ProductChange).one()) == str(engine.HANDLED)  # fmt: skip
