"""Aliases of bare tables for the subqueries of scopes, by the part that each plays there.

Subqueries are written on aliases of the bare tables: the guard rewrites entities, and would
recurse; an eager join rewrites the tables that it knows, and would tear the subquery apart.
"""

from __future__ import annotations

from models import (
    ActivityPart,
    Affiliation,
    CatalogueItem,
    Confirmation,
    Consultant,
    Demand,
    Enquiry,
    EnquiryCandidate,
    EnterpriseMembership,
    FeaturedProduct,
    Institution,
    Membership,
    Objection,
    ProductChange,
    ProfileChange,
    Qualification,
    Transaction,
    Verification,
)

membership = Membership.__table__.alias("held")
institution = Institution.__table__.alias("employer")
objection = Objection.__table__.alias("objected")
verification = Verification.__table__.alias("shown_by")
joined = EnterpriseMembership.__table__.alias("joined")
change = ProfileChange.__table__.alias("proposed")
link = Affiliation.__table__.alias("link")
consultant = Consultant.__table__.alias("advising")
transaction = Transaction.__table__.alias("filed")
product = FeaturedProduct.__table__.alias("product")
product_change = ProductChange.__table__.alias("product_change_of")
qualification = Qualification.__table__.alias("qualified")
demand = Demand.__table__.alias("asked")
enquiry = Enquiry.__table__.alias("sought")
candidate = EnquiryCandidate.__table__.alias("on_shortlist")
item = CatalogueItem.__table__.alias("in_catalogue")
answer = Confirmation.__table__.alias("answer")
part = ActivityPart.__table__.alias("part")
