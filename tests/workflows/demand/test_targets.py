"""A demand to a consultant: whom the page names, who hears of it, and when he takes none."""

from __future__ import annotations

import uuid

import pytest
from flask.testing import FlaskClient

from core.database import db
from models import Affiliation, AffiliationStatus, Demand, Institution, Mail, Notification
from tests.support.application import rows, sign_in
from tests.support.cast import Cast
from workflows import engine


def lin(cast: Cast) -> int:
    return cast.lins_link.consultant_id


def typed(cast: Cast, **values: object) -> dict[str, object]:
    return {
        "consultant": lin(cast),
        "form_key": str(uuid.uuid4()),
        "title": "Review a lease",
        "category_id": cast.law.id,
        "description": "Forty pages.",
        "contact_name": "Ann",
        "contact_phone": "13811112222",
        "contact_email": "ann@example.com",
        "consent": "y",
    } | values


def unlinked(cast: Cast) -> None:
    """Lin speaks for nobody: written as the past would have left it."""
    db.session.execute(
        Affiliation.__table__.update()
        .where(Affiliation.__table__.c.id == cast.lins_link.id)
        .values(status=AffiliationStatus.UNLINKED)
    )
    db.session.commit()


def test_the_form_names_the_consultant_and_his_institution(client: FlaskClient, cast: Cast) -> None:
    page = sign_in(client, cast.ann).get(f"/demands/new?consultant={lin(cast)}")
    assert page.status_code == 200
    assert "<strong>Lin</strong>" in page.text
    assert "Bridge Law" in page.text
    assert f'name="consultant" value="{lin(cast)}"' in page.text
    assert 'name="institution"' not in page.text


def test_posting_to_a_consultant_keeps_what_was_asked_for(client: FlaskClient, cast: Cast) -> None:
    answer = sign_in(client, cast.ann).post("/demands/new", data=typed(cast))
    (demand,) = rows(db.select(Demand))
    assert answer.location == f"/demands/{demand.id}/receipt"
    assert demand.institution_id == cast.bridge.id
    assert demand.affiliation_id == cast.lins_link.id
    assert demand.asked_for == {
        "kind": "consultant", "id": lin(cast), "name": "Lin", "title": "Lawyer",
    }  # fmt: skip
    assert "<strong>Lin</strong>" in client.get(answer.location).text
    assert "Lin" in client.get(f"/account/demands/{demand.id}").text


def test_institution_and_consultant_are_told(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.ann).post("/demands/new", data=typed(cast))
    mails = {(one.template, one.recipient) for one in rows(db.select(Mail))}
    assert mails == {
        ("demand_new", "reserved-bridge@example.com"),
        ("demand_for_you", "lin@example.com"),
        ("demand_posted", "ann@example.com"),
    }
    bells = {one.template for one in rows(db.select(Notification).filter_by(user_id=cast.lin.id))}
    assert bells == {"demand_for_you"}


def test_a_demand_to_the_institution_reaches_no_consultant(client: FlaskClient, cast: Cast) -> None:
    form = typed(cast, institution=cast.bridge.id)
    del form["consultant"]
    sign_in(client, cast.ann).post("/demands/new", data=form)
    (demand,) = rows(db.select(Demand))
    assert (demand.affiliation_id, demand.asked_for) == (None, {})
    assert "demand_for_you" not in {one.template for one in rows(db.select(Mail))}


def test_the_institution_reads_whom_it_was_addressed_to(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.ann).post("/demands/new", data=typed(cast))
    (demand,) = rows(db.select(Demand))
    page = sign_in(client, cast.bella).get(f"/workbench/demand/details/?id={demand.id}")
    assert page.status_code == 200
    assert "服务顾问： Lin" in page.text


def test_the_most_particular_of_several_targets_counts(client: FlaskClient, cast: Cast) -> None:
    form = typed(cast, institution=cast.rival.id)
    sign_in(client, cast.ann).post("/demands/new", data=form)
    (demand,) = rows(db.select(Demand))
    assert demand.institution_id == cast.bridge.id


@pytest.mark.parametrize("unknown", ["0", "99999", "abc", "9" * 30, "-1"])
def test_who_never_was_certified_is_not_there(
    client: FlaskClient, cast: Cast, unknown: str
) -> None:
    assert sign_in(client, cast.ann).get(f"/demands/new?consultant={unknown}").status_code == 404


def test_unlinked_while_the_form_was_open_keeps_the_typing(client: FlaskClient, cast: Cast) -> None:
    form = typed(cast)
    sign_in(client, cast.ann)
    unlinked(cast)
    page = client.get(f"/demands/new?consultant={form['consultant']}")
    assert page.status_code == 200
    assert 'name="form_key"' not in page.text
    answer = client.post("/demands/new", data=form)
    assert answer.status_code == 200
    assert "Forty pages." in answer.text
    assert 'role="alert"' in answer.text
    assert rows(db.select(Demand)) == []


def test_the_rule_holds_below_the_page(cast: Cast) -> None:
    from tests.support.demands import post_demand

    link = cast.lins_link.id
    unlinked(cast)
    with pytest.raises(ValueError, match=r"."):
        post_demand(cast, affiliation_id=link)


def test_a_consultant_of_a_suspended_institution_takes_none(
    client: FlaskClient, cast: Cast
) -> None:
    form = typed(cast)
    engine.perform(Institution, "suspend", [cast.bridge.id], cast.root, reason="A complaint.")
    db.session.commit()
    answer = sign_in(client, cast.ann).post("/demands/new", data=form)
    assert answer.status_code == 200
    assert rows(db.select(Demand)) == []


def test_a_consultant_posts_nothing_to_his_own_institution(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.lin)
    assert client.get(f"/demands/new?institution={cast.bridge.id}").status_code == 403
    assert client.post("/demands/new", data=typed(cast)).status_code == 403
    assert client.get(f"/demands/new?institution={cast.rival.id}").status_code == 200
