"""Every view of both back offices x every person of the cast x rows of others, on every address.

The table says who may open a view. A view that is missing from it fails, so does a person who
gets in without standing there, and so does any row that changed.

Everybody is seen at every view. Who is shut out of one knocks at its other addresses in turn with
the peers who are shut out as well: each address turns away each kind of person (`PEERS`), and with
`--all-combinations` every person.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from core.clock import now
from core.database import db
from models import (
    Activity,
    ActivityPart,
    ActivityRole,
    ActivitySource,
    ActivityStatus,
    Affiliation,
    AffiliationStatus,
    Announcement,
    AssociationMembership,
    AssociationStatus,
    CandidateStatus,
    CatalogueItem,
    Consultant,
    ConsultantStatus,
    Duty,
    Enquiry,
    EnquiryCandidate,
    EnquiryStatus,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Event,
    Holiday,
    Invitation,
    InvitationStatus,
    JobRun,
    Mail,
    Objection,
    ObjectionStatus,
    OfferStatus,
    Page,
    ProductStatus,
    ProfileChange,
    ProfileChangeStatus,
    Proposal,
    ProposalStatus,
    RegularOffer,
    ScoreRule,
    StaffRole,
    Verification,
    VerificationStatus,
)
from tests.support.application import keep, on_postgresql, put_back, sign_in
from tests.support.back_office import demand
from tests.support.cast import PEOPLE
from tests.support.products import change, product, take
from tests.support.reviews import opened, published
from tests.support.tasks import order
from tests.support.transactions import filed_deal
from tests.support.transitions import VERBS
from web import error_pages
from workflows.engine import PROCESSES

pytestmark = pytest.mark.connections

STRANGER = "a stranger"
EVERYBODY = (*PEOPLE, STRANGER)
STAFF = {"root", "vera", "audrey"}
OVERSEERS = {"root", "audrey"}  # people, settings, mails and the audit are not for reviewers
BENCH = {"bella", "stan", "rita"}  # who works for a certified institution
BRIDGE = {"bella", "stan", "lin"}
SPEAKERS = BENCH | {"lin"}  # and who speaks for one as its consultant
# kinds of persons: within one, nobody may open what the others may not, but for what is written out
PEERS = (
    ("root", "vera", "audrey"),
    ("bella", "stan", "rita"),
    ("lin",),
    ("ann", "bob", "otto", "dora", "sue"),
    (STRANGER,),
)

MAY_OPEN: dict[str, set[str]] = {
    "admin": STAFF,
    "application": STAFF,
    "consultant_review": STAFF,
    "consultant_record": STAFF,
    "association": STAFF,
    "profile_change": STAFF,
    "enterprise_membership": STAFF,
    "verification": STAFF,
    "objection": STAFF,
    "enterprise_admin": STAFF,
    "park_enterprise": STAFF,
    "institution": STAFF,
    "admin_demand": STAFF,
    "admin_enquiry": STAFF,
    "admin_product": STAFF,
    "product_change": STAFF,
    "admin_transaction": STAFF,
    "category": STAFF,
    "catalogue_item": STAFF,
    "admin_offer": STAFF,
    "holiday": STAFF,
    "announcement": STAFF,
    "site_page": STAFF,
    "admin_user": OVERSEERS,
    "staff_role": OVERSEERS,
    "proposal": STAFF,
    "mail": OVERSEERS,
    "job": OVERSEERS,
    "admin_task": {"root", "vera"},  # an auditor takes no step
    "score_rule": STAFF,
    "setting": OVERSEERS,
    "event": OVERSEERS,
    "park_import": {"root"},
    "workbench": SPEAKERS,
    "demand": SPEAKERS,
    "enquiries": BENCH,
    "consultant": BENCH,
    "speaker": {"lin"},
    "consultant_import": {"bella", "rita"},
    "product": BENCH,
    "my_product_change": BENCH,
    "offer": BENCH,
    "transaction": SPEAKERS,
    "profile": BENCH,
    "score": BENCH | {"lin"},
    "staff": BENCH,
    "task": SPEAKERS,
    "invitation": BENCH,
    "review": SPEAKERS,
    "review_given": SPEAKERS,
    "review_received": SPEAKERS,
    "activity": BENCH,
    "admin_activity": STAFF,
    "appeal": STAFF,
    "admin_review": STAFF,
}
# who may open the page for a new row, where there is one
MAY_ADD: dict[str, set[str]] = {
    "announcement": {"root"},
    "consultant": {"bella", "rita"},
    "category": {"root"},
    "catalogue_item": {"root"},
    "product": BENCH,
    "holiday": {"root"},
    "activity": BENCH,
    "admin_activity": {"root", "vera"},
    "transaction": BENCH,
    "score_rule": {"root"},
    "staff_role": {"root"},
}
# addresses that act on what is one's own and take no id; what they may do has tests of its own
OWN = {
    "admin.index",
    "admin_user.invite_view",
    "workbench.index",
    "setting.index",
    "park_import.index",
    "park_import.template",
    "holiday.paste",
    "speaker.index",
    "speaker.leave",
    "consultant_import.index",
    "consultant_import.template",
    "profile.index",
    "score.index",
    "profile.propose",
    "profile.withdraw",
    "staff.index",
    "staff.invite",
    "offer.choose",
    "offer.list_chosen",
    "catalogue_item.export_all",
    "catalogue_item.import_file",
    "catalogue_item.template",
    "event.export_list",
}
SECRET = "Of the rival alone"
NOBODYS = 999_999


def views(app: Flask) -> dict[str, Any]:
    return {view.endpoint: view for office in app.extensions["admin"] for view in office._views}


def doors(app: Flask) -> Iterator[tuple[str, str, str, Rule]]:
    """Every address of both offices: view, endpoint, method, rule."""
    known = views(app)
    for rule in app.url_map.iter_rules():
        view = rule.endpoint.partition(".")[0]
        if view in known and not rule.endpoint.endswith(".static"):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield view, rule.endpoint, method, rule


def contents() -> dict[str, list[Any]]:
    """Everything in the database."""
    db.session.rollback()
    with db.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(sa.select(table))))
            for table in db.metadata.sorted_tables
        }


def knock(client: Any, method: str, rule: Rule, key: int) -> Any:
    """Ask for the row `key` at an address, in every way an address may name a row."""
    url = rule.rule
    for argument in rule.arguments:
        url = url.replace(f"<{argument}>", str(key))
    named = {"id": str(key), "ids": f"{key}:1", "pick": f"{key}:1", "verb": "approve"}
    if method == "GET":
        return client.get(url, query_string=named)
    sent = named | {
        "version": "1",
        "answered": "1",
        "reason": "x",
        "role": "administrator",
        "email": "x@example.com",
        "name": "x",
    }
    return client.post(url, query_string=named, data=sent)


def verbs_of(view: Any) -> list[str]:
    model = getattr(view, "model", None)
    return VERBS.get(model.__name__, "").split() if model else []


def test_every_transition_is_asked_for() -> None:
    """A new one is written down, and so refused to each person below who may not take it."""
    assert {
        model.__name__: " ".join(step.name for step in process.transitions if step.source)
        for model, process in PROCESSES.items()
    } == VERBS


def advisers(cast: Any) -> dict[str, int]:
    """A consultant of the rival who waits for review."""
    row = Affiliation(
        institution=cast.rival,
        adder=cast.rita,
        status=AffiliationStatus.SUBMITTED,
        submitted_at=now(),
        consultant=Consultant(
            status=ConsultantStatus.UNCERTIFIED, name=SECRET, email="secret@example.com"
        ),
    )
    db.session.add(row)
    db.session.commit()
    return {
        "consultant": row.id,
        "consultant_review": row.id,
        "consultant_record": row.consultant_id,
    }


@pytest.fixture(scope="module")
def kept() -> dict[str, int]:
    """What `rows_of_others` returned: its rows stand in a file, for the next person."""
    return {}


@pytest.fixture
def foreign(request, app, cast, kept) -> dict[str, int]:
    """A row of every kind that is not bridge's: {endpoint: id}."""
    if on_postgresql(request):
        return rows_of_others(cast)
    if kept:
        put_back(app, "foreign.db")
    else:
        kept.update(rows_of_others(cast))
        keep(app, "foreign.db")
    return kept


@pytest.fixture
def short_refusals(monkeypatch) -> None:
    """A refusal is its number and its words: thousands are asked for, and the page of a refusal,
    as each person sees it, is drawn in `test_the_page_of_a_refusal`."""
    monkeypatch.setattr(error_pages, "page", lambda code, words: (words, code))


def rows_of_others(cast) -> dict[str, int]:
    asked = demand(cast.ann, cast.rival, SECRET)
    asked_id = asked.id
    filed = filed_deal(cast.rival, cast.rita, cast.acme, title=SECRET)
    rival, rita, bob, acme = cast.rival, cast.rita, cast.bob, cast.acme
    item = CatalogueItem(category=cast.law, name=f"{SECRET} item")
    offer = RegularOffer(
        institution=rival, item=item, status=OfferStatus.LISTED, remark=SECRET, duration=SECRET
    )
    sold = product(cast, ProductStatus.LISTED, owner="rita", category=cast.tax, name=SECRET)
    changed = change(sold, cast, actor=cast.rita, summary=SECRET)
    take(changed, "submit", cast.rita)
    root, sue = cast.root, cast.sue
    found = {
        "product": sold,
        "admin_product": sold,
        "my_product_change": changed,
        "product_change": changed,
        "demand": asked,
        "admin_demand": asked,
        "invitation": Invitation(
            institution=rival,
            email=f"{SECRET}@example.com",
            token_hash="0" * 64,
            expires_at=now(),
            status=InvitationStatus.SENT,
        ),
        "profile_change": ProfileChange(
            institution=rival,
            proposer=rita,
            status=ProfileChangeStatus.SUBMITTED,
            name=SECRET,
            credit_code=rival.credit_code,
        ),
        "association": AssociationMembership(institution=rival, status=AssociationStatus.APPLIED),
        "enterprise_membership": EnterpriseMembership(
            user=bob, enterprise=acme, status=EnterpriseMembershipStatus.REQUESTED
        ),
        "objection": Objection(
            objector=rita,
            application=rival,
            credit_code=rival.credit_code,
            statement=SECRET,
            status=ObjectionStatus.OPEN,
        ),
        "verification": Verification(
            membership=EnterpriseMembership(
                user=sue, enterprise=acme, status=EnterpriseMembershipStatus.MEMBER
            ),
            status=VerificationStatus.SUBMITTED,
        ),
        "consultant": Affiliation(
            institution=rival,
            adder=rita,
            status=AffiliationStatus.ADDED,
            consultant=Consultant(
                name=SECRET, email="mo@example.com", status=ConsultantStatus.UNCERTIFIED
            ),
        ),
        "offer": offer,
        "admin_offer": offer,
        "mail": Mail(key="k", template="t", link="/", recipient=f"{SECRET}@example.com"),
        "announcement": Announcement(title="t", body="b", author=root),
        "site_page": Page(slug="about", title="t", body="b"),
        "transaction": filed,
        "admin_transaction": filed,
        "holiday": Holiday(day=date(2027, 1, 1)),
        "job": JobRun(name="nightly", due_at=now()),
        "score_rule": ScoreRule(valid_from=date(2027, 1, 1)),
        "proposal": Proposal(
            subject_type="institution",
            transition="suspend",
            view="institution",
            fingerprint="0" * 64,
            duty=Duty.SANCTIONS,
            proposer_id=root.id,
            expires_at=now() + timedelta(days=1),
            status=ProposalStatus.PROPOSED,
        ),
        "staff_role": StaffRole(name="t", name_en="t"),
        "event": Event(subject_type="demand", subject_id=asked_id, name="read"),
    }
    db.session.add_all(found.values())
    db.session.commit()
    ids = {name: row.id for name, row in found.items()}
    ids |= reputation(cast)
    ids |= advisers(cast)
    ids |= enquiry(cast)
    ids["task"] = ids["admin_task"] = order(rita, [offer.id], office="workbench", view="offer")
    ids["staff"] = rival.memberships[0].id
    ids["application"] = ids["institution"] = cast.waiting.id
    ids["admin_user"] = cast.rita.id
    return ids | {name: 1 for name in MAY_OPEN if name not in ids}


def enquiry(cast) -> dict[str, int]:
    """An undirected demand that the rival alone was asked about."""
    at = now()
    row = Enquiry(
        status=EnquiryStatus.SHORTLISTED,
        number=SECRET,
        form_key="sought",
        poster=cast.ann,
        category=cast.tax,
        title=SECRET,
        description=SECRET,
        contact_name="Ann",
        contact_phone="13812345678",
        contact_email="ann@example.com",
        consented_at=at,
        asked_at=at,
        candidates=[
            EnquiryCandidate(status=CandidateStatus.PROPOSED, institution_id=cast.rival.id)
        ],
    )
    db.session.add(row)
    db.session.commit()
    return {"admin_enquiry": row.id, "enquiries": row.candidates[0].id}


def reputation(cast) -> dict[str, int]:
    """Reviews and an activity of the rival, which bridge must not come across."""
    ours, theirs = published(cast, institution_id=cast.rival.id, affiliation_id=None,
                             filer_id=cast.rita.id, title=SECRET)  # fmt: skip
    theirs.appeal, theirs.appealed_at = SECRET, now()
    waiting, _ = opened(cast, institution_id=cast.rival.id, affiliation_id=None,
                        filer_id=cast.rita.id, title=SECRET)  # fmt: skip
    held = Activity(
        status=ActivityStatus.REGISTERED,
        source=ActivitySource.WORKBENCH,
        title=SECRET,
        parts=[ActivityPart(institution_id=cast.rival.id, role=ActivityRole.HOST)],
    )
    db.session.add(held)
    db.session.commit()
    return {"review": waiting.id, "review_given": ours.id, "review_received": theirs.id,
            "appeal": theirs.id, "admin_review": theirs.id, "activity": held.id,
            "admin_activity": held.id}  # fmt: skip


def as_person(app: Flask, cast: Any, name: str) -> Any:
    client = app.test_client()
    if name != STRANGER:
        sign_in(client, getattr(cast, name))
    else:
        from flask import g

        g.pop("_login_user", None)
    return client


def test_every_view_stands_in_the_table(app):
    assert set(views(app)) == set(MAY_OPEN)


def test_every_door_of_one_s_own_exists(app):
    assert {endpoint for _view, endpoint, _method, _rule in doors(app)} >= OWN


@pytest.mark.parametrize("name", EVERYBODY)
def test_who_may_open_what(app, cast, foreign, short_refusals, name):
    """And what they find in each list: nothing of another institution."""
    client = as_person(app, cast, name)
    opened = set()
    for endpoint, view in views(app).items():
        reply = client.get(f"{view.url}/")
        if reply.status_code == 200:
            opened.add(endpoint)
            assert name not in BRIDGE or SECRET not in reply.text, endpoint
    assert opened == {endpoint for endpoint, people in MAY_OPEN.items() if name in people}


@pytest.mark.parametrize("name", EVERYBODY)
def test_the_page_of_a_refusal(app, cast, name):
    client = as_person(app, cast, name)
    for office, people in (("/admin/", STAFF), ("/workbench/", SPEAKERS)):
        if name not in people | {STRANGER}:
            reply = client.get(office)
            assert reply.status_code == 403
            assert "</html>" in reply.text


def turns(name: str, view: str, every: bool) -> tuple[int, int]:
    """Return whose turn `name` has at an address of `view`: (theirs, of how many)."""
    peers = next(peers for peers in PEERS if name in peers)
    refused = [peer for peer in peers if peer not in MAY_OPEN[view]]
    return (0, 1) if every else (refused.index(name), len(refused))


def test_everybody_is_of_one_kind() -> None:
    assert sorted(itertools.chain(*PEERS)) == sorted(EVERYBODY)


@pytest.mark.parametrize("name", EVERYBODY)
def test_shut_out_means_shut_out_everywhere(request, app, cast, foreign, short_refusals, name):
    client = as_person(app, cast, name)
    every = request.config.getoption("--all-combinations")
    before = contents()
    for number, (view, endpoint, method, rule) in enumerate(doors(app)):
        if name in MAY_OPEN[view]:
            continue
        turn, of = turns(name, view, every)
        if number % of != turn:
            continue
        reply = knock(client, method, rule, foreign[view])
        place = (name, method, endpoint)
        if name == STRANGER:
            assert (reply.status_code, reply.location[:7]) == (302, "/login?"), place
        else:
            assert reply.status_code in (403, 404), place
    assert contents() == before


@pytest.mark.parametrize("name", sorted(STAFF | SPEAKERS))
def test_rows_of_others_are_not_there(app, cast, foreign, short_refusals, name):
    """Staff see every row, so theirs is one that does not exist; the bench gets its rival's."""
    client = as_person(app, cast, name)
    before = contents()
    for view, endpoint, method, rule in doors(app):
        if name not in MAY_OPEN[view] or endpoint in OWN:
            continue
        action = endpoint.partition(".")[2]
        if action == "index_view":
            continue  # test_who_may_open_what
        if action == "create_view":
            if view == "consultant" and method == "POST":
                continue  # a name and an address are a note already: it has tests of its own
            expected = {200} if name in MAY_ADD.get(view, set()) else {403, 404}
            assert knock(client, method, rule, 1).status_code in expected, (name, endpoint)
            continue
        key = foreign[view] if name in BRIDGE else NOBODYS
        reply = knock(client, method, rule, key)
        assert reply.status_code in (403, 404), (name, method, endpoint, reply.status_code)
    assert contents() == before


@pytest.mark.parametrize("name", ["bella", "stan", "lin", "audrey", "otto", "ann", STRANGER])
def test_no_verb_moves_a_row_of_others(request, app, cast, foreign, short_refusals, name):
    """Every transition of every view, on rows that are the rival's; the auditor changes none.

    Of a view that is shut to them it is the last one: a door that is shut reads no verb.
    """
    client = as_person(app, cast, name)
    every = request.config.getoption("--all-combinations")
    before = contents()
    for endpoint, view in views(app).items():
        asked = verbs_of(view)
        if not every and name != "otto" and name not in MAY_OPEN[endpoint]:
            asked = asked[-1:]
        for verb in asked:
            sent = {"verb": verb, "ids": f"{foreign[endpoint]}:1", "answered": "1", "reason": "x",
                    "association": "later", "outcome": "no_deal", "contacted_by": "phone",
                    "contacted_on": "2026-01-01", "affiliation_id": "0",
                    "hand_over_to": "0",
                    "reply": "x", "clear_demand": "5",
                    "cooperation": "5", "payment": "5", "quality": "5", "speed": "5",
                    "price": "5", "attitude": "5"}  # fmt: skip
            reply = client.post(f"{view.url}/ask/", data=sent)
            allowed = {302} if name == STRANGER else {403, 404}
            assert reply.status_code in allowed, (name, endpoint, verb, reply.status_code)
    assert contents() == before


def test_an_auditor_changes_nothing(app, cast, foreign, short_refusals):
    """He opens every record of the platform, and every door that writes stays shut."""
    client = as_person(app, cast, "audrey")
    before = contents()
    for view, endpoint, method, rule in doors(app):
        if method == "POST" and "audrey" in MAY_OPEN[view]:
            if endpoint == "event.export_list":  # its only trace is the audit's own
                continue
            reply = knock(client, method, rule, foreign[view])
            assert reply.status_code in (403, 404), (endpoint, reply.status_code)
    for endpoint, view in views(app).items():
        if "audrey" in MAY_OPEN[endpoint] and hasattr(view, "details_view"):
            reply = client.get(f"{view.url}/details/?id={foreign[endpoint]}")
            assert reply.status_code == 200, endpoint
            assert "/ask/?" not in reply.text, endpoint
    assert contents() == before
