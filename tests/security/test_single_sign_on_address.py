"""A single sign-on vouches for an address where it says so, and silence says nothing.

Seen: a provider that passed on no `email_verified` at all had its addresses taken for confirmed.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from accounts import identities
from core.database import db
from models import User

ISSUER = "https://issuer.example"


@pytest.mark.parametrize(
    ("said", "email"),
    [
        ({"email_verified": True}, "li@example.com"),
        ({"email_verified": "true"}, "li@example.com"),
        ({}, ""),
        ({"email_verified": None}, ""),
        ({"email_verified": False}, ""),
        ({"email_verified": "false"}, ""),
        ({"email_verified": "yes"}, ""),
        ({"email_verified": "1"}, ""),
        ({"email_verified": ["true"]}, ""),
        ({"email_verified": {"true": True}}, ""),
    ],
)
def test_an_address_counts_only_where_the_provider_vouches_for_it(app, said, email):
    claims = {"sub": "li", "email": "Li@Example.com"} | said
    assert identities.from_claims(ISSUER, claims, "code").email == email


def test_a_registration_that_nobody_confirmed_does_not_keep_the_owner_out(app, cast):
    squatter = User(
        email="li@example.com", name="Mallory", fs_uniquifier="m" * 32, active=True, password="x"
    )
    db.session.add(squatter)
    db.session.commit()
    claims = {"sub": "li", "email": "li@example.com", "email_verified": True, "name": "Li"}
    found = identities.find(identities.from_claims(ISSUER, claims, "code"), "en")
    db.session.commit()
    assert not found.password_needed
    (user,) = db.session.scalars(sa.select(User).where(User.email == "li@example.com"))
    assert (user.name, user.password) == ("Li", None)
    assert user.confirmed_at is not None
