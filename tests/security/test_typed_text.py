"""What is typed is normalised in one place, whatever field it is typed into.

Seen: names and titles of invisible signs, or of signs that reverse the direction of writing.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa
import wtforms

from forms import text
from forms.base import Form, required
from models import User
from spreadsheets import cells
from tests.support.application import rows, sign_in


class Everything(Form):
    name = wtforms.StringField(validators=[required()])
    title = wtforms.StringField(validators=[required()])
    email = wtforms.EmailField()
    phone = wtforms.TelField()
    introduction = wtforms.TextAreaField()
    password = wtforms.PasswordField()


def typed(**values: str) -> Everything:
    from werkzeug.datastructures import MultiDict

    return Everything(MultiDict(values))


@pytest.mark.parametrize(
    "nothing",
    ["\u200b", "\u202e\u202c", "\u3164\u2800", "\u00ad \u2060", "\x00\x07", "\ufeff", "\u0301"],
)
def test_what_shows_nothing_is_empty(app, nothing):
    with app.test_request_context():
        form = typed(name=nothing, title=nothing, introduction=nothing)
        assert not form.validate()
        assert set(form.errors) == {"name", "title"}
        assert form.introduction.data == ""


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Li\u202e gnaW", "Li gnaW"),
        ("Zero\u200bwidth\ufeff", "Zerowidth"),
        ("two\r\nlines", "two  lines"),
        ("ＡＩ　平台", "AI 平台"),
        ("融资，上市（第一期）", "融资，上市（第一期）"),  # as a Chinese sentence is written
        ("①ﬁ", "1fi"),
    ],
)
def test_a_line(written, read):
    assert text.line(written) == read


def test_a_name_is_as_its_bearer_writes_it(app):
    with app.test_request_context():
        form = typed(name="苏州\u202eＡＢＣ（中国）\u200b有限公司", title="x")
        assert form.name.data == "苏州ＡＢＣ（中国）有限公司"


def test_text_of_many_lines_keeps_its_lines(app):
    with app.test_request_context():
        form = typed(introduction="一\r\n\t二\u202e三\x07")
        assert form.introduction.data == "一\r\n\t二三"


def test_full_width_addresses_are_the_plain_ones(app):
    with app.test_request_context():
        form = typed(email="ａｎｎ＠ａｃｍｅ．ｅｘａｍｐｌｅ", phone="１３８００１３８０００")
        assert form.email.data == "ann@acme.example"
        assert form.phone.data == "13800138000"


def test_a_password_is_what_was_typed(app):
    with app.test_request_context():
        assert typed(password=" ｐ\u200b ").password.data == " ｐ\u200b "


def test_a_person_is_not_called_nothing(client, cast):
    sign_in(client, cast.ann)
    page = client.post("/account/profile", data={"name": "\u2800\u200b", "locale": "en"})
    assert page.status_code == 200
    assert rows(sa.select(User.name).where(User.id == cast.ann.id)) == ["Ann"]


def test_a_cell_of_a_spreadsheet_passes_the_same_place(app):
    with app.test_request_context():
        assert cells.text("Acme\u202e\u200b  Ltd\n") == "Acme Ltd"
