"""How a consultant comes to an institution: added, invited, and his answer."""

from __future__ import annotations

from flask_babel import lazy_gettext

import access
from core.clock import now
from models import Affiliation, AffiliationStatus, Invitation, User
from workflows.consultant import affiliation_rules as rules
from workflows.engine import Answers, Transition, begin, perform
from workflows.invitation.rules import may_revoke
from workflows.invitation.state import live_ids
from workflows.invitation.tokens import with_token

S = AffiliationStatus


def with_invitation(rows: list[Affiliation], actor: User, _answers: Answers) -> None:
    """A new link goes out, and the one before it opens nothing any more."""
    perform(Invitation, "replace", live_ids(rows), actor)
    for row in rows:
        account = row.consultant.user
        invitation = Invitation(
            institution_id=row.institution_id,
            affiliation_id=row.id,
            email=(account.email if account else row.consultant.email).lower(),
        )
        begin(with_token(invitation), "ask", actor)


def without_invitation(rows: list[Affiliation], actor: User, _answers: Answers) -> None:
    perform(Invitation, "revoke", live_ids(rows), actor)


INVITING: tuple[Transition, ...] = (
    Transition(
        name="add",
        label=lazy_gettext("Add the consultant"),
        source=frozenset(),
        target=S.ADDED,
        by=access.owns,
    ),
    Transition(
        name="invite",
        label=lazy_gettext("Invite"),
        source=frozenset({S.ADDED, S.INVITED, S.REJECTED, S.UNLINKED}),
        target=S.INVITED,
        by=access.owns,
        guard=rules.may_invite,
        then=with_invitation,
    ),
    Transition(
        name="revoke",
        label=lazy_gettext("Take the invitation back"),
        source=frozenset({S.INVITED}),
        target=S.ADDED,
        by=may_revoke,
        guard=rules.never_linked,
        then=without_invitation,
        tone="danger",
        confirm=True,
    ),
    Transition(
        name="revoke_return",
        label=lazy_gettext("Take the invitation back"),
        source=frozenset({S.INVITED}),
        target=S.UNLINKED,
        by=may_revoke,
        guard=rules.was_linked,
        then=without_invitation,
        tone="danger",
        confirm=True,
    ),
    Transition(
        name="accept",
        label=lazy_gettext("Accept the invitation"),
        source=frozenset({S.INVITED}),
        target=S.ACCEPTED,
        by=rules.himself,
        sets=lambda _answers, _actor: {"reason": None, "remarks": {}},
        tells=(rules.tell_institution("consultant_accepted"),),
    ),
    Transition(
        name="link",
        label=lazy_gettext("Accept the invitation and be linked"),
        source=frozenset({S.INVITED}),
        target=S.LINKED,
        by=rules.himself,
        guard=rules.free_to_link,
        sets=lambda _answers, _actor: {"linked_at": now(), "reason": None, "remarks": {}},
        tells=(
            rules.tell_institution("consultant_linked"),
            rules.tell_person("consultant_linked"),
        ),
        conflicts=rules.LINKED_ALREADY,
    ),
    Transition(
        name="step_back",
        label=lazy_gettext("Do not take part after all"),
        source=frozenset({S.ACCEPTED, S.SUBMITTED, S.RETURNED}),
        target=S.ADDED,
        by=rules.himself,
        tells=(rules.tell_institution("consultant_stepped_back"),),
        tone="danger",
        confirm=True,
    ),
)
