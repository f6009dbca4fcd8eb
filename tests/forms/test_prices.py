"""A price: one amount, a range, or by agreement; read as people write it, and refused in words."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict

from forms.price import PriceForm
from labels import price
from models import PriceKind


def typed(kind="", low="", high="", unit=""):
    return PriceForm(
        MultiDict({"price_kind": kind, "price_from": low, "price_to": high, "price_unit": unit})
    )


@pytest.mark.parametrize(
    ("sent", "kind", "low", "high"),
    [
        (("fixed", "1,234.50"), PriceKind.FIXED, "1234.50", None),
        (("fixed", "１２３４"), PriceKind.FIXED, "1234", None),
        (("fixed", "１，２３４．５０"), PriceKind.FIXED, "1234.50", None),
        (("fixed", "¥12000元"), PriceKind.FIXED, "12000", None),
        (("fixed", "0"), PriceKind.FIXED, "0", None),
        (("range", "1", "2"), PriceKind.RANGE, "1", "2"),
        (("agreement",), PriceKind.AGREEMENT, None, None),
    ],
)
def test_a_price_is_read(app, sent, kind, low, high):
    form = typed(*sent)
    assert form.validate(), form.errors
    assert form.price() == {
        "price_kind": kind,
        "price_from": None if low is None else Decimal(low),
        "price_to": None if high is None else Decimal(high),
        "price_unit": "",
    }


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        (("",), {"price_kind"}),
        (("gift",), {"price_kind"}),
        (("fixed",), {"price_from"}),
        (("fixed", "1", "2"), {"price_to"}),
        (("range", "1"), {"price_to"}),
        (("range", "", "2"), {"price_from"}),
        (("range", "2", "1"), {"price_to"}),
        (("range", "2", "2"), {"price_to"}),
        (("range", "NaN", "1e30"), {"price_from", "price_to"}),
        (("agreement", "5"), {"price_from"}),
        (("agreement", "", "5"), {"price_to"}),
        (("fixed", "1", "", "x" * 65), {"price_unit"}),
        *(
            (("fixed", bad), {"price_from"})
            for bad in ("NaN", "Infinity", "1e30", "-1", "1,23", "1.234", "9" * 14, "twelve")
        ),
    ],
)
def test_a_price_that_is_none_is_refused_where_it_is_wrong(app, sent, wrong):
    form = typed(*sent)
    assert not form.validate()
    assert set(form.errors) == wrong


def priced(kind, low=None, high=None, unit=""):
    return SimpleNamespace(price_kind=kind, price_from=low, price_to=high, price_unit=unit)


def test_a_price_is_said_in_words(app):
    with force_locale("en"):
        assert price.price_text(priced(PriceKind.AGREEMENT)) == "By agreement"
        assert price.price_text(priced(PriceKind.FIXED, Decimal(0), unit="年")) == "Free of charge"
        assert (
            price.price_text(priced(PriceKind.FIXED, Decimal(1200), unit="年"))
            == "CN¥1,200.00 / 年"
        )
        assert (
            price.price_text(priced(PriceKind.RANGE, Decimal(1), Decimal(2))) == "CN¥1.00 ~ CN¥2.00"
        )
