"""The transitions that a person can be asked for, written out: a new one is listed here."""

VERBS = {
    "Activity": "approve reject revoke",
    "Affiliation": (
        "invite revoke revoke_return accept link step_back submit approve return reject "
        "unlink leave end"
    ),
    "AssociationMembership": "admit reject resign remove",
    "Confirmation": "ask_anew drop confirm deny fall_silent",
    "Consultant": "certify withdraw",
    "Demand": (
        "read accept decline log_contact propose_outcome record_outcome confirm dispute close "
        "withdraw chase assign hand_over"
    ),
    "Enquiry": "shortlist let_answer settle withdraw close",
    "EnquiryCandidate": "propose_again ask willing decline pick drop",
    "EnterpriseMembership": "agree admit verify decline withdraw remove expel leave",
    "FeaturedProduct": "submit withdraw discard approve return reject list delist take_down lift",
    "Institution": "submit approve return reject displace withdraw suspend lift revoke",
    "Invitation": "accept agree remind revoke replace",
    "ProductChange": "submit recall withdraw approve return reject",
    "ProfileChange": "approve reject withdraw",
    "Proposal": "confirm decline withdraw expire",
    "RegularOffer": "relist delist take_down lift item_retired item_restored",
    "Review": (
        "rate_enterprise rate_institution remind remind_again publish lapse void reply appeal "
        "dismiss hide restore"
    ),
    "Transaction": "file withdraw approve return reject revoke",
    "Objection": "uphold dismiss withdraw",
    "Verification": "approve send_code enter_code reject withdraw",
}
