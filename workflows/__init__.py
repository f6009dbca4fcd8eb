"""Workflows: the state machine (process) of each subject, carried out by engine/.

Importing this package registers every process with the engine.
"""

from workflows import engine
from workflows.activity import process as activity_process
from workflows.affiliation import process as affiliation_process
from workflows.association import process as association_process
from workflows.confirmation import process as confirmation_process
from workflows.consultant import process as consultant_process
from workflows.demand import process as demand_process
from workflows.enquiry import candidate_process
from workflows.enquiry import process as enquiry_process
from workflows.institution import process as institution_process
from workflows.invitation import process as invitation_process
from workflows.offer import process as offer_process
from workflows.person import process as person_process
from workflows.product import change_process
from workflows.product import process as product_process
from workflows.profile_change import process as profile_change_process
from workflows.proposal import process as proposal_process
from workflows.review import process as review_process
from workflows.transaction import process as transaction_process

__all__ = [
    "activity_process",
    "affiliation_process",
    "association_process",
    "candidate_process",
    "change_process",
    "confirmation_process",
    "consultant_process",
    "demand_process",
    "engine",
    "enquiry_process",
    "institution_process",
    "invitation_process",
    "offer_process",
    "person_process",
    "product_process",
    "profile_change_process",
    "proposal_process",
    "review_process",
    "transaction_process",
]
