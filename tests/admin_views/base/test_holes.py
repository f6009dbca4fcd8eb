"""Every door of Flask-Admin to rows past the rules, tried. See docs on the back offices."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from admin_views.base import BackOfficeView, PlatformView, WorkbenchView
from core.database import db
from models import Category, Demand, DemandStatus, Event, Institution, InstitutionStatus
from tests.support.application import rows, sign_in
from tests.support.back_office import app, demand, office_app  # noqa: F401  # fixtures

SENSELESS = ["", "0", "-1", "1,2", "1;2", "abc", "1 ", " 1", "+1", "1.0", "٣", "2147483648",
             "9" * 30, "1%00", "1'--"]  # fmt: skip


@pytest.fixture
def bella(client, cast):
    return sign_in(client, cast.bella)


@pytest.fixture
def foreign(cast) -> Demand:
    """A demand that the rival institution got."""
    return demand(cast.ann, cast.rival, "Secret")


# --- foreign rows -----------------------------------------------------------------------------


def test_a_list_and_its_count_hold_to_the_scope(bella, cast, foreign):
    own = demand(cast.ann, cast.bridge, "Ours")
    page = bella.get("/workbench/try-demand/").text
    assert "Ours" in page
    assert "Secret" not in page
    assert page.count("row-link") == 1
    assert f'value="{own.id}:1"' in page
    page = bella.get("/workbench/try-demand/?q=Secret&sort=-title").text
    assert 'class="empty"' in page
    assert "row-link" not in page


@pytest.mark.parametrize("path", ["details/?id={}", "ask/?verb=accept&ids={}:1"])
def test_a_foreign_row_is_not_there(bella, foreign, path):
    assert bella.get(f"/workbench/try-demand/{path.format(foreign.id)}").status_code == 404


def test_a_foreign_profile_is_not_edited(bella, cast):
    url = f"/workbench/try-profile/edit/?id={cast.rival.id}"
    assert bella.get(url).status_code == 404
    sent = {"address": "Mine now", "categories": "1", "version": "1"}
    assert bella.post(url, data=sent).status_code == 404
    assert cast.rival.address == "Park Road 1"


def test_foreign_ids_in_a_bulk_step_are_not_found(bella, cast, foreign):
    own = demand(cast.ann, cast.bridge, "Ours")
    ids = f"{own.id}:1,{foreign.id}:1"
    bella.post("/language", data={"locale": "en"})
    reply = bella.post("/workbench/try-demand/ask/", data={"verb": "accept", "ids": ids})
    page = bella.get(reply.location).text
    assert "1 done." in page
    assert "1 not found." in page
    states = dict(db.session.execute(sa.select(Demand.title, Demand.status).execution_options(
        unguarded=True)).all())  # fmt: skip
    assert states == {"Ours": DemandStatus.ACCEPTED, "Secret": DemandStatus.READ}


def test_only_foreign_ids_are_a_404(bella, foreign):
    sent = {"verb": "accept", "ids": f"{foreign.id}:1"}
    assert bella.post("/workbench/try-demand/ask/", data=sent).status_code == 404
    assert rows(sa.select(Demand.status)) == [DemandStatus.READ]


def test_all_that_match_stops_at_the_scope(bella, cast, foreign):
    mine = demand(cast.ann, cast.bridge, "Ours")
    ask, sent = "/workbench/try-demand/ask/?q=", {"verb": "accept", "choice": "all"}
    asks = bella.post(ask, data=sent | {"answered": "1"}).text
    ids = re.search(r'name="ids" value="([^"]*)"', asks)[1]
    assert ids == f"{mine.id}:1"
    bella.post(ask, data={"verb": "accept", "ids": ids, "answered": "1"})
    states = dict(db.session.execute(sa.select(Demand.title, Demand.status).execution_options(
        unguarded=True)).all())  # fmt: skip
    assert states == {"Ours": DemandStatus.ACCEPTED, "Secret": DemandStatus.READ}


def test_a_view_narrower_than_its_office_holds_in_steps_too(client, cast):
    sign_in(client, cast.vera)  # staff see drafts; this view does not
    key = cast.draft.id
    assert client.get(f"/admin/try-application/details/?id={key}").status_code == 404
    sent = {"verb": "reject", "ids": f"{key}:1", "answered": "1", "reason": "x"}
    assert client.post("/admin/try-application/ask/", data=sent).status_code == 404


def test_relation_selects_offer_and_take_only_what_is_visible(client, app, cast):  # noqa: F811  # a fixture
    class CatalogueChoice(WorkbenchView):
        can_edit = True
        column_list = ("title",)
        form_columns = ("title", "institution")

    workbench = app.extensions["admin"][1]
    view = CatalogueChoice(Demand, endpoint="choosing", url="/workbench/choosing")
    view.admin = workbench
    own = demand(cast.ann, cast.bridge, "Ours")
    sign_in(client, cast.bella)
    with app.test_request_context("/", method="POST", data={"title": "x", "institution": "2"}):
        from flask_login import login_user

        login_user(cast.bella)
        form = view.make_form(own)
        assert [label for _key, label, *_rest in form.institution.iter_choices()] == ["Bridge Law"]
        assert not form.validate()


# --- senseless requests -----------------------------------------------------------------------


@pytest.mark.parametrize("key", SENSELESS)
def test_ids_that_are_none(client, cast, key):
    sign_in(client, cast.root)
    assert (
        client.get("/admin/try-application/details/", query_string={"id": key}).status_code == 404
    )
    assert client.get("/admin/try-category/edit/", query_string={"id": key}).status_code == 404
    ask = {"verb": "approve", "ids": key}
    for reply in (
        client.get("/admin/try-application/ask/", query_string=ask),
        client.post("/admin/try-application/ask/", data=ask | {"answered": "1"}),
    ):
        # "1,2" names two rows, neither of which waits: the page says so
        assert reply.status_code in ((200, 302) if key == "1,2" else (302, 404))
    assert rows(sa.select(Event)) == []


@pytest.mark.parametrize(
    "query",
    [
        "page=-1",
        "page=99999999999999999999999",
        "page=x",
        "page=1&page=2",
        "size=1000000",
        "size=-1",
        "sort=password",
        "sort=--name",
        "sort=name;drop",
        "status=nonsense",
        "status=",
        "categories=1,2",
        "categories=99999999999",
        "created_at_from=2026-13-45",
        "created_at_to=99999-01-01",
        "wish=maybe",
        "q=%00",
        "q=%25%25%5C",
        "q=" + "x" * 5000,
        "unknown=1",
    ],
)
def test_an_address_that_makes_no_sense_shows_the_list(client, cast, query):
    sign_in(client, cast.vera)
    assert client.get(f"/admin/try-application/?{query}").status_code == 200


@pytest.mark.parametrize("verb", ["", "nonsense", "start", "suspend", "submit"])
def test_verbs_that_are_not_for_this_page(client, cast, verb):
    sign_in(client, cast.vera)
    sent = {"verb": verb, "ids": f"{cast.waiting.id}:1", "answered": "1", "reason": "x"}
    assert client.post("/admin/try-application/ask/", data=sent).status_code in (403, 404)
    assert cast.waiting.status is InstitutionStatus.SUBMITTED


def test_fields_without_a_control_are_not_taken_from_the_request(client, cast):
    sign_in(client, cast.vera)
    sent = {"verb": "return", "ids": f"{cast.waiting.id}:1", "answered": "1", "reason": "Why",
            "remarks": "x"}  # fmt: skip
    assert client.post("/admin/try-application/ask/", data=sent).status_code == 302
    assert cast.waiting.remarks == {"": "Why"}


# --- doors that are shut ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["delete/", "action/", "ajax/update/", "ajax/lookup/", "export/csv/"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_pages_of_flask_admin_that_are_not_offered(client, cast, path, method):
    sign_in(client, cast.root)
    for base in ("/admin/try-category/", "/admin/try-application/"):
        sent = {"id": "1", "rowid": "1", "action": "delete", "list_form_pk": "1", "name": "x"}
        reply = getattr(client, method)(base + path, **({"data": sent} if method == "post" else {}))
        assert reply.status_code == 404
    assert len(rows(sa.select(Category))) == 2


@pytest.mark.parametrize("path", ["new/", "edit/?id=1"])
def test_forms_are_off_unless_switched_on(client, cast, path):
    sign_in(client, cast.root)
    for method in (client.get, client.post):
        assert method(f"/admin/try-application/{path}").status_code == 404


@pytest.mark.parametrize("name", ["audrey", "vera"])
@pytest.mark.parametrize("path", ["new/", "edit/?id=1"])
def test_readers_do_not_write(client, cast, name, path):
    sign_in(client, getattr(cast, name))
    url = f"/admin/try-category/{path}"
    assert client.get(url).status_code == 403
    sent = {"name": "x", "name_en": "x", "slug": "x", "position": "1", "version": "1"}
    assert client.post(url, data=sent).status_code == 403
    assert rows(sa.select(Event)) == []


def test_an_auditor_takes_no_step(client, cast):
    sign_in(client, cast.audrey)
    sent = {
        "verb": "approve",
        "ids": f"{cast.waiting.id}:1",
        "answered": "1",
        "association": "later",
    }
    assert client.post("/admin/try-application/ask/", data=sent).status_code == 403
    assert cast.waiting.status is InstitutionStatus.SUBMITTED


@pytest.mark.parametrize("url", ["http:evil", "http://evil.example", "//evil.example", "/\\evil"])
def test_nothing_follows_an_address_from_outside(client, cast, url):
    sign_in(client, cast.root)
    query = {"id": cast.law.id, "url": url, "next": url}
    sent = {"name": "Law", "name_en": "Law", "slug": "law", "parent": "", "position": "1",
            "version": "1", "url": url, "next": url}  # fmt: skip
    reply = client.post("/admin/try-category/edit/", query_string=query, data=sent)
    assert reply.location == f"/admin/try-category/details/?id={cast.law.id}"
    page = client.get("/admin/try-category/edit/", query_string=query).text
    assert "evil" not in page.replace("%2Fadmin", "").split("<main")[1]


def test_strangers_are_sent_to_sign_in_and_come_back(client):
    reply = client.get("/admin/try-application/?status=submitted")
    assert reply.location == "/login?next=%2Fadmin%2Ftry-application%2F%3Fstatus%3Dsubmitted"
    assert client.post("/admin/try-application/ask/").status_code == 302


def test_a_database_error_is_told_without_sql(client, cast):
    sign_in(client, cast.root)
    sent = {"name": "x", "name_en": "x", "slug": "law", "parent": "", "position": "1"}
    page = client.post("/admin/try-category/new/", data=sent)
    assert page.status_code == 200
    assert "This short name is taken." in page.text
    assert 'value="x"' in page.text  # what was typed
    for word in ("UNIQUE", "INSERT", "sqlalche"):
        assert word not in page.text


@pytest.mark.parametrize("value", ["NaN", "1e400", "99999999999999999999", "x", ""])
def test_numbers_that_do_not_fit(client, cast, value):
    sign_in(client, cast.root)
    sent = {"name": "x", "name_en": "x", "slug": "s", "parent": "", "position": value}
    reply = client.post("/admin/try-category/new/", data=sent)
    assert reply.status_code == (302 if value == "" else 200)


def test_every_form_carries_the_token(client, app, cast):  # noqa: F811  # a fixture
    app.config["WTF_CSRF_ENABLED"] = True
    sign_in(client, cast.root)
    key = cast.waiting.id
    for path in (
        "try-application/",
        f"try-application/details/?id={cast.bridge.id}",
        f"try-application/ask/?verb=approve&ids={key}:1",
        "try-category/new/",
        f"try-category/edit/?id={cast.law.id}",
    ):
        page = client.get(f"/admin/{path}").text
        assert page.count('method="post"') == page.count('name="csrf_token"') > 0
    for path in ("try-application/ask/", "try-category/new/", "try-category/edit/?id=1"):
        assert client.post(f"/admin/{path}", data={"verb": "approve"}).status_code == 400


# --- declarations that are refused ------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"column_list": ("name",), "can_delete": True},
        {"column_list": ("name",), "can_export": True},
        {"column_list": ("name",), "column_editable_list": ("name",)},
        {"column_list": ("name",), "form_ajax_refs": {"parent": {"fields": ("name",)}}},
        {"column_list": ("name",), "can_edit": True},
        {"column_list": ("name",), "can_create": True},
        {"column_list": ("name",), "can_edit": True, "form_columns": ("version",)},
    ],
)
def test_a_careless_declaration_is_refused(options):
    view = type("Careless", (PlatformView,), options)
    with pytest.raises(ValueError, match="Careless"):
        view(Category, endpoint="careless")


def test_a_thing_with_a_life_is_created_by_a_transition():
    options = {"column_list": ("title",), "can_create": True, "form_columns": ("title",)}
    with pytest.raises(ValueError, match="created_by"):
        type("Careless", (PlatformView,), options)(Demand, endpoint="careless")


def test_a_view_without_a_scope_shows_nothing_to_nobody(client, app, cast):  # noqa: F811  # a fixture
    view = type("Bare", (BackOfficeView,), {"column_list": ("name",)})(Category, endpoint="bare")
    sign_in(client, cast.root)
    with app.test_request_context("/"):
        from flask_login import login_user

        login_user(cast.root)
        assert not view.is_accessible()
        assert db.session.scalars(view.select()).all() == []
        assert view.get_query().all() == []
        assert view.get_count_query().scalar() == 0


def test_a_type_error_in_a_view_is_raised_once(app):  # noqa: F811  # a fixture
    calls = []

    def broken(_view):
        calls.append(1)
        raise TypeError("broken")

    view = type("Bare", (BackOfficeView,), {"column_list": ("name",)})(Category, endpoint="bare")
    with pytest.raises(TypeError, match="broken"):
        view._run_view(broken)
    assert calls == [1]


def test_status_is_no_field():
    options = {"column_list": ("name",), "can_edit": True, "form_columns": ("name", "status")}
    with pytest.raises(ValueError, match="status"):
        type("Careless", (PlatformView,), options)(Institution, endpoint="careless")
