"""The parameters of a category: every type read, checked, kept, shown and compared."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict

from core.database import db
from models import Category, Event, ParameterSchema
from tests.support.application import rows
from workflows import parameters
from workflows.parameters import FieldType, Option, Parameter, SchemaRefused

HOURS = Parameter(key="hours", label="工时", label_en="Hours", type=FieldType.NUMBER, unit="小时",
                  unit_en="h", required=True, filtered=True)  # fmt: skip
FEE = Parameter(key="fee", label="官费", label_en="Official fee", type=FieldType.MONEY)
KIND = Parameter(key="kind", label="类型", label_en="Kind", type=FieldType.CHOICE, filtered=True,
                 choices=(Option("发明", "Invention"), Option("外观")))  # fmt: skip
LANGS = Parameter(key="langs", label="语言", type=FieldType.CHOICES,
                  choices=(Option("中文", "Chinese"), Option("英文", "English")))  # fmt: skip
ONLINE = Parameter(key="online", label="线上", type=FieldType.YES_NO, required=True)
SINCE = Parameter(key="since", label="起始", type=FieldType.DATE)
NOTE = Parameter(key="note", label="说明", type=FieldType.TEXT)
ALL = (HOURS, FEE, KIND, LANGS, ONLINE, SINCE, NOTE)


def law() -> Category:
    return db.session.scalars(sa.select(Category).where(Category.slug == "law")).one()


@pytest.fixture
def schema(cast) -> ParameterSchema:
    found = parameters.renew(law(), ALL, cast.root)
    assert found is not None
    db.session.commit()
    return found


def fill(schema: ParameterSchema, draft: bool = False, **typed) -> parameters.ParameterForm:
    return parameters.parameter_form(
        schema, MultiDict({f"p_{key}": value for key, value in typed.items()}), draft=draft
    )


def test_what_is_typed_is_kept_as_json(app, schema):
    form = fill(schema, hours="１,２３４.５０", fee="¥1,234.50", kind="发明", langs=["英文"],
                online="no", since="２０２６-01-31", note=" a\x00b ")  # fmt: skip
    assert form.validate(), form.errors
    assert form.values() == {
        "hours": "1234.5", "fee": "1234.5", "kind": "发明", "langs": ["英文"], "online": False,
        "since": "2026-01-31", "note": "ab",
    }  # fmt: skip


def test_zero_and_no_are_answers_and_nothing_is_none(app, schema):
    form = fill(schema, hours="0", online="no")
    assert form.validate(), form.errors
    assert form.values() == {"hours": "0", "online": False}
    form = fill(schema, hours="  ")
    assert not form.validate()
    assert set(form.errors) == {"p_hours", "p_online"}
    assert fill(schema, draft=True).validate()


@pytest.mark.parametrize(
    "typed",
    ["NaN", "nan", "Infinity", "-Infinity", "1e30", "1E2", "1_000", "1,23", "12,34.5", "0x10",
     "1.23456", "9" * 10, "-9999999999", "9" * 400, "٣", "一百", "1 2", "--1", "1.", ".5"],
)  # fmt: skip
def test_what_is_no_number_is_refused_in_words_and_stays_typed(app, schema, typed):
    form = fill(schema, hours=typed, online="yes")
    assert not form.validate()
    assert form.errors["p_hours"][0] in (
        "请填写数值，例如 12 或 1,234.5。", "数值超出范围。"
    )  # fmt: skip
    assert f'value="{typed}"' in str(form["p_hours"]())


@pytest.mark.parametrize("typed", ["NaN", "1e30", "-1", "1,23", "1.234", "9" * 14, "free"])
def test_what_is_no_amount_is_refused(app, schema, typed):
    form = fill(schema, hours="1", online="yes", fee=typed)
    assert not form.validate()
    assert set(form.errors) == {"p_fee"}


@pytest.mark.parametrize(
    ("key", "typed"),
    [("kind", "<b>"), ("langs", ["中文", "法文"]), ("online", "maybe"), ("since", "2026-02-30"),
     ("since", "0001-01-01"), ("since", "20260131T00"), ("note", "x" * 201)],
)  # fmt: skip
def test_what_is_not_offered_is_refused(app, schema, key, typed):
    form = fill(schema, **({"hours": "1", "online": "yes"} | {key: typed}))
    assert not form.validate()
    assert set(form.errors) == {f"p_{key}"}


def test_values_are_shown_in_the_reader_s_language(app, schema):
    values = {"hours": "1234.5", "fee": "1234.5", "kind": "发明", "langs": ["中文", "英文"],
              "online": False, "since": "2026-01-31", "note": ""}  # fmt: skip
    with force_locale("en"):
        assert [(one.localized_label, text) for one, text in parameters.facts(ALL, values)] == [
            ("Hours", "1,234.5 h"), ("Official fee", "CN¥1,234.50"), ("Kind", "Invention"),
            ("语言", "Chinese, English"), ("线上", "No"), ("起始", "2026-01-31"),
        ]  # fmt: skip
    with force_locale("zh_Hans_CN"):
        assert [(one.localized_label, text) for one, text in parameters.facts(ALL, values)][:4] == [
            ("工时", "1,234.5 小时"), ("官费", "¥1,234.50"), ("类型", "发明"),
            ("语言", "中文、英文"),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [(HOURS, "NaN"), (HOURS, "1e30"), (HOURS, {"a": 1}), (HOURS, True), (FEE, "x"), (KIND, "gone"),
     (KIND, ["发明"]), (LANGS, 7), (ONLINE, "no"), (SINCE, 5), (SINCE, "soon"), (NOTE, 5)],
)  # fmt: skip
def test_a_kept_value_of_another_kind_is_no_value(app, field, value):
    assert parameters.shown(field, value) == "—"
    assert parameters.facts((field,), {field.key: value}) == []


def test_a_change_makes_a_version_and_products_keep_theirs(app, cast, schema):
    assert schema.number == 1
    assert parameters.renew(law(), ALL, cast.root) is None  # nothing changed
    city = Parameter(key="city", label="城市", required=True)
    second = parameters.renew(law(), (HOURS, city), cast.root)
    db.session.commit()
    assert second is not None
    assert second.number == 2
    assert parameters.fields_of(schema) == ALL  # as it was reviewed
    assert parameters.schema_of(law()) is second
    assert [one.key for one in parameters.asked_anew(second, schema)] == ["city"]
    kept = {"hours": "8", "kind": "发明", "note": "x"}
    assert parameters.missing((HOURS, city), kept) == [city]
    told = rows(sa.select(Event).where(Event.name == "schema"))
    assert [event.subject_type for event in told] == ["category", "category"]


def test_a_choice_that_is_gone_is_asked_anew(app):
    fewer = Parameter(key="kind", label="类型", type=FieldType.CHOICE, required=True,
                      choices=(Option("实用新型"), Option("外观")))  # fmt: skip
    assert parameters.missing((fewer,), {"kind": "发明"}) == [fewer]


def test_a_lower_category_asks_what_its_upper_one_asks(app, schema):
    below = Category(slug="law-a", name="甲", name_en="A", parent_id=law().id)
    db.session.add(below)
    db.session.commit()
    assert parameters.schema_of(below) is schema


@pytest.mark.parametrize(
    "fields",
    [
        (Parameter(key="", label="x"),),
        (Parameter(key="1st", label="x"),),
        (Parameter(key="a-b", label="x"),),
        (Parameter(key="a", label=""),),
        (Parameter(key="a", label="x"), Parameter(key="a", label="y")),
        (Parameter(key="a", label="x", type=FieldType.CHOICE, choices=(Option("1"),)),),
        (Parameter(key="a", label="x", type=FieldType.CHOICE, choices=(Option("1"), Option("1"))),),
        (Parameter(key="a", label="x", filtered=True),),
        (Parameter(key="hours", label="工时", type=FieldType.TEXT),),  # was a number
    ],
)
def test_a_schema_that_makes_no_sense_is_refused(app, cast, schema, fields):
    with pytest.raises(SchemaRefused):
        parameters.renew(law(), fields, cast.root)


def test_a_key_that_went_and_comes_back_keeps_its_type(app, cast, schema):
    parameters.renew(law(), (NOTE,), cast.root)
    with pytest.raises(SchemaRefused):
        parameters.renew(law(), (NOTE, Parameter(key="fee", label="官费")), cast.root)
    assert parameters.renew(law(), (NOTE, FEE), cast.root) is not None


def test_hostile_keys_are_no_attributes_of_a_form(app, cast):
    fields = tuple(
        Parameter(key=key, label=key) for key in ("data", "errors", "validate", "meta", "values")
    )
    schema = parameters.renew(law(), fields, cast.root)
    form = fill(schema, data="1", errors="2", validate="3", meta="4", values="5")
    assert form.validate()
    assert form.values() == {
        "data": "1", "errors": "2", "validate": "3", "meta": "4", "values": "5"
    }  # fmt: skip


def test_a_fresh_form_shows_what_is_kept(app, schema):
    form = parameters.parameter_form(schema, None, {"hours": "1234.5", "online": True, "kind": "?"})
    assert 'value="1234.5"' in str(form["p_hours"]())
    assert form["p_online"].data == "yes"
    assert not form["p_kind"].data
    assert form["p_hours"].data == Decimal("1234.5")
