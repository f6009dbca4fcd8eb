"""What the public sees: the home page, the list of institutions, the page of one, the frame."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask_babel import refresh

from core.clock import now
from core.database import db
from models import (
    AssociationMembership,
    AssociationStatus,
    Category,
    Institution,
    InstitutionStatus,
    Notification,
    SiteSetting,
)
from tests.support.application import sign_in
from web import fragment_cache

HOSTILE_PAGES = ["0", "-3", "x", "999999999", "9" * 400, "²", "1e3", ""]


@pytest.fixture(autouse=True)
def english(client) -> None:
    with client.session_transaction() as session:
        session["locale"] = "en"


def certify(cast, count: int, first: int = 0, **values) -> None:
    """Add certified institutions called Office 0, Office 1 ..."""
    for number in range(first, first + count):
        db.session.add(
            Institution(
                **{
                    "name": f"Office {number}",
                    "credit_code": f"9132059400000{number:05d}",
                    "status": InstitutionStatus.CERTIFIED,
                    "applicant": cast.otto,
                    "certified_at": now(),
                    "categories": [cast.tax_field],
                }
                | values
            )
        )
    db.session.commit()


@pytest.fixture
def tax(cast):
    cast.tax_field = db.session.scalar(sa.select(Category).where(Category.slug == "tax"))
    return cast.tax_field


def test_home_shows_fields_figures_and_the_newest(client, cast) -> None:
    page = client.get("/").text
    assert "<dt>certified institutions</dt><dd>2</dd>" in page
    assert "<dt>demands answered</dt><dd>0</dd>" in page
    assert "<dt>median first answer</dt><dd>—</dd>" in page
    assert "/institutions?category=law" in page
    assert "Bridge Law" in page
    assert "Dora Draft" not in page
    assert "Sue Waiting" not in page


def test_an_empty_platform_says_what_to_do(client, cast) -> None:
    for one in (cast.bridge, cast.rival):
        one.status = InstitutionStatus.SUSPENDED
    db.session.commit()
    assert "No institution is certified yet." in client.get("/").text
    assert "No institution is certified yet." in client.get("/institutions").text


def test_the_list_holds_certified_institutions_alone(client, cast) -> None:
    page = client.get("/institutions").text
    assert "Bridge Law" in page
    assert "Rival Tax" in page
    assert "Dora Draft" not in page
    assert "Sue Waiting" not in page


def test_the_applicant_does_not_see_a_draft_in_public(client, cast) -> None:
    number = cast.draft.id
    sign_in(client, cast.dora)
    assert "Dora Draft" not in client.get("/institutions").text
    assert client.get(f"/institutions/{number}").status_code == 404


@pytest.mark.parametrize(
    "state", [one for one in InstitutionStatus if one is not InstitutionStatus.CERTIFIED]
)
def test_only_a_certified_institution_has_a_page(client, cast, state) -> None:
    row = cast.bridge
    assert client.get(f"/institutions/{row.id}").status_code == 200
    row.status = state
    db.session.commit()
    assert client.get(f"/institutions/{row.id}").status_code == 404
    sign_in(client, cast.root)
    assert client.get(f"/institutions/{row.id}").status_code == 404


def test_no_person_and_no_phone_on_public_pages(client, cast) -> None:
    number = cast.bridge.id
    for person in (None, cast.ann, cast.root):
        if person:
            sign_in(client, person)
        for path in ("/", "/institutions", f"/institutions/{number}"):
            page = client.get(path).text
            for private in ("13900001111", "13812345678", "reserved-bridge@example.com"):
                assert private not in page


def test_category_keeps_to_its_institutions(client, cast) -> None:
    page = client.get("/institutions?category=law").text
    assert "Bridge Law" in page
    assert "Rival Tax" not in page
    assert ">1 institution\n" in page


def test_a_field_includes_those_below_it(client, cast, tax) -> None:
    below = Category(slug="vat", name="增值税", name_en="VAT", parent=tax, position=1)
    db.session.add(below)
    certify(cast, 1, name="Vat Advisers", categories=[below])
    page = client.get("/institutions?category=tax").text
    assert "Vat Advisers" in page
    assert "Rival Tax" in page
    page = client.get("/institutions?category=vat").text
    assert "Vat Advisers" in page
    assert "Rival Tax" not in page


def test_an_unknown_category_is_no_filter(client, cast) -> None:
    assert "Bridge Law" in client.get("/institutions?category=nothing").text


def test_search_reads_name_introduction_and_category(client, cast) -> None:
    assert "Bridge Law" in client.get("/institutions?q=bridge").text
    assert "Bridge Law" in client.get("/institutions?q=introduces").text
    page = client.get("/institutions?q=财税").text
    assert "Rival Tax" in page
    assert "Bridge Law" not in page
    page = client.get("/institutions?q=bridge+nothing").text
    assert "No institution matches." in page


@pytest.mark.parametrize("words", ["%", "_", "B%q", "B_zdge", "\\", "/", "'", "\x00%"])
def test_wildcards_are_letters(client, cast, words) -> None:
    page = client.get("/institutions", query_string={"q": words})
    assert page.status_code == 200
    assert "Bridge Law" not in page.text


def test_search_words_are_escaped_and_kept(client, cast) -> None:
    page = client.get("/institutions?q=<script>alert(1)</script>&category=law").text
    assert "<script>alert" not in page
    assert 'value="&lt;script&gt;alert(1)&lt;/script&gt;"' in page
    assert '<input type="hidden" name="category" value="law">' in page


@pytest.mark.parametrize("number", HOSTILE_PAGES)
def test_any_page_number_is_answered(client, cast, number) -> None:
    page = client.get("/institutions", query_string={"page": number})
    assert page.status_code == 200
    assert "Bridge Law" in page.text


def test_twenty_a_page_and_the_address_is_kept(client, cast, tax) -> None:
    certify(cast, 25)
    first = client.get("/institutions?category=tax&q=office").text
    assert first.count('<article class="inst">') == 20
    assert "Page 1 of 2" in first
    assert "page=2" in first
    second = client.get("/institutions?category=tax&q=office&page=2").text
    assert second.count('<article class="inst">') == 5
    assert "category=tax" in second
    last = client.get("/institutions?category=tax&q=office&page=999999999").text
    assert "Page 2 of 2" in last


@pytest.mark.parametrize("name", ["endpoint", "_external", "_scheme", "_anchor", "_method", "id"])
def test_words_in_the_address_steer_nothing(client, cast, tax, name) -> None:
    certify(cast, 25)
    page = client.get("/institutions", query_string={name: "javascript", "category": "tax"})
    assert page.status_code == 200
    way = f'href="/institutions?{name}=javascript&amp;category=tax&amp;page=2&amp;after='
    assert way in page.text


def test_the_list_takes_the_same_queries_for_one_and_for_twenty(client, cast, tax) -> None:
    def queries() -> int:
        seen: list[str] = []

        def record(_conn, _cursor, statement, *_rest) -> None:
            if statement.startswith("SELECT"):
                seen.append(statement)

        fragment_cache._fragments.clear()
        sa.event.listen(db.engine, "before_cursor_execute", record)
        client.get("/institutions?q=office")
        sa.event.remove(db.engine, "before_cursor_execute", record)
        return len(seen)

    queries()
    certify(cast, 1)
    few = queries()
    certify(cast, 19, first=1)
    assert queries() == few


def test_the_page_of_an_institution(client, cast) -> None:
    row = cast.bridge
    row.founded, row.staff_count, row.website = 2009, 23, "https://bridge.example/"
    db.session.add(AssociationMembership(institution=row, status=AssociationStatus.MEMBER))
    db.session.commit()
    page = client.get(f"/institutions/{row.id}").text
    for shown in ("Bridge Law introduces itself.", "Park Road 1", "2009", "23", "Law"):
        assert shown in page
    assert "Association member" in page
    assert f"/demands/new?institution={row.id}" in page
    assert 'href="https://bridge.example/" rel="nofollow noopener noreferrer"' in page


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "bridge.example", "http://[", "//x.cn"]
)
def test_only_web_addresses_become_links(client, cast, address) -> None:
    row = cast.bridge
    row.website = address
    db.session.commit()
    page = client.get(f"/institutions/{row.id}")
    assert page.status_code == 200
    assert f'href="{address}"' not in page.text
    assert address in page.text


def test_an_applicant_for_the_association_is_no_member(client, cast) -> None:
    row = cast.bridge
    db.session.add(AssociationMembership(institution=row, status=AssociationStatus.APPLIED))
    db.session.commit()
    assert "Association member" not in client.get(f"/institutions/{row.id}").text


def test_the_frame_knows_who_is_looking(client, cast) -> None:
    anonymous = client.get("/").text
    assert "Sign in" in anonymous
    assert "Workbench" not in anonymous
    db.session.add(Notification(user_id=cast.bella.id, key="k", template="demand_posted", link="/"))
    db.session.commit()
    sign_in(client, cast.bella)
    db.session.expunge_all()  # a request has a session of its own, and counts anew
    page = client.get("/").text
    assert "Bella" in page
    assert "Unread:</span> 1" in page
    assert 'href="/workbench/"' in page
    assert 'href="/admin/"' not in page
    sign_in(client, cast.vera)
    page = client.get("/").text
    assert 'href="/admin/"' in page
    assert 'href="/workbench/"' not in page


def test_the_footer_comes_from_the_settings(client, cast) -> None:
    db.session.add(SiteSetting(key="icp_number", value="ICP-1 <b>"))
    db.session.add(SiteSetting(key="hotline", value="0512-11112222"))
    db.session.commit()
    page = client.get("/").text
    assert "ICP-1 &lt;b&gt;" in page
    assert "0512-11112222" in page
    assert "0512-67068000" not in page


def test_the_language_is_switched_and_the_page_kept(client, cast) -> None:
    page = client.get("/institutions?q=bridge").text
    assert '<html lang="en">' in page
    assert '<input type="hidden" name="next" value="/institutions?q=bridge">' in page
    answer = client.post(
        "/language", data={"locale": "zh_Hans_CN", "next": "/institutions?q=bridge"}
    )
    assert answer.location == "/institutions?q=bridge"
    refresh()  # requests of a test share what Flask-Babel remembers
    assert '<html lang="zh-Hans">' in client.get("/").text
    client.post("/language", data={"locale": "xx"})
    refresh()
    assert '<html lang="zh-Hans">' in client.get("/").text


def test_errors_come_in_the_look_of_the_house(client, cast) -> None:
    page = client.get("/nothing-here")
    assert page.status_code == 404
    assert "There is nothing here" in page.text
    assert "To the home page" in page.text


def test_a_broken_page_asks_nothing_of_the_database(app, client, cast, monkeypatch) -> None:
    def fail(*_args, **_kwargs):
        raise sa.exc.OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(db.session, "execute", fail)
    page = client.get("/")
    assert page.status_code == 500
    assert "Something broke on our side." in page.text


def test_no_page_carries_inline_script_or_style(client, cast) -> None:
    for path in ("/", "/institutions", f"/institutions/{cast.bridge.id}", "/nothing-here"):
        page = client.get(path).text
        assert " style=" not in page
        assert "<style" not in page
        assert "<script>" not in page
        assert " onclick=" not in page
