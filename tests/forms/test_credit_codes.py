"""Reading unified social credit codes as people type them."""

from __future__ import annotations

import pytest

from forms import credit_code
from i18n.locales import DEFAULT


@pytest.mark.parametrize(
    "typed",
    [
        "91110000600037341L",
        "91110000600037341l",
        " 9111 0000 6000 3734 1L ",
        "９１１１００００６０００３７３４１Ｌ",
        "911100-00600037341-L",
    ],
)
def test_a_right_code_is_read_however_it_is_typed(app, typed):
    assert credit_code.read(typed) == credit_code.CreditCode("91110000600037341L", None)


@pytest.mark.parametrize("code", ["A1320594MA1WC8LJ70", "N2320594MF1234567K"])
def test_a_letter_in_the_first_place_is_accepted_with_a_remark(app, code):
    read = credit_code.read(code)
    assert read.code == code
    assert read.remark


def test_a_wrong_check_digit_is_accepted_with_another_remark(app):
    assert credit_code.read("911100006000373411").code == "911100006000373411"
    assert (
        credit_code.read("911100006000373411").remark
        != credit_code.read("A1320594MA1WC8LJ70").remark
    )


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "has 18 characters; this one has 0"),
        ("91110000600037341", "has 18 characters; this one has 17"),
        ("91110000600037341L0", "has 18 characters; this one has 19"),
        ("9111000060003734IL", "never I, O, S, V, Z"),
        ("91110000600037341?", "never I, O, S, V, Z"),
        ("苏州工业园区企业发展服务中心有限公司公", "has 18 characters; this one has 19"),
        ("苏州工业园区企业发展服务中心有限公司", "never I, O, S, V, Z"),
    ],
)
def test_anything_else_is_refused_with_the_reason(app, typed, told):
    from flask_babel import force_locale

    with app.test_request_context(), force_locale("en"):
        with pytest.raises(credit_code.InvalidCreditCode) as refusal:
            credit_code.read(typed)
        assert told in str(refusal.value)


def test_remarks_are_written_for_the_staff():
    assert credit_code.REMARK_LOCALE == DEFAULT
