"""What the journal says of a step that was taken, in the past tense."""

from __future__ import annotations

from flask_babel import LazyString, lazy_gettext

from models import Event

EDITED = lazy_gettext("Changed")

WORDS: dict[tuple[str, str], LazyString] = {
    ("institution", "start"): lazy_gettext("Application started"),
    ("institution", "submit"): lazy_gettext("Submitted for review"),
    ("institution", "approve"): lazy_gettext("Approved and certified"),
    ("institution", "return"): lazy_gettext("Returned for correction"),
    ("institution", "reject"): lazy_gettext("Rejected"),
    ("institution", "withdraw"): lazy_gettext("Application withdrawn"),
    ("institution", "suspend"): lazy_gettext("Suspended"),
    ("institution", "lift"): lazy_gettext("Suspension lifted"),
    ("institution", "revoke"): lazy_gettext("Certification revoked"),
    ("institution", "file_added"): lazy_gettext("File added"),
    ("institution", "file_removed"): lazy_gettext("File removed"),
    ("attachment", "download"): lazy_gettext("Downloaded"),
    ("institution", "staff_joined"): lazy_gettext("A colleague joined"),
    ("institution", "staff_removed"): lazy_gettext("A colleague was removed"),
    ("institution", "owner_made"): lazy_gettext("A colleague became an owner"),
    ("association_membership", "apply"): lazy_gettext("Membership applied for"),
    ("association_membership", "admit"): lazy_gettext("Admitted to the association"),
    ("association_membership", "reject"): lazy_gettext("Not admitted"),
    ("association_membership", "resign"): lazy_gettext("Resigned"),
    ("association_membership", "remove"): lazy_gettext("Removed from the association"),
    ("demand", "post"): lazy_gettext("Demand posted"),
    ("demand", "read"): lazy_gettext("Read by the institution"),
    ("demand", "contact_revealed"): lazy_gettext("The institution looked at the contact"),
    ("demand", "accept"): lazy_gettext("Accepted by the institution"),
    ("demand", "decline"): lazy_gettext("Declined by the institution"),
    ("demand", "record_outcome"): lazy_gettext("Outcome recorded by the institution"),
    ("demand", "confirm"): lazy_gettext("Outcome confirmed by the enterprise"),
    ("demand", "dispute"): lazy_gettext("Outcome disputed by the enterprise"),
    ("demand", "withdraw"): lazy_gettext("Withdrawn by the enterprise"),
    ("enterprise_membership", "join"): lazy_gettext("Joined the enterprise"),
    ("enterprise_membership", "request"): lazy_gettext("Asked to join the enterprise"),
    ("enterprise_membership", "agree"): lazy_gettext("Agreed to"),
    ("enterprise_membership", "decline"): lazy_gettext("Not agreed to"),
    ("enterprise_membership", "withdraw"): lazy_gettext("Request withdrawn"),
    ("enterprise_membership", "remove"): lazy_gettext("Removed"),
    ("enterprise_membership", "leave"): lazy_gettext("Left the enterprise"),
    ("invitation", "send"): lazy_gettext("Invited"),
    ("invitation", "accept"): lazy_gettext("Invitation accepted"),
    ("invitation", "revoke"): lazy_gettext("Invitation revoked"),
    ("invitation", "ask"): lazy_gettext("Invited"),
    ("invitation", "agree"): lazy_gettext("Invitation accepted"),
    ("invitation", "opened"): lazy_gettext("The link was opened"),
    ("invitation", "asked_again"): lazy_gettext("A new invitation was asked for"),
    ("invitation", "remind"): lazy_gettext("Reminded"),
    ("invitation", "replace"): lazy_gettext("Replaced by a newer invitation"),
    ("consultant", "file_added"): lazy_gettext("File added"),
    ("consultant", "note"): lazy_gettext("Noted by an institution"),
    ("consultant", "certify"): lazy_gettext("Approved and certified"),
    ("affiliation", "add"): lazy_gettext("Added by the institution"),
    ("affiliation", "invite"): lazy_gettext("Invited"),
    ("affiliation", "revoke"): lazy_gettext("Invitation revoked"),
    ("affiliation", "revoke_return"): lazy_gettext("Invitation revoked"),
    ("affiliation", "accept"): lazy_gettext("Invitation accepted"),
    ("affiliation", "link"): lazy_gettext("Linked again"),
    ("affiliation", "step_back"): lazy_gettext("The consultant stepped back"),
    ("affiliation", "submit"): lazy_gettext("Submitted for review"),
    ("affiliation", "approve"): lazy_gettext("Approved and linked"),
    ("affiliation", "return"): lazy_gettext("Returned for correction"),
    ("affiliation", "reject"): lazy_gettext("Rejected"),
    ("profile_change", "propose"): lazy_gettext("Change proposed"),
    ("profile_change", "approve"): lazy_gettext("Change approved"),
    ("profile_change", "reject"): lazy_gettext("Change rejected"),
    ("profile_change", "withdraw"): lazy_gettext("Change withdrawn"),
    ("holiday", "remove"): lazy_gettext("Taken out of the calendar"),
    ("user", "appoint"): lazy_gettext("Made an administrator"),
    ("user", "link_identity"): lazy_gettext("Single sign-on linked"),
    ("park_enterprise", "import"): lazy_gettext("Register imported"),
}


def said(event: Event) -> LazyString | str:
    """Return what happened, for a timeline; a step without words here shows its own name."""
    return WORDS.get(
        (event.subject_type, event.name), EDITED if event.name == "edit" else event.name
    )
