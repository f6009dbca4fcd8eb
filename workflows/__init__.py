"""The lives of things: engine/ carries transitions out, and each process is a readable table."""

from workflows import engine
from workflows.activity import activities
from workflows.affiliation import process as affiliation_process
from workflows.association import process as association_process
from workflows.confirmation import process as confirmation_process
from workflows.consultant import process as consultant_process
from workflows.demand import process as demand_process
from workflows.enquiry import candidate_process
from workflows.enquiry import process as enquiry_process
from workflows.institution import process as institution_process
from workflows.institution import staff
from workflows.invitation import process as invitation_process
from workflows.person import people, roles
from workflows.product import featured, offers, product_changes
from workflows.profile_change import process as profile_change_process
from workflows.review import process as review_process
from workflows.review import timing
from workflows.transaction import process as transaction_process

__all__ = [
    "activities",
    "affiliations",
    "association",
    "certification",
    "confirmations",
    "consultants",
    "demands",
    "engine",
    "enquiries",
    "enquiry_candidates",
    "featured",
    "invitations",
    "offers",
    "people",
    "product_changes",
    "profile_changes",
    "review_timing",
    "reviews",
    "roles",
    "staff",
    "transactions",
]
