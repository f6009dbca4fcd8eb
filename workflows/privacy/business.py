"""What is kept of people in demands, deals and reviews: records of business, and contacts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

from workflows.privacy.declaration import (
    LIVING,
    RECORD,
    STAMPED,
    TABLES,
    Closing,
    Condition,
    Declared,
    Ground,
)

_demand = TABLES["demand"].c
_enquiry = TABLES["enquiry"].c
_institution = TABLES["institution"].c
CONTACT = "contact_name contact_phone contact_email"
REQUESTED = (
    "number form_key enterprise_id category_id title description budget wanted_by consented_at"
)


def demands_of(user: Any) -> Condition:
    """The person's demands, and what a colleague's pick made of their enquiry."""
    became = sa.select(_enquiry.demand_id).where(
        _enquiry.poster_id == user.id, _enquiry.demand_id.is_not(None)
    )
    return sa.or_(_demand.poster_id == user.id, _demand.id.in_(became))


def _never_certified(user: Any) -> Condition:
    return sa.and_(_institution.applicant_id == user.id, _institution.certified_at.is_(None))


BUSINESS = (
    Declared(
        table="demand",
        plain=f"{LIVING} {REQUESTED} institution_id affiliation_id product_id offer_id asked_for"
        " sent_on_from_id reason outcome contacted_by contacted_on amount outcome_remark proposal",
        kept="poster_id",
        erased=CONTACT,
        what=lazy_gettext("Contact of a demand: the person, telephone and e-mail that you give"),
        why=lazy_gettext(
            "It is passed on to the institution that you chose; each look at it is on record"
        ),
        ground=Ground.CONSENT,
        period=RECORD,
        closing=Closing.ERASE,
        of=demands_of,
        part="demands",
    ),
    Declared(
        table="enquiry",
        plain=f"{LIVING} {REQUESTED} asked_at reason demand_id",
        kept="poster_id",
        erased=CONTACT,
        period=RECORD,
        closing=Closing.ERASE,
        owner="poster_id",
        part="enquiries",
    ),
    Declared(
        table="institution",
        plain=f"{LIVING} name credit_code introduction address website founded staff_count"
        " wants_association submitted_at certified_at remarks",
        kept="applicant_id",
        erased=f"{CONTACT} contact_mobile",
        what=lazy_gettext("Contact of an institution: the person, telephone and e-mail"),
        why=lazy_gettext("To reach the institution"),
        period=RECORD,
        end=lazy_gettext("Erased where it was never certified; else it is the institution's own"),
        closing=Closing.ERASE,
        owner="applicant_id",
        closes=_never_certified,
        part="applications",
    ),
    Declared(
        table="review",
        plain=f"{LIVING} side transaction_id institution_id enterprise_id affiliation_id scores"
        " stars consultant_stars due_at reminders sealed_at published_at replied_at appealed_at"
        " appeal_decided_at reason",
        kept="author_id comment reply appeal",
        what=lazy_gettext("Deals, reviews and activities that you filed or decided"),
        why=lazy_gettext("They are the records of a business, and are counted in the ranking"),
        ground=Ground.LAW,
        period=RECORD,
        owner="author_id",
        part="reviews",
    ),
    Declared(
        table="transaction",
        plain=f"{LIVING} number form_key institution_id demand_id enterprise_id enterprise_name"
        " enterprise_code affiliation_id product_id offer_id category_id title remark amount"
        " signed_on service_from service_to contract_number invoice_number filed_at approved_at"
        " related reason remarks",
        kept="filer_id",
        period=RECORD,
        owner="filer_id",
        part="deals",
    ),
    Declared(
        table="confirmation",
        plain=f"{LIVING} transaction_id due_at reason",
        kept="answered_by_id",
        hidden="token_hash",
        period=RECORD,
        owner="answered_by_id",
        part="confirmations",
    ),
    Declared(
        table="activity",
        plain=f"{LIVING} source title held_on authority participants description message_id"
        " unproven form_key reason",
        kept="registrar_id",
        period=RECORD,
        owner="registrar_id",
        part="activities",
    ),
    Declared(
        table="featured_product",
        plain=f"{LIVING} institution_id category_id schema_id approved_at listed_at form_key name"
        " summary description parameters remarks reason submitted_at price_kind price_from"
        " price_to price_unit",
        kept="author_id",
        period=RECORD,
        owner="author_id",
        part="products",
    ),
    Declared(
        table="product_change",
        plain=f"{LIVING} product_id category_id schema_id dropped_files name summary description"
        " parameters remarks reason submitted_at",
        kept="author_id",
        period=RECORD,
        owner="author_id",
    ),
    Declared(
        table="profile_change",
        plain=f"{LIVING} institution_id name credit_code reason",
        kept="proposer_id",
        period=RECORD,
        owner="proposer_id",
    ),
    Declared(
        table="park_enterprise",
        plain=f"{STAMPED} credit_code name address updated_at",
        kept="legal_person",
        what=lazy_gettext("The park's register: the legal person of an enterprise"),
        why=lazy_gettext("To find deals between related parties"),
        ground=Ground.LAW,
        period=RECORD,
    ),
)
