"""The policy as a truth table, and the second guard behind it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import aliased, selectinload

import access
from access import row_guard
from core.database import db
from models import (
    Attachment,
    AttachmentKind,
    Demand,
    DemandStatus,
    Enterprise,
    Event,
    Institution,
    Invitation,
    Mail,
    Membership,
    Notification,
    ProfileChange,
    User,
)
from tests.support.cast import Cast

PEOPLE = ["root", "vera", "audrey", "ann", "bob", "otto", "bella", "stan", "rita", "dora", "sue"]


@pytest.fixture
def demand(cast: Cast) -> Demand:
    """Ann of Acme asks Bridge for something."""
    row = Demand(
        status=DemandStatus.SUBMITTED,
        number="XQ1",
        form_key="one",
        poster_id=cast.ann.id,
        enterprise_id=cast.acme.id,
        institution_id=cast.bridge.id,
        category_id=cast.law.id,
        title="A contract",
        description="To be read.",
        contact_name="Ann",
        contact_phone="13812345678",
        contact_email="ann@example.com",
        consented_at=datetime(2026, 11, 1, tzinfo=UTC),
    )
    db.session.add(row)
    for institution, name in ((cast.bridge, "bridge.pdf"), (cast.waiting, "waiting.pdf")):
        db.session.add(
            Attachment(
                kind=AttachmentKind.LICENCE,
                institution_id=institution.id,
                uploader_id=institution.applicant_id,
                filename=name,
                content_type="application/pdf",
                size=1,
                storage_key=name,
            )
        )
    db.session.commit()
    return row


def who_sees(cast: Cast, model: type, *conditions: sa.ColumnElement[bool]) -> set[str]:
    return {
        name
        for name in PEOPLE
        if db.session.scalars(access.visible(getattr(cast, name), model).where(*conditions)).first()
        is not None
    }


STAFF = {"root", "vera", "audrey"}


def test_a_demand_is_for_both_sides_and_the_staff(cast: Cast, demand: Demand) -> None:
    assert who_sees(cast, Demand) == STAFF | {"ann", "bella", "stan"}


def test_files_of_an_application_are_for_its_writer_and_the_staff(
    cast: Cast, demand: Demand
) -> None:
    assert who_sees(cast, Attachment, Attachment.filename == "waiting.pdf") == STAFF | {"sue"}
    assert who_sees(cast, Attachment, Attachment.filename == "bridge.pdf") == STAFF | {
        "bella",
        "stan",
    }


def test_memberships_are_for_the_workbench_and_the_staff(cast: Cast) -> None:
    bridge = Membership.institution_id == cast.bridge.id
    assert who_sees(cast, Membership, bridge) == STAFF | {"bella", "stan"}


def test_the_outbox_and_the_journal_are_for_the_staff(cast: Cast) -> None:
    db.session.add(Mail(key="k", template="t", link="/", recipient="ann@example.com"))
    db.session.add(Event(subject_type="demand", subject_id=1, name="edit"))
    db.session.commit()
    assert who_sees(cast, Mail) == STAFF
    assert who_sees(cast, Event) == STAFF
    assert who_sees(cast, User) == STAFF


def test_a_notice_is_its_readers_alone(cast: Cast) -> None:
    db.session.add(Notification(user_id=cast.ann.id, key="k", template="t", link="/"))
    db.session.commit()
    assert who_sees(cast, Notification) == {"ann"}


def test_somebody_removed_sees_nothing_at_once(cast: Cast, demand: Demand) -> None:
    held = db.session.scalars(sa.select(Membership).filter_by(user_id=cast.stan.id)).one()
    held.active = False
    db.session.commit()
    assert "stan" not in who_sees(cast, Demand)
    db.session.expire_all()
    assert access.institution_ids(cast.stan) == frozenset()


def test_workbench_and_account_keep_apart(cast: Cast, demand: Demand) -> None:
    def ids(condition: sa.ColumnElement[bool]) -> list[int]:
        return list(db.session.scalars(sa.select(Demand.id).where(condition)))

    assert ids(access.workbench(cast.bella, Demand)) == [demand.id]
    assert ids(access.account(cast.bella, Demand)) == []
    assert ids(access.account(cast.ann, Demand)) == [demand.id]
    assert ids(access.workbench(cast.ann, Demand)) == []
    assert ids(access.workbench(cast.root, Demand)) == []  # the staff works in /admin
    assert ids(access.workbench(None, Demand)) == []


def test_ownership(cast: Cast) -> None:
    assert access.owns(cast.bella, cast.bridge)
    assert not access.owns(cast.stan, cast.bridge)
    assert access.works_for(cast.stan, cast.bridge)
    assert not access.works_for(cast.rita, cast.bridge)
    assert not access.works_for(cast.sue, cast.waiting)  # not certified yet


@pytest.mark.parametrize(
    ("name", "demands", "files"),
    [("rita", 0, 0), ("otto", 0, 0), ("ann", 1, 0), ("bella", 1, 1), ("sue", 0, 1), ("root", 1, 2)],
)
def test_a_forgotten_scope_shows_nothing_of_others(
    cast: Cast, demand: Demand, name: str, demands: int, files: int
) -> None:
    """The bare query a careless view would write, as each person."""
    row_guard.hold(db.session(), getattr(cast, name))
    db.session.expunge_all()
    assert len(db.session.scalars(sa.select(Demand)).all()) == demands
    assert len(db.session.scalars(sa.select(Attachment)).all()) == files


def test_the_guard_holds_for_nobody_and_for_every_model(cast: Cast, demand: Demand) -> None:
    db.session.add(Mail(key="k", template="t", link="/", recipient="ann@example.com"))
    db.session.commit()
    row_guard.hold(db.session(), None)
    db.session.expunge_all()
    for model in (Demand, Attachment, Event, Mail, Notification, Invitation, ProfileChange):
        assert db.session.scalars(sa.select(model)).all() == [], model
    assert db.session.get(Demand, 1) is None
    names = set(db.session.scalars(sa.select(Institution.name)))
    assert names == {"Bridge Law", "Rival Tax"}


def test_the_guard_holds_however_a_query_reaches_a_row(cast: Cast, demand: Demand) -> None:
    """Columns alone, an alias, a subquery, a join, and a relationship that is loaded along."""
    row_guard.hold(db.session(), cast.rita)
    db.session.expunge_all()
    other = aliased(Demand)
    inner = sa.select(Demand.title).subquery()
    for query in (
        sa.select(Demand.contact_phone),
        sa.select(other),
        sa.select(other.contact_phone),
        sa.select(inner.c.title),
        sa.select(User.id).join(Demand, Demand.poster_id == User.id),
        sa.select(User.id).where(sa.exists().where(Demand.poster_id == User.id)),
    ):
        assert db.session.execute(query).all() == [], str(query)
    people = sa.select(Enterprise).options(selectinload(Enterprise.memberships))
    assert [one.memberships for one in db.session.scalars(people)] == [[]]


def test_a_statement_can_say_that_it_looks_past_the_guard(cast: Cast, demand: Demand) -> None:
    row_guard.hold(db.session(), None)
    query = sa.select(Demand).execution_options(unguarded=True)
    assert len(db.session.scalars(query).all()) == 1


def test_the_guard_is_lifted_with_the_session(app: Flask, demand: Demand) -> None:
    row_guard.hold(db.session(), None)
    db.session.remove()
    assert "guard" not in db.session.info


def test_a_statement_compiled_for_one_serves_the_next_and_shows_each_his_own(
    cast: Cast, demand: Demand
) -> None:
    """The conditions are the same for all; only who reads differs."""
    seen = {}
    compiled = []

    def count(_connection, _cursor, statement, _values, _context, _many) -> None:
        compiled.append(statement)

    people = {name: getattr(cast, name) for name in ("bella", "rita", "ann", "otto", "stan")}
    event.listen(db.engine, "before_cursor_execute", count)
    try:
        for name, person in people.items():
            row_guard.hold(db.session(), person)
            seen[name] = db.session.scalars(sa.select(Demand.number)).all()
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    assert seen == {"bella": ["XQ1"], "rita": [], "ann": ["XQ1"], "otto": [], "stan": ["XQ1"]}
    assert len(set(compiled)) == 1


def test_a_relation_that_is_loaded_later_is_guarded_too(cast: Cast, demand: Demand) -> None:
    """Eagerly, lazily, and through an alias in a join."""
    db.session.add(Notification(user_id=cast.ann.id, key="k", template="t", link="/"))
    db.session.commit()
    row_guard.hold(db.session(), cast.rita)
    db.session.expunge_all()
    acme = db.session.scalars(sa.select(Enterprise)).one()
    assert acme.memberships == []  # Ann's, which are not Rita's business
    asked = aliased(Demand)
    joined = sa.select(Institution.id, asked.title).outerjoin(
        asked, asked.institution_id == Institution.id
    )
    assert {title for _, title in db.session.execute(joined)} == {None}


def test_the_scope_of_a_reader_is_his_own(cast: Cast, demand: Demand) -> None:
    mine = sa.select(Demand.id).where(row_guard.scope(access.workbench, Demand))
    for name, expected in (("bella", [demand.id]), ("rita", []), ("ann", [])):
        row_guard.hold(db.session(), getattr(cast, name))
        assert db.session.scalars(mine).all() == expected, name
    row_guard.release()
    unguarded = mine.execution_options(unguarded=True)
    assert db.session.scalars(unguarded).all() == []  # nobody reads
