"""What a reviewer is shown to look at, each warning at its edge; what makes a deal count zero."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

from core.clock import frozen
from core.database import db
from models import (
    CatalogueItem,
    Consultant,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    FeaturedProduct,
    OfferStatus,
    ParkEnterprise,
    PriceKind,
    ProductStatus,
    RegularOffer,
)
from tests.support.applying import english, see
from tests.support.cast import verified
from tests.support.demands import at_state, post_demand
from tests.support.transactions import MONDAY, apart, asked, drafted, filed
from workflows.confirmation import answering
from workflows.transaction.cautions import skeleton, warnings_of
from workflows.transaction.related_sides import related
from workflows.transaction.writing import write


@pytest.fixture(autouse=True)
def today(app, cast):
    apart(cast)
    with frozen(MONDAY), force_locale("en"):
        yield


def kinds(row) -> list[str]:
    return [one.kind for one in warnings_of([row])[row.id]]


def in_register(cast, **facts: str) -> None:
    """Bridge and Acme stand in the park's register with these facts, each its own."""
    db.session.execute(sa.delete(ParkEnterprise))
    for name, code in (("Bridge Law", cast.bridge.credit_code), ("Acme", cast.acme.credit_code)):
        own = {key: value.replace("%", name) for key, value in facts.items()}
        db.session.add(ParkEnterprise(name=name, credit_code=code, **own))
    db.session.flush()


def test_two_strangers_give_nothing_to_look_at(cast) -> None:
    in_register(cast, legal_person="Li of %", address="Road of %")
    row = filed(cast)
    assert (kinds(row), row.related) == ([], False)


def test_the_same_legal_person_is_told_and_flagged(cast) -> None:
    in_register(cast, legal_person="Li Lei")
    row = filed(cast)
    assert (kinds(row), row.related) == (["legal_person"], True)
    assert warnings_of([row])[row.id][0].grave


def test_a_legal_person_is_compared_without_spaces_and_width(cast) -> None:
    in_register(cast, legal_person="Li Lei")
    line = db.session.query(ParkEnterprise).filter_by(name="Acme").one()
    line.legal_person = " \uff2c\uff49 LEI"
    db.session.flush()
    assert filed(cast).related


def test_an_unknown_legal_person_is_like_nobody_s(cast) -> None:
    in_register(cast, legal_person="")
    assert not filed(cast).related


def test_the_same_telephone_of_two_people(cast) -> None:
    cast.ann.phone, cast.stan.phone = "+86 139-1234-5678", "13912345678"
    db.session.flush()
    row = filed(cast)
    assert (kinds(row), row.related) == (["phone"], True)


def test_the_institution_s_own_telephone(cast) -> None:
    cast.ann.phone = "0512 6706 8048"
    db.session.flush()
    assert kinds(filed(cast)) == ["phone"]


def test_the_telephone_and_mail_of_the_consultant(cast) -> None:
    lin = db.session.query(Consultant).one()
    cast.ann.phone = lin.mobile
    lin.email = "ann@example.com"
    db.session.flush()
    assert kinds(filed(cast)) == []  # he has no part in it
    row = filed(cast, contract_number="2", affiliation_id=cast.lins_link.id)
    assert (kinds(row), row.related) == (["phone", "email"], True)


def test_the_same_mail(cast) -> None:
    cast.bridge.contact_email = "Ann@Example.com"
    db.session.flush()
    row = filed(cast)
    assert (kinds(row), row.related) == (["email"], True)


def test_a_person_on_both_sides(cast) -> None:
    db.session.add(
        EnterpriseMembership(
            user=cast.stan,
            enterprise=cast.acme,
            status=EnterpriseMembershipStatus.MEMBER,
            **verified(),
        )
    )
    db.session.flush()
    assert filed(cast).related


def test_a_former_member_counts_no_more(cast) -> None:
    db.session.add(
        EnterpriseMembership(
            user=cast.stan, enterprise=cast.acme, status=EnterpriseMembershipStatus.REMOVED
        )
    )
    db.session.flush()
    assert not filed(cast).related


def test_the_institution_that_buys_of_itself(cast) -> None:
    row = filed(cast, enterprise_id=None, enterprise_name="Bridge",
                enterprise_code=cast.bridge.credit_code)  # fmt: skip
    assert "credit_code" in kinds(row)
    assert row.related


def test_a_shared_address_is_told_and_does_not_make_them_related(cast) -> None:
    in_register(cast, address="Park Road 1")
    row = filed(cast)
    assert (kinds(row), row.related) == (["address"], False)
    assert not warnings_of([row])[row.id][0].grave


def test_the_flag_is_set_anew_when_a_corrected_deal_is_filed(cast) -> None:
    in_register(cast, legal_person="Li Lei")
    row = drafted(cast)
    assert related([row]) == {row.id}
    assert not row.related  # not filed yet
    write(row, cast.bella,
          {"enterprise_id": None, "enterprise_code": "", "enterprise_name": "Far"})  # fmt: skip
    assert related([row]) == set()


# --- a burst ---------------------------------------------------------------------------------


def test_eleven_in_seven_days_are_a_burst_and_ten_are_none(cast) -> None:
    rows = [filed(cast, contract_number=f"A{n}") for n in range(10)]
    assert kinds(rows[-1]) == []
    eleventh = filed(cast, contract_number="B")
    assert kinds(eleventh) == ["burst"]
    assert "11" in str(warnings_of([eleventh])[eleventh.id][0].words)


def test_what_was_filed_a_week_ago_does_not_add_up(cast) -> None:
    for n in range(10):
        filed(cast, contract_number=f"A{n}")
    with frozen(MONDAY + timedelta(days=7)):
        assert kinds(filed(cast, contract_number="B")) == []
    with frozen(MONDAY + timedelta(days=7) - timedelta(seconds=1)):
        assert kinds(filed(cast, contract_number="C")) == ["burst"]


def test_the_filings_of_others_are_theirs(cast) -> None:
    for n in range(10):
        filed(cast, contract_number=f"A{n}")
    assert kinds(filed(cast, by="rita")) == []


# --- the price -------------------------------------------------------------------------------


def product(cast, kind: PriceKind, low: str | None = None, high: str | None = None) -> int:
    row = FeaturedProduct(
        status=ProductStatus.LISTED,
        institution_id=cast.bridge.id,
        author_id=cast.bella.id,
        category_id=cast.law.id,
        name="Adviser",
        price_kind=kind,
        price_from=Decimal(low) if low else None,
        price_to=Decimal(high) if high else None,
        price_unit="year",
    )
    db.session.add(row)
    db.session.flush()
    return row.id


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("30000", []), ("30000.01", ["price"]), ("3333.34", []), ("3333.33", ["price"])],
)
def test_three_times_a_fixed_price_is_near_enough(cast, amount, expected) -> None:
    sold = product(cast, PriceKind.FIXED, "10000")
    assert kinds(filed(cast, product_id=sold, amount=Decimal(amount))) == expected


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("60000", []), ("60000.01", ["price"]), ("3333.34", []), ("3333.33", ["price"])],
)
def test_a_range_is_measured_at_its_ends(cast, amount, expected) -> None:
    sold = product(cast, PriceKind.RANGE, "10000", "20000")
    assert kinds(filed(cast, product_id=sold, amount=Decimal(amount))) == expected


def test_a_price_by_agreement_measures_nothing(cast) -> None:
    sold = product(cast, PriceKind.AGREEMENT)
    assert kinds(filed(cast, product_id=sold, amount=Decimal("1"))) == []


def test_an_offer_has_the_catalogue_s_price_where_it_has_none(cast) -> None:
    item = CatalogueItem(category_id=cast.law.id, name="Book-keeping", price_kind=PriceKind.FIXED,
                         price_from=Decimal("100"), price_unit="month")  # fmt: skip
    db.session.add(item)
    db.session.flush()
    offer = RegularOffer(status=OfferStatus.LISTED, institution_id=cast.bridge.id,
                         item_id=item.id)  # fmt: skip
    db.session.add(offer)
    db.session.flush()
    assert kinds(filed(cast, offer_id=offer.id, amount=Decimal("301"))) == ["price"]


def test_a_demand_s_budget_measures_too(cast) -> None:
    demand = at_state(post_demand(cast, budget=Decimal("1000")), cast, "outcome")
    row = drafted(cast, amount=Decimal("3000.01"))
    row.demand_id = demand.id
    db.session.flush()
    assert kinds(row) == ["price"]
    demand.amount = Decimal("3000")  # what was put on record at its end says more
    db.session.flush()
    assert kinds(row) == []


# --- numbers, denials, the pages ---------------------------------------------------------------


def test_numbers_are_alike_but_for_signs_and_look_alikes() -> None:
    assert skeleton("HT-2026-001") == skeleton("ht2026/0O1") == skeleton("HT 2026 00I")
    assert skeleton("HT-2026-001") != skeleton("HT-2026-002")


def test_a_contract_number_that_is_nearly_another_s(cast) -> None:
    first = filed(cast, contract_number="HT-2026-001")
    second = filed(cast, contract_number="HT2026/001")
    assert kinds(second) == ["contract"]
    assert first.number in str(warnings_of([second])[second.id][0].words)
    assert kinds(filed(cast, contract_number="HT-2026-002")) == []
    assert kinds(filed(cast, by="rita", contract_number="HT2026001")) == []


def test_a_denial_stands_first(cast) -> None:
    cast.ann.phone = cast.stan.phone
    row = filed(cast)
    answering.answer(asked(row), "deny", cast.ann, reason="No.")
    assert kinds(row) == ["denied", "phone"]


def test_the_review_page_says_it_all(cast, client) -> None:
    in_register(cast, legal_person="Li Lei")
    row = filed(cast)
    db.session.commit()
    english(client, cast.vera)
    page = see(client, f"/admin/transaction/details/?id={row.id}").text
    for words in (
        "Both sides have the same legal person.",
        "the deal counts zero",
        "contract.pdf",
        "Asked on",
        'id="decide-approve"',
        'id="decide-return"',
        "¥12,000.00",
    ):
        assert words in page, words
    listed = see(client, "/admin/transaction/").text
    assert "1 to look at" in listed
    assert row.number in listed


def test_a_page_of_deals_costs_the_same_number_of_queries(cast) -> None:
    rows = [filed(cast, contract_number=f"A{n}") for n in range(8)]
    db.session.flush()
    seen = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    warnings_of(rows[:1])
    one = len(seen)
    seen.clear()
    warnings_of(rows)
    assert len(seen) == one
