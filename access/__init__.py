"""Access control: who sees what (scopes of rows), and who may do what (permissions).

The policy is a line for each kind of thing: `workbench_scopes` (what an institution's people work
with), `account_scopes` (what an enterprise's people hold), `public_scopes` (what stands on the
storefront). `scopes` answers with a condition on a table; what has no line is seen by the
platform's staff alone. `predicates` name who may do a thing, `duties` what of it the staff may.
"""

from access.actors import SYSTEM, Bearer
from access.duties import (
    Holds,
    audits,
    dispatches,
    duties_of,
    edits_content,
    exports,
    holding,
    holds,
    manages_people,
    reads_file,
    rejects,
    reviews_applications,
    reviews_trade,
    runs_system,
    sanctions,
)
from access.predicates import (
    OfEnterprise,
    OfInstitution,
    OfPoster,
    answers,
    anyone,
    applied,
    bought,
    by_itself,
    consulted_institution_ids,
    enterprise_ids,
    in_charge,
    institution_ids,
    is_staff,
    owns,
    posted,
    proposes,
    stands_for,
    verified_enterprise_ids,
    works_for,
)
from access.public_scopes import has_a_page, known, once_listed, published
from access.scopes import account, sees, visible, workbench
from access.subqueries import AT_WORK, Condition
from access.unverified import unverified_among

__all__ = [
    "AT_WORK",
    "SYSTEM",
    "Bearer",
    "Condition",
    "Holds",
    "OfEnterprise",
    "OfInstitution",
    "OfPoster",
    "account",
    "answers",
    "anyone",
    "applied",
    "audits",
    "bought",
    "by_itself",
    "consulted_institution_ids",
    "dispatches",
    "duties_of",
    "edits_content",
    "enterprise_ids",
    "exports",
    "has_a_page",
    "holding",
    "holds",
    "in_charge",
    "institution_ids",
    "is_staff",
    "known",
    "manages_people",
    "once_listed",
    "owns",
    "posted",
    "proposes",
    "published",
    "reads_file",
    "rejects",
    "reviews_applications",
    "reviews_trade",
    "runs_system",
    "sanctions",
    "sees",
    "stands_for",
    "unverified_among",
    "verified_enterprise_ids",
    "visible",
    "workbench",
    "works_for",
]
