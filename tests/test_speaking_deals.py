"""A consultant in the workbench reads the deals that he advised in and their reviews; no more."""

from __future__ import annotations

from flask.testing import FlaskClient

from database import db
from models import Transaction
from tests.applying import english, see
from tests.cast import Cast
from tests.review_support import approved, opened, published
from workflows import engine


def deals(cast: Cast) -> tuple[Transaction, Transaction]:
    """A deal in which Lin advised, and one of Bridge alone; committed."""
    his = approved(cast, title="Lin advised here")
    other = approved(cast, title="Without him", affiliation_id=None)
    db.session.commit()
    return his, other


def test_he_reads_his_deals_and_no_others(client: FlaskClient, cast: Cast) -> None:
    his, other = (deal.id for deal in deals(cast))
    english(client, cast.lin)
    page = see(client, "/workbench/transaction/").text
    assert "Lin advised here" in page
    assert "Without him" not in page
    assert "/workbench/transaction/new/" not in page
    assert "12,000.00" in see(client, f"/workbench/transaction/details/?id={his}").text
    assert see(client, f"/workbench/transaction/details/?id={other}").status_code == 404


def test_he_neither_writes_nor_files(client: FlaskClient, cast: Cast) -> None:
    his, _other = (deal.id for deal in deals(cast))
    english(client, cast.lin)
    assert client.get("/workbench/transaction/new/").status_code == 403
    assert client.get(f"/workbench/transaction/edit/?id={his}").status_code == 403
    row = db.session.get_one(Transaction, his)
    for verb in ("file", "withdraw", "approve", "revoke"):
        assert engine.perform(Transaction, verb, [row.id], cast.lin, reason="x").done == []


def test_he_reads_the_reviews_of_his_deals(client: FlaskClient, cast: Cast) -> None:
    _ours, theirs = published(cast, title="Lin advised here")
    _ours, foreign = published(cast, title="Without him", affiliation_id=None)
    ids = theirs.id, foreign.id
    db.session.commit()
    english(client, cast.lin)
    page = see(client, "/workbench/review/received/").text
    assert "Lin advised here" in page
    assert "Without him" not in page
    page = see(client, f"/workbench/review/details/?id={ids[0]}").text
    assert "Very thorough." in page
    assert "verb=reply" not in page  # the institution answers
    assert "verb=appeal" not in page
    assert see(client, f"/workbench/review/details/?id={ids[1]}").status_code == 404
    assert "Paid late." not in see(client, "/workbench/review/").text


def test_what_is_to_be_written_is_not_his_to_write(client: FlaskClient, cast: Cast) -> None:
    ours, theirs = opened(cast, title="Lin advised here")
    ids = ours.id, theirs.id
    db.session.commit()
    english(client, cast.lin)
    page = see(client, "/workbench/review/").text
    assert "Lin advised here" in page
    assert "verb=rate_enterprise" not in page
    ask = f"/workbench/review/ask/?verb=rate_enterprise&ids={ids[0]}"
    assert client.get(ask).status_code in (302, 403, 404)
    # the enterprise's is sealed from him
    assert see(client, f"/workbench/review/details/?id={ids[1]}").status_code == 404


def test_the_mails_that_he_gets_lead_somewhere(client: FlaskClient, cast: Cast) -> None:
    """What is told of his deal, he can open: the links of the notices are the workbench's."""
    his, _other = (deal.id for deal in deals(cast))
    english(client, cast.lin)
    assert see(client, "/workbench/").text.count("/workbench/transaction/") >= 1
    assert see(client, f"/workbench/transaction/details/?id={his}").status_code == 200
