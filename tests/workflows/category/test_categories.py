"""Categories: an end that asks where things go, and parameters without code."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from core.database import db
from models import (
    CatalogueItem,
    Category,
    Demand,
    Event,
    FeaturedProduct,
    Institution,
    ParameterSchema,
)
from tests.support.application import rows, sign_in
from tests.support.cast import Cast
from tests.support.demands import post_demand
from tests.support.products import catalogue_item, featured_product
from workflows import parameters
from workflows.category import moving, retiring
from workflows.parameters import FieldType, Option, Parameter

PAGE = "/admin/category"


def category(slug: str) -> Category:
    return db.session.scalars(sa.select(Category).where(Category.slug == slug)).one()


def full(cast: Cast) -> dict[str, int]:
    """Law holds an institution, a consultant's speciality, an item, a product and a demand."""
    item = catalogue_item(cast.law, "A trademark")
    product = featured_product(cast.bridge)
    demand = post_demand(cast)
    db.session.commit()
    return {"item": item.id, "product": product.id, "demand": demand.id}


def moved(cast: Cast, ids: dict[str, int]) -> None:
    tax = category("tax")
    assert db.session.get_one(CatalogueItem, ids["item"]).category_id == tax.id
    assert db.session.get_one(FeaturedProduct, ids["product"]).category_id == tax.id
    assert [one.slug for one in cast.bridge.categories] == ["tax"]
    assert [one.slug for one in cast.lins_link.consultant.specialities] == ["tax"]
    demand = db.session.get_one(Demand, ids["demand"])
    assert demand.category_id == category("law").id  # past stays where it was filed
    kinds = {one.subject_type for one in rows(sa.select(Event).where(Event.name == "edit"))}
    assert kinds == {"catalogue_item", "featured_product", "institution", "consultant", "category"}


def test_retiring_moves_all_that_is_in_it(app, cast):
    ids = full(cast)
    held = retiring.retire(category("law"), category("tax").id, cast.root)
    db.session.commit()
    assert (held.institutions, held.items, held.products, held.consultants) == (3, 1, 1, 1)
    assert category("law").retired
    moved(cast, ids)


@pytest.mark.postgres
def test_retiring_moves_all_on_postgresql(pg_app: Flask):
    cast = Cast()
    ids = full(cast)
    retiring.retire(category("law"), category("tax").id, cast.root)
    db.session.commit()
    moved(cast, ids)


def test_who_has_the_target_already_only_loses_the_other(app, cast):
    bridge = cast.bridge
    bridge.categories.append(category("tax"))
    db.session.commit()
    retiring.retire(category("law"), category("tax").id, cast.root)
    db.session.commit()
    assert [one.slug for one in cast.bridge.categories] == ["tax"]


def test_a_moved_product_keeps_its_parameters_and_their_version(app, cast):
    schema = parameters.renew(category("law"), (Parameter(key="a", label="甲"),), cast.root)
    product = featured_product(cast.bridge, schema=schema, parameters={"a": "x"})
    seen = product.version
    retiring.retire(category("law"), category("tax").id, cast.root)
    db.session.commit()
    assert (product.schema_id, product.parameters) == (schema.id, {"a": "x"})
    assert product.version == seen + 1  # an approval that is under way looks again


@pytest.mark.parametrize("target", ["nothing", "itself", "retired", "unknown"])
def test_there_has_to_be_a_place_for_things(app, cast, target):
    old = Category(slug="old", name="旧", name_en="Old", retired=True)
    db.session.add(old)
    full(cast)
    law = category("law")
    id = {"nothing": None, "itself": law.id, "retired": old.id, "unknown": 99999}[target]
    with pytest.raises(moving.Refused):
        retiring.retire(law, id, cast.root)
    db.session.rollback()
    assert not category("law").retired


def test_an_upper_category_goes_last(app, cast):
    db.session.add(Category(slug="law-a", name="甲", name_en="A", parent_id=category("law").id))
    db.session.commit()
    with pytest.raises(moving.Refused):
        retiring.retire(category("law"), category("tax").id, cast.root)


def test_two_items_of_one_name_are_not_mixed_up(app, cast):
    catalogue_item(cast.law, "Same")
    catalogue_item(cast.tax, "Same")
    with pytest.raises(moving.Refused, match="Same"):
        retiring.retire(category("law"), category("tax").id, cast.root)


def test_the_page_asks_and_brings_back(client, cast):
    full(cast)
    sign_in(client, cast.root)
    law, tax = category("law").id, category("tax").id
    page = client.get(f"{PAGE}/retire/?id={law}").text
    assert 'name="target"' in page
    refused = client.post(f"{PAGE}/retire/?id={law}", data={"target": ""})
    assert refused.status_code == 200
    assert 'role="alert"' in refused.text
    assert client.post(f"{PAGE}/retire/?id={law}", data={"target": tax}).status_code == 302
    assert category("law").retired
    assert client.post(f"{PAGE}/restore/?id={law}").status_code == 302
    db.session.expire_all()
    assert not category("law").retired


@pytest.mark.parametrize("name", ["vera", "audrey"])
def test_only_administrators_retire_and_set_parameters(client, cast, name):
    sign_in(client, getattr(cast, name))
    law = category("law").id
    assert client.get(f"{PAGE}/schema/?id={law}").status_code == 200  # to read
    for path in ("retire", "restore", "schema"):
        sent = {"target": category("tax").id, "row": "0", "r0-label": "x", "number": "0"}
        assert client.post(f"{PAGE}/{path}/?id={law}", data=sent).status_code == 403
    assert not category("law").retired
    assert rows(sa.select(ParameterSchema)) == []


def test_an_icon_that_is_none_is_refused(client, cast):
    sign_in(client, cast.root)
    law = category("law")
    sent = {"version": law.version, "name": "法律", "name_en": "Law", "slug": "law",
            "position": "1", "parent": "", "icon": "../../x"}  # fmt: skip
    assert client.post(f"{PAGE}/edit/?id={law.id}", data=sent).status_code == 200
    assert client.post(f"{PAGE}/edit/?id={law.id}", data=sent | {"icon": "leaf"}).status_code == 302
    db.session.expire_all()
    assert category("law").icon == "leaf"


# --- the editor -------------------------------------------------------------------------------


def row(number: int, **values: str) -> dict[str, str]:
    told = {"label": f"字段{number}", "type": "text"} | values
    return {f"r{number}-{name}": value for name, value in told.items()}


def schema() -> tuple[Parameter, ...]:
    return parameters.fields_of(parameters.own_schema(category("law").id))


@pytest.fixture
def editor(client, cast):
    sign_in(client, cast.root)
    address = f"{PAGE}/schema/?id={category('law').id}"

    def send(order: str, act: str = "save", number: int = 0, **fields: str):
        sent = {"row": order.split(), "act": act, "number": str(number)} | fields
        return client.post(address, data=sent)

    return send


def test_fields_are_saved_in_their_order(editor):
    reply = editor(
        "2 0",
        **row(0, label="类型", label_en="Kind", type="choice", choices="发明 | Invention\n\n外观\n",
              required="y", filtered="y"),
        **row(2, label="工时", type="number", unit="小时", unit_en="h", key="hours"),
    )  # fmt: skip
    assert reply.status_code == 302
    assert schema() == (
        Parameter(key="hours", label="工时", type=FieldType.NUMBER, unit="小时", unit_en="h"),
        Parameter(
            key="kind", label="类型", label_en="Kind", type=FieldType.CHOICE, required=True,
            filtered=True, choices=(Option("发明", "Invention"), Option("外观", "")),
        ),
    )  # fmt: skip


def test_a_key_is_made_of_the_label(editor):
    editor("0 1 2", **row(0, label="办理周期"), **row(1, label="办理周期"), **row(2, label="１２"))
    assert [one.key for one in schema()] == ["ban_li_zhou_qi", "ban_li_zhou_qi_2", "field_12"]


@pytest.mark.parametrize(
    ("act", "labels"),
    [
        ("up:1", ["乙", "甲", "丙"]),
        ("down:1", ["甲", "丙", "乙"]),
        ("up:0", ["甲", "乙", "丙"]),
        ("down:2", ["甲", "乙", "丙"]),
        ("remove:1", ["甲", "丙"]),
        ("add", ["甲", "乙", "丙", ""]),
        ("up:77", ["甲", "乙", "丙"]),
        ("nonsense", ["甲", "乙", "丙"]),
    ],
)
def test_rows_move_without_script_and_nothing_is_saved(editor, act, labels):
    import re

    fields = row(0, label="甲") | row(1, label="乙") | row(2, label="丙")
    page = editor("0 1 2", act=act, **fields)
    assert page.status_code == 200
    shown = page.text.partition('<template id="schema-blank">')[0]
    found = [
        (re.search(r'value="([^"]*)"', tag) or [None, ""])[1]
        for tag in re.findall(r'<input[^>]*name="r\d+-label"[^>]*>', shown)
    ]
    assert found == labels
    assert rows(sa.select(ParameterSchema)) == []


def test_what_is_wrong_is_marked_and_kept(editor):
    page = editor("0 1", **row(0, label="", label_en="Only English"), **row(1, label="乙"))
    assert page.status_code == 200
    assert 'value="Only English"' in page.text
    assert 'class="field-error"' in page.text
    page = editor("0", **row(0, label="类型", type="choice", choices="一个"))
    assert 'role="alert"' in page.text
    page = editor("0", **row(0, label="x", type="nonsense"))
    assert page.status_code == 200
    assert rows(sa.select(ParameterSchema)) == []


def test_somebody_else_saved_meanwhile(editor):
    editor("0", **row(0, label="甲"))
    stale = editor("0", number=0, **row(0, label="乙"))
    assert stale.status_code == 200
    assert 'value="乙"' in stale.text
    assert [one.label for one in schema()] == ["甲"]
    assert editor("0", number=1, **row(0, label="乙")).status_code == 302
    assert [one.label for one in schema()] == ["乙"]


def test_the_type_of_a_field_stays(editor):
    editor("0", **row(0, label="甲", key="a", type="number"))
    page = editor("0", number=1, **row(0, label="甲", key="a", type="text"))
    assert 'role="alert"' in page.text
    assert [one.type for one in schema()] == [FieldType.NUMBER]


def test_a_schema_may_be_emptied_and_hostile_rows_are_none(editor, client):
    editor("0", **row(0, label="甲"))
    assert editor("", number=1).status_code == 302
    assert schema() == ()
    assert editor(" ".join(map(str, range(500))), act="add").status_code == 200
    assert editor("x -1 99999 0 0", number=2, **row(0, label="<b>")).status_code == 302
    assert [one.label for one in schema()] == ["<b>"]
    page = client.get(f"{PAGE}/schema/?id={category('law').id}").text
    assert "<b></" not in page


def test_institutions_of_a_moved_category_stay_published(app, cast):
    retiring.retire(category("law"), category("tax").id, cast.root)
    db.session.commit()
    assert db.session.get_one(Institution, cast.bridge.id).status == "certified"


def test_the_search_finds_what_was_moved_under_its_new_category(client, cast):
    assert "Bridge Law" not in client.get("/search?q=财税服务").text
    retiring.retire(category("law"), category("tax").id, cast.root)
    db.session.commit()
    assert "Bridge Law" in client.get("/search?q=财税服务").text
