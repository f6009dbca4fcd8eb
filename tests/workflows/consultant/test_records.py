"""What the back offices show of a consultant: his photo, moments, and papers that are his own."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.clock import frozen, now
from core.database import db
from models import Attachment, Consultant
from tests.admin_views.workbench.test_consultants import lins
from tests.storefront.consultant.test_pages import lin, pictured
from tests.support.applying import english, forget, see
from tests.support.cast import Cast
from tests.support.consulting import fill_in, step
from workflows import engine


@pytest.mark.parametrize(
    ("who", "path", "code"),
    [
        ("bella", "/workbench/consultant/details/?id={link}", 200),
        ("vera", "/admin/consultant/details/?id={id}", 200),
        ("lin", "/account/consultant", 200),
        ("rita", "", 404),
        ("ann", "", 404),
    ],
)
def test_the_photo_is_shown_to_whoever_may_see_it(
    client: FlaskClient, cast: Cast, who: str, path: str, code: int
) -> None:
    pictured(cast)
    photo = db.session.query(Attachment).one().id
    values = {"link": lins(cast).id, "id": lin(cast).id}
    reader = english(client, getattr(cast, who))
    if path:
        assert f'src="/covers/{photo}"' in see(reader, path.format(**values)).text
    answer = reader.get(f"/covers/{photo}")
    assert answer.status_code == code
    if code == 200:
        assert answer.mimetype == "image/png"


def test_a_moment_in_the_journal_is_told_in_the_time_of_the_park(
    client: FlaskClient, cast: Cast
) -> None:
    row = lin(cast)
    at = now().replace(year=2026, month=3, day=1, hour=1, minute=2)
    with frozen(at):
        engine.edit(row, cast.lin, {"consented_at": at})
        db.session.commit()
    page = see(english(client, cast.vera), f"/admin/consultant/details/?id={row.id}").text
    assert page.count("2026-03-01 09:02") >= 2  # when it was edited, and the moment itself
    assert "2026-03-01 01:02" not in page  # as it is kept


def test_with_the_link_his_papers_are_his_own(client: FlaskClient, app: Flask, cast: Cast) -> None:
    fill_in(cast.lin, cast.law)
    link = lins(cast).id
    bella = english(client, cast.bella)
    address = f"/workbench/consultant/details/?id={link}"
    assert "licence.pdf" in see(bella, address).text
    assert step("unlink", link, cast.bella, hand_over_to=0) == ""
    page = see(bella, address).text
    assert "licence.pdf" not in page
    assert "No qualification is noted." not in page  # there are some, for his eyes
    assert "shown while the certification is under way" in page
    forget()  # what bella's eyes left out
    owner = db.session.query(Consultant).filter_by(user_id=cast.lin.id).one()
    record = see(english(app.test_client(), cast.vera), f"/admin/consultant/details/?id={owner.id}")
    assert "licence.pdf" in record.text
