"""What a person who left an enterprise still sees of the demands he posted."""

from __future__ import annotations

import pytest

import access
from core.clock import now
from core.database import db
from models import Demand, DemandStatus, EnterpriseMembership, EnterpriseMembershipStatus
from tests.support.application import sign_in
from tests.support.cast import Cast, verified


@pytest.fixture
def demands(cast: Cast) -> list[Demand]:
    """One that Ann posted for Acme, one in her own name."""
    made = [
        Demand(
            status=DemandStatus.READ,
            number=f"XQ-{name}",
            form_key=name,
            poster_id=cast.ann.id,
            enterprise_id=enterprise,
            institution_id=cast.bridge.id,
            category_id=cast.law.id,
            title=name,
            description="To be read.",
            contact_name="Ann",
            contact_phone="13812345678",
            contact_email="ann@example.com",
            consented_at=now(),
        )
        for name, enterprise in (("acme's", cast.acme.id), ("her own", None))
    ]
    db.session.add_all(made)
    held = db.session.query(EnterpriseMembership).filter_by(user_id=cast.ann.id).one()
    held.status = EnterpriseMembershipStatus.REMOVED
    db.session.commit()
    db.session.expire_all()
    return made


def test_she_sees_her_own_and_no_more_the_enterprises(app, cast: Cast, demands) -> None:
    seen = db.session.scalars(access.visible(cast.ann, Demand)).all()
    assert [one.title for one in seen] == ["her own"]
    assert [access.posted(cast.ann, one) for one in demands] == [False, True]
    client = sign_in(app.test_client(), cast.ann)
    theirs, own = (client.get(f"/account/demands/{one.id}").status_code for one in demands)
    assert (theirs, own) == (404, 200)


def test_a_colleague_goes_on_with_it(app, cast: Cast, demands) -> None:
    db.session.add(
        EnterpriseMembership(
            user_id=cast.bob.id,
            enterprise_id=cast.acme.id,
            status=EnterpriseMembershipStatus.MEMBER,
            **verified(),
        )
    )
    db.session.commit()
    client = sign_in(app.test_client(), cast.bob)
    theirs, hers = (client.get(f"/account/demands/{one.id}").status_code for one in demands)
    assert (theirs, hers) == (200, 404)
