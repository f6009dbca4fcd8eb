"""Search finds what holds the words, in Chinese and Latin, the same on both databases."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import search
from core.database import db
from models import (
    Consultant,
    Institution,
    InstitutionScore,
    InstitutionStatus,
    SearchEntry,
    SearchKind,
)
from search import index
from search.text import excerpt, folded, grams, initials, marked, words_of
from storefront.listing import paging
from storefront.product import directory
from storefront.search import page as search_page
from storefront.search import results
from tests.support.cast import Cast
from tests.support.products import catalogue_item, featured_product, regular_offer
from web import fragment_cache, page_cache

JTC = "上海市锦天城（苏州）律师事务所"
ALPHABET = "法律专利高企认定苏州律师ab9Ａ（ -"


def names(query: str) -> list[str]:
    condition = search.matches(Institution, query)
    return sorted(db.session.scalars(sa.select(Institution.name).where(condition)))


def test_text_is_folded_without_width_case_and_punctuation() -> None:
    assert folded("Ｌａｗ-Firm（苏州）  ２０２６") == "law firm 苏州 2026"
    assert initials(JTC) == "shsjtcszlssws"
    assert grams("法律 ab") == "法律 律 ab b"
    assert words_of("  法律，专利  法律 ") == ["法律", "专利"]
    assert words_of("（）—— ") == []


def test_marks_stand_on_what_was_written_and_nothing_else_is_html() -> None:
    assert marked("<b>ＡＢ法律</b>", ["ab", "法律"]) == (
        "&lt;b&gt;<mark>ＡＢ</mark><mark>法律</mark>&lt;/b&gt;"
    )
    assert marked("法（律）", ["法律"]) == "法（律）"
    assert excerpt("甲" * 200 + "专利" + "乙" * 200, ["专利"], 30).startswith("…甲")
    assert "专利" in excerpt("甲" * 200 + "专利" + "乙" * 200, ["专利"], 30)


def in_both(cast: Cast) -> None:
    bridge = cast.bridge
    bridge.name = JTC
    bridge.introduction = "高企认定与专利申请，ISO9001 咨询。"
    cast.law.name = "法律服务"
    db.session.commit()
    found = [JTC]
    for query in ("锦天城", "上海市锦天城", "高企", "专利", "ISO9001", "iso", "ｉｓｏ", "jtc", "所",
                  "锦天城(苏州)", "专利 律师", "企认"):  # fmt: skip
        assert names(query) == found, query
    for query in ("锦苏", "专企", "律师 税务", "zz"):
        assert names(query) == [], query
    assert names("法律") == sorted([JTC, "Dora Draft", "Sue Waiting"])  # by their category
    cast.law.name = "司法鉴定"
    db.session.commit()
    assert names("法律") == []
    assert names("鉴定") == sorted([JTC, "Dora Draft", "Sue Waiting"])
    bridge.categories = [cast.tax]
    db.session.commit()
    assert names("鉴定") == ["Dora Draft", "Sue Waiting"]


def test_words_are_found_wherever_they_stand(app, cast) -> None:
    in_both(cast)


@pytest.mark.postgres
def test_words_are_found_on_postgresql_too(pg_app) -> None:
    in_both(Cast())


def against_like(texts: list[str], query: str) -> None:
    """The index and LIKE over the folded texts agree, whatever is asked."""
    db.session.execute(sa.delete(SearchEntry))
    db.session.execute(
        sa.insert(SearchEntry),
        [
            {
                "kind": SearchKind.INSTITUTION,
                "ref_id": place,
                "title": "",
                "text": folded(text),
                "grams": grams(folded(text)),
            }
            for place, text in enumerate(texts)
        ],
    )
    words = words_of(query)
    truth = [SearchEntry.text.contains(word, autoescape=True) for word in words]
    wanted = set(db.session.scalars(sa.select(SearchEntry.ref_id).where(*truth)))
    if words:
        found = search.query.holding(words, SearchEntry.ref_id)
        assert set(db.session.scalars(found)) == wanted
    db.session.rollback()


CORPUS = st.lists(st.text(alphabet=ALPHABET, max_size=12), min_size=1, max_size=12)
QUERY = st.text(alphabet=ALPHABET, min_size=1, max_size=5)
ANY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=150, deadline=None, suppress_health_check=ANY)
@given(texts=CORPUS, query=QUERY)
def test_what_is_found_is_what_like_finds(app, texts: list[str], query: str) -> None:
    against_like(texts, query)


@pytest.mark.postgres
@settings(max_examples=60, deadline=None, suppress_health_check=ANY)
@given(texts=CORPUS, query=QUERY)
def test_what_is_found_is_what_like_finds_on_postgresql(
    pg_app, texts: list[str], query: str
) -> None:
    against_like(texts, query)


def test_a_strange_query_is_a_search_like_any_other(app, client: FlaskClient) -> None:
    for query in (
        "'",
        '"',
        "法' OR 1",
        "*",
        "a\x00b",
        "NEAR(法 律)",
        "%",
        "_",
        "\\",
        "👍",
        "x" * 500,
        "法" * 10_000,
        "法律 " * 3_000,
        "OR",
        "NOT 法律",
        "法律 OR",
        "-法律",
        "^法",
        "{法 律}:",
        "法&律|!",
        "法:*",
        "\u202e律师",
        "ﬁ",
        "İ",
        "   ",
        "",
    ):
        for path in ("/search", "/search/suggest", "/institutions", "/products", "/consultants"):
            answer = client.get(path, query_string={"q": query, "kind": "regular"})
            assert answer.status_code == 200, (path, query)


def test_only_what_is_public_is_found(app, cast, client: FlaskClient) -> None:
    page = client.get("/search?q=introduces").get_data(as_text=True)
    assert "Bridge Law" in page.replace("<mark>", "").replace("</mark>", "")
    assert "Dora Draft" not in page
    cast.bridge.status = InstitutionStatus.SUSPENDED
    db.session.commit()
    page = client.get("/search?q=Bridge").get_data(as_text=True)
    assert f"/institutions/{cast.bridge.id}" not in page


def test_no_telephone_is_found(app, cast, client: FlaskClient) -> None:
    consultant = db.session.scalars(sa.select(Consultant)).one()
    for query in (consultant.mobile, consultant.email, cast.bridge.contact_mobile):
        entries = sa.select(SearchEntry.text)
        assert not [text for text in db.session.scalars(entries) if folded(query) in text]


def test_one_kind_is_read_page_by_page_and_kept_to_a_category(app, cast, client) -> None:
    for place in range(25):
        db.session.add(
            Institution(
                status=InstitutionStatus.CERTIFIED,
                applicant_id=cast.otto.id,
                name=f"专利事务所 {place:02d}",
                credit_code=f"3132{place:014d}",
                certified_at=cast.bridge.certified_at,
                categories=[cast.law if place % 2 else cast.tax],
            )
        )
    db.session.commit()
    everything = client.get("/search?q=专利").get_data(as_text=True)
    assert everything.count('class="hit"') == 5
    one = client.get("/search?q=专利&kind=institution&page=2").get_data(as_text=True)
    assert one.count('class="hit"') == 5
    law = client.get("/search?q=专利&kind=institution&category=law").get_data(as_text=True)
    assert law.count('class="hit"') == 12


def test_names_are_suggested_while_somebody_types(app, cast, client) -> None:
    db.session.scalars(sa.select(Consultant)).one().name = "林静"
    featured_product(cast.bridge, "林业碳汇评估")
    regular_offer(cast.bridge, catalogue_item(cast.law, "林权登记"))
    cast.bridge.name = JTC
    db.session.commit()
    answer = client.get("/search/suggest?q=锦天")
    assert answer.json == [JTC]
    assert answer.cache_control.public
    assert client.get("/search/suggest?q=法律").json == ["法律服务"]
    assert client.get("/search/suggest?q=").json == []
    for letters in ("jtc", "ＪＴＣ", "shsjtc", "天", "锦", "所"):
        assert client.get("/search/suggest", query_string={"q": letters}).json == [JTC]
    names = client.get("/search/suggest?q=林").json
    assert sorted(names) == sorted(["林静", "林业碳汇评估", "林权登记"])


def test_a_lost_index_is_made_anew(app, cast) -> None:
    db.session.execute(sa.delete(SearchEntry))
    db.session.add(
        SearchEntry(kind=SearchKind.ITEM, ref_id=999, title="gone", text="gone", grams="go on ne e")
    )
    db.session.commit()
    assert names("Bridge") == []
    counted: list[int] = []
    assert index.rebuild(counted.append) == sum(counted) == 5  # four institutions and lin
    assert names("Bridge") == ["Bridge Law"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SearchEntry)) == 5


def test_the_command_rebuilds_and_can_be_asked_only_where_needed(app) -> None:
    runner = app.test_cli_runner()
    assert "5 entries" in runner.invoke(args=["search", "rebuild"]).output
    assert runner.invoke(args=["search", "rebuild", "--if-empty"]).output == ""


def test_a_thing_that_goes_takes_its_entry_along(app, cast) -> None:
    consultant = db.session.scalars(sa.select(Consultant)).one()
    spare = Consultant(status=consultant.status, name="临时顾问", email="spare@example.com")
    db.session.add(spare)
    db.session.commit()
    found = sa.select(SearchEntry).where(SearchEntry.title == "临时顾问 lsgw")
    assert db.session.scalar(found) is not None
    db.session.delete(spare)
    db.session.commit()
    assert db.session.scalar(found) is None


def test_what_is_found_by_its_field_or_a_parameter_shows_why(app, cast, client) -> None:
    cast.law.name, cast.law.name_en = "商标与版权", "Trademarks"
    featured_product(cast.bridge, "软件登记").parameters = {"cities": ["苏州市", "无锡市"]}
    db.session.commit()
    page = client.get("/search?q=商标&kind=product").text
    assert "<mark>商标</mark>与版权</p>" in page
    assert "Trademarks" not in re.sub("<option.*", "", page)  # no other language than the word's
    assert "苏州市 · <mark>无锡</mark>市" in client.get("/search?q=无锡&kind=product").text


def words_in_a_list(cast: Cast, client: FlaskClient, patch: pytest.MonkeyPatch) -> None:
    """A word that is found often is asked of each row, a rare one by its keys: the same list."""
    cast.bridge.name = "锦天城律师事务所"
    featured_product(cast.bridge, "商标注册")
    featured_product(cast.rival, "专利布局")
    featured_product(cast.rival, "年度审计")
    regular_offer(cast.bridge, catalogue_item(cast.law, "公证"))
    regular_offer(cast.rival, catalogue_item(cast.law, "专利年费"))
    db.session.commit()
    shape = re.compile(r'class="(?:prod|inst)-name"><a href="[^"]*">([^<]*)</a>')
    for query, wanted in (
        ("专利", ["专利布局"]),
        ("锦天城", ["商标注册"]),  # by the name of its institution
        ("锦天城 商标", ["商标注册"]),
        ("锦天城 专利", []),
        ("专利&kind=regular", ["专利年费"]),
        ("锦天城&kind=regular", ["公证"]),
    ):
        for most in (10_000, 0):
            patch.setattr(directory, "MOST_COUNTED", most)
            page = client.get(f"/products?q={query}").text
            assert shape.findall(page) == wanted, (query, most)
            fragment_cache._fragments.clear()
            page_cache._pages.clear()


def test_words_in_a_list_of_products(app, cast, client, monkeypatch) -> None:
    words_in_a_list(cast, client, monkeypatch)


@pytest.mark.postgres
def test_words_in_a_list_of_products_on_postgresql(pg_app, monkeypatch) -> None:
    words_in_a_list(Cast(), pg_app.test_client(), monkeypatch)


def many_are_found(cast: Cast, client: FlaskClient, patch: pytest.MonkeyPatch) -> None:
    """More than anybody counts: the most active of those that are so called come first."""
    for number in range(5):
        so_called = featured_product(cast.bridge, f"专利布局 {number}")
        so_called.institution = cast.rival if number == 3 else cast.bridge
        featured_product(cast.bridge, f"商标注册 {number}").summary = "专利也可以"
    db.session.add(InstitutionScore(institution=cast.rival, score=50.0, parts={}))
    db.session.commit()
    for module in (results, paging):
        patch.setattr(module, "MOST_COUNTED", 8)
    patch.setattr(results, "MOST_RANKED", 7)
    patch.setattr(paging, "PAGE", 4)
    patch.setattr(search_page, "PAGE", 4)
    pages = [client.get(f"/search?q=专利&kind=product&page={n}").text for n in (1, 2, 3)]
    found = [re.findall(r'class="hit-name"[^>]*>(.*?)</a>', page) for page in pages]
    named = [f"<mark>专利</mark>布局 {number}" for number in (3, 0, 1, 2, 4)]
    assert found[0] == named[:4]
    assert found[1][0] == named[4]
    assert [one[:4] for one in found[1][1:]] == ["商标注册"] * 2  # seven are ranked, and no more
    assert found[2] == found[1]
    assert "8+" in pages[0]


def test_of_very_many_the_best_are_ranked(app, cast, client, monkeypatch) -> None:
    many_are_found(cast, client, monkeypatch)


@pytest.mark.postgres
def test_of_very_many_the_best_are_ranked_on_postgresql(pg_app, monkeypatch) -> None:
    many_are_found(Cast(), pg_app.test_client(), monkeypatch)
