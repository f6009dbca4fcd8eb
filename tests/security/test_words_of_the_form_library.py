"""What the form library says by itself is Chinese in the Chinese interface.

Seen: a name of 70 signs at registration, a day "soon" in a demand: the page answered in English.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import fields, validators

from forms.base import Form, choices
from forms.library_words import MESSAGES
from tests.support.cast import Cast

CHINESE = {"Accept-Language": "zh-CN"}


class Everything(Form):
    """A field for each thing that cannot be read, and for each bound."""

    long = fields.StringField(validators=[validators.Length(max=3)])
    short = fields.StringField(validators=[validators.Length(min=9)])
    exact = fields.StringField(validators=[validators.Length(min=9, max=9)])
    between = fields.StringField(validators=[validators.Length(min=8, max=9)])
    low = fields.IntegerField(validators=[validators.NumberRange(min=9)])
    high = fields.IntegerField(validators=[validators.NumberRange(max=1)])
    middle = fields.IntegerField(validators=[validators.NumberRange(min=8, max=9)])
    whole = fields.IntegerField()
    price = fields.DecimalField()
    ratio = fields.FloatField()
    day = fields.DateField()
    moment = fields.DateTimeLocalField()
    hour = fields.TimeField()
    one = fields.SelectField(choices=choices([("a", "a")]))
    number = fields.SelectField(coerce=int, choices=choices([(1, "1")]))
    some = fields.SelectMultipleField(choices=choices([("a", "a")]))
    numbers = fields.SelectMultipleField(coerce=int, choices=choices([(1, "1")]))
    site = fields.StringField(validators=[validators.URL()])
    code = fields.StringField(validators=[validators.Regexp("9+")])
    same = fields.StringField(validators=[validators.EqualTo("long")])
    there = fields.StringField(validators=[validators.DataRequired()])


def test_every_message_is_chinese(app: Flask) -> None:
    typed = dict.fromkeys(("low", "high", "middle"), "6") | {"there": "", "same": "other"}
    names = [name for name in Everything.__dict__ if name.islower() and name[0] != "_"]
    with app.test_request_context(headers=CHINESE):
        form = Everything(MultiDict({name: typed.get(name, "word") for name in names}))
        assert not form.validate()
        assert set(form.errors) == set(names)
        for name, errors in form.errors.items():
            for words in errors:
                assert re.search(r"[一-鿿]", words), (name, words)


def test_the_list_is_translated(app: Flask) -> None:
    with app.test_request_context(headers=CHINESE):
        assert all(re.search(r"[一-鿿]", str(words)) for words in MESSAGES)


@pytest.mark.parametrize("name", ["王" * 70])
def test_a_long_name_at_registration(client: Any, cast: Cast, name: str) -> None:
    page = client.get("/register", headers=CHINESE).text
    (token,) = set(re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)) or {""}
    sent = {"csrf_token": token, "name": name, "email": "q@example.com"}
    answer = client.post("/register", data=sent, headers=CHINESE)
    assert "不能超过 64 个字符。" in answer.text
    assert "cannot be longer" not in answer.text
