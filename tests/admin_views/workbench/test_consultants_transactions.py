"""A linked consultant reads the deals that he advised in, and what was said of them; no others."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from core.database import db
from models import AffiliationStatus
from tests.admin_views.workbench.test_consultants import lins
from tests.support.application import sign_in
from tests.support.cast import Cast
from tests.support.reviews import opened, published


@pytest.fixture
def deals(cast: Cast) -> dict[str, int]:
    """One deal of Lin's that both sides rated, one that waits for reviews, and one in which
    nobody advised."""
    ours, theirs = published(cast, title="A share agreement")
    waits = opened(cast, title="A lease")[0]
    others = opened(cast, title="A merger", affiliation_id=None)[1]
    found = {
        "his": ours.transaction_id, "not_his": others.transaction_id,
        "received": theirs.id, "received_by_the_house": others.id, "waits": waits.id,
    }  # fmt: skip
    db.session.commit()
    return found


def test_he_reads_his_deals(client: FlaskClient, cast: Cast, deals: dict[str, int]) -> None:
    his = sign_in(client, cast.lin)
    page = his.get("/workbench/transaction/").text
    assert "A share agreement" in page
    assert "A lease" in page
    assert "A merger" not in page
    assert "/workbench/transaction/new" not in page
    assert his.get(f"/workbench/transaction/details/?id={deals['his']}").status_code == 200
    assert his.get(f"/workbench/transaction/details/?id={deals['not_his']}").status_code == 404
    for path in ("new/", f"edit/?id={deals['his']}", f"ask/?verb=withdraw&ids={deals['his']}"):
        assert his.get(f"/workbench/transaction/{path}").status_code in (403, 404), path


def test_he_reads_what_was_said_of_him(
    client: FlaskClient, cast: Cast, deals: dict[str, int]
) -> None:
    his = sign_in(client, cast.lin)
    page = his.get("/workbench/review/received/").text
    assert "A share agreement" in page
    assert "A merger" not in page
    page = his.get(f"/workbench/review/details/?id={deals['received']}").text
    assert "Very thorough." in page
    other = f"/workbench/review/details/?id={deals['received_by_the_house']}"
    assert his.get(other).status_code == 404


def test_rating_and_replying_stay_with_the_institution(
    client: FlaskClient, cast: Cast, deals: dict[str, int]
) -> None:
    his = sign_in(client, cast.lin)
    page = his.get("/workbench/review/").text
    assert "A lease" in page
    assert "rate_enterprise" not in page
    for verb, id in (("rate_enterprise", deals["waits"]), ("reply", deals["received"])):
        answer = his.get(f"/workbench/review/ask/?verb={verb}&ids={id}")
        assert answer.status_code in (302, 403), verb
    bella = sign_in(client, cast.bella)
    assert "rate_enterprise" in bella.get("/workbench/review/").text


def test_with_the_link_ends_the_reading(
    client: FlaskClient, cast: Cast, deals: dict[str, int]
) -> None:
    link = lins(cast)
    assert link.consultant.user_id == cast.lin.id
    link.status = AffiliationStatus.UNLINKED
    db.session.commit()
    his = sign_in(client, cast.lin)
    for path in ("transaction/", "review/", "review/received/"):
        assert his.get(f"/workbench/{path}").status_code == 403, path
