"""Whether people of both sides of a transaction signed in from one network, or with one device.

A park has offices that share a line: the same network is worth a look, the same browser in it
more. What is compared is on record for each sign-in, without the last part of the address.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

from core.clock import now
from models import (
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Membership,
    SignIn,
    Transaction,
)
from workflows.engine import Words
from workflows.transaction.related_sides import unguarded

BACK = timedelta(days=180)  # for which sign-ins are looked at
Place = tuple[str, str]  # network and browser


def same_place(rows: Sequence[Transaction]) -> dict[int, tuple[Words, bool]]:
    """Return for each row whose sides share a place: in words, and whether it is one device."""
    ours = _people(Membership.institution_id, {row.institution_id for row in rows},
                   Membership.active.is_(sa.true()))  # fmt: skip
    theirs = _people(
        EnterpriseMembership.enterprise_id,
        {row.enterprise_id for row in rows if row.enterprise_id is not None},
        EnterpriseMembership.status == EnterpriseMembershipStatus.MEMBER,
    )
    people = {one for group in (*ours.values(), *theirs.values()) for one in group}
    places = _places(people)
    found: dict[int, tuple[Words, bool]] = {}
    for row in rows:
        mine = _of(places, ours.get(row.institution_id, set()))
        other = _of(places, theirs.get(row.enterprise_id or 0, set()))
        devices = {place for place in mine & other if place[1]}
        networks = {place[0] for place in mine} & {place[0] for place in other}
        if devices:
            network, _browser = min(devices)
            words = lazy_gettext(
                "People of both sides signed in from one network with the same browser: "
                "%(network)s.",
                network=network,
            )
            found[row.id] = (words, True)
        elif networks:
            words = lazy_gettext(
                "People of both sides signed in from one network: %(network)s.",
                network=min(networks),
            )
            found[row.id] = (words, False)
    return found


def _of(places: dict[int, set[Place]], people: set[int]) -> set[Place]:
    return {place for person in people for place in places.get(person, ())}


def _people(
    owner: Any,
    ids: Collection[int],
    now_there: sa.ColumnElement[bool],
) -> dict[int, set[int]]:
    """Return the ids of who works for, or acts for, each owner now."""
    found: dict[int, set[int]] = {}
    if ids:
        query = sa.select(owner.label("owner"), owner.class_.user_id.label("person"))
        for row in unguarded(query.where(owner.in_(ids), now_there)):
            found.setdefault(row.owner, set()).add(row.person)
    return found


def _places(people: Collection[int]) -> dict[int, set[Place]]:
    """Return from where each of these people signed in. This machine itself is no place."""
    found: dict[int, set[Place]] = {}
    if not people:
        return found
    query = (
        sa.select(SignIn.user_id, SignIn.address, SignIn.browser)
        .where(SignIn.user_id.in_(people), SignIn.at > now() - BACK, SignIn.address != "")
        .distinct()
    )
    for row in unguarded(query):
        if not ip_network(row.address).is_loopback:
            found.setdefault(row.user_id, set()).add((row.address, row.browser))
    return found
