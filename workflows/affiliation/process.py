"""Transition table of an affiliation: a consultant in an institution, invited, linked, unlinked."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from models import Affiliation, AffiliationStatus, Consultant
from workflows.affiliation import effects, notices, rules
from workflows.affiliation.forms import LeaveForm, UnlinkForm
from workflows.engine import Process, Transition, columns, parents, register
from workflows.engine.decisions import Decision, decisions
from workflows.invitation import rules as invitation_rules

S = AffiliationStatus

affiliations = register(
    Process[Affiliation](
        model=Affiliation,
        context=notices.context,
        locks=parents(Affiliation, ("consultant_id", Consultant)),
        loads=(
            joinedload(Affiliation.institution),
            joinedload(Affiliation.consultant).joinedload(Consultant.user),
        ),
        transitions=(
            Transition(
                name="add",
                label=lazy_gettext("Add the consultant"),
                done=lazy_gettext("Added by the institution"),
                source=frozenset(),
                target=S.ADDED,
                by=access.owns,
            ),
            Transition(
                name="invite",
                label=lazy_gettext("Invite"),
                done=lazy_gettext("Invited"),
                source=frozenset({S.ADDED, S.INVITED, S.REJECTED, S.UNLINKED}),
                target=S.INVITED,
                by=access.owns,
                guard=rules.may_invite,
                then=effects.send_invitation,
            ),
            Transition(
                name="revoke",
                label=lazy_gettext("Take the invitation back"),
                done=lazy_gettext("Invitation revoked"),
                source=frozenset({S.INVITED}),
                target=S.ADDED,
                by=invitation_rules.may_revoke,
                guard=rules.never_linked,
                then=effects.revoke_invitation,
                tone="danger",
                confirm=True,
            ),
            Transition(
                name="revoke_return",
                label=lazy_gettext("Take the invitation back"),
                done=lazy_gettext("Invitation revoked"),
                source=frozenset({S.INVITED}),
                target=S.UNLINKED,
                by=invitation_rules.may_revoke,
                guard=rules.was_linked,
                then=effects.revoke_invitation,
                tone="danger",
                confirm=True,
            ),
            Transition(
                name="accept",
                label=lazy_gettext("Accept the invitation"),
                done=lazy_gettext("Invitation accepted"),
                source=frozenset({S.INVITED}),
                target=S.ACCEPTED,
                by=rules.is_consultant,
                sets=columns.constant(reason=None, remarks={}),
                notices=(notices.notify_institution("consultant_accepted"),),
            ),
            Transition(
                name="link",
                label=lazy_gettext("Accept the invitation and be linked"),
                done=lazy_gettext("Linked again"),
                source=frozenset({S.INVITED}),
                target=S.LINKED,
                by=rules.is_consultant,
                guard=rules.free_to_link,
                sets=columns.stamped("linked_at", reason=None, remarks={}),
                notices=(
                    notices.notify_institution("consultant_linked"),
                    notices.notify_person("consultant_linked"),
                ),
                conflicts=rules.LINKED_ALREADY,
            ),
            Transition(
                name="step_back",
                label=lazy_gettext("Do not take part after all"),
                done=lazy_gettext("The consultant stepped back"),
                source=frozenset({S.ACCEPTED, S.SUBMITTED, S.RETURNED}),
                target=S.ADDED,
                by=rules.is_consultant,
                notices=(notices.notify_institution("consultant_stepped_back"),),
                tone="danger",
                confirm=True,
            ),
            Transition(
                name="submit",
                label=lazy_gettext("Submit for review"),
                done=lazy_gettext("Submitted for review"),
                source=frozenset({S.ACCEPTED, S.RETURNED}),
                target=S.SUBMITTED,
                by=rules.is_consultant,
                guard=rules.complete,
                sets=columns.stamped("submitted_at", reason=None, remarks={}),
                records=effects.snapshot_recorded,
                notices=(
                    notices.notify_person("consultant_received"),
                    notices.notify_reviewers("consultant_waiting"),
                ),
            ),
            *decisions(
                S.SUBMITTED,
                by=access.reviews_applications,
                approve=Decision(
                    done=lazy_gettext("Approved and linked"),
                    target=S.LINKED,
                    guard=rules.free_to_link,
                    sets=columns.stamped("linked_at", reason=None, remarks={}),
                    notices=(
                        notices.notify_person("consultant_approved"),
                        notices.notify_institution("consultant_approved"),
                    ),
                    then=effects.certify_consultants,
                    conflicts=rules.LINKED_ALREADY,
                ),
                send_back=Decision(
                    done=lazy_gettext("Returned for correction"),
                    target=S.RETURNED,
                    sets=columns.reason_and_remarks,
                    notices=(
                        notices.notify_person("consultant_returned"),
                        notices.notify_institution("consultant_returned"),
                    ),
                ),
                reject=Decision(
                    done=lazy_gettext("Rejected"),
                    target=S.REJECTED,
                    sets=columns.reason_and_remarks,
                    notices=(
                        notices.notify_person("consultant_rejected"),
                        notices.notify_institution("consultant_rejected"),
                    ),
                ),
            ),
            Transition(
                name="unlink",
                label=lazy_gettext("Unlink"),
                done=lazy_gettext("Unlinked by the institution"),
                source=frozenset({S.LINKED}),
                target=S.UNLINKED,
                by=access.owns,
                asks=UnlinkForm,
                sets=effects.end_columns,
                notices=(notices.notify_person("consultant_unlinked", kind=None),),
                then=effects.hand_over_demands,
                tone="danger",
            ),
            Transition(
                name="leave",
                label=lazy_gettext("Leave the institution"),
                done=lazy_gettext("Left the institution"),
                source=frozenset({S.LINKED}),
                target=S.UNLINKED,
                by=rules.is_consultant,
                asks=LeaveForm,
                sets=effects.end_columns,
                notices=(notices.notify_institution("consultant_left"),),
                then=effects.hand_over_demands,
                tone="danger",
            ),
            # follows when the certification, the consultant's or the institution's, is taken back
            Transition[Affiliation](
                name="end",
                label=lazy_gettext("End the link"),
                done=lazy_gettext("Link ended with the certification"),
                source=frozenset({S.LINKED}),
                target=S.UNLINKED,
                by=access.by_itself,
                sets=effects.end_columns,
                notices=(notices.notify_still_certified("consultant_ended"),),
                then=effects.hand_over_demands,
            ),
        ),
    )
)
