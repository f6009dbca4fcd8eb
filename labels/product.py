"""What institutions offer."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import LazyString, lazy_gettext

from models import (
    OfferStatus,
    PriceKind,
    ProductChangeStatus,
    ProductStatus,
    SearchKind,
)

LABELS: dict[type[StrEnum], dict[StrEnum, LazyString]] = {
    PriceKind: {
        PriceKind.FIXED: lazy_gettext("Fixed price"),
        PriceKind.RANGE: lazy_gettext("Price range"),
        PriceKind.AGREEMENT: lazy_gettext("By agreement"),
    },
    OfferStatus: {
        OfferStatus.LISTED: lazy_gettext("Listed"),
        OfferStatus.DELISTED: lazy_gettext("Delisted"),
        OfferStatus.TAKEN_DOWN: lazy_gettext("Taken down by the platform"),
    },
    ProductStatus: {
        ProductStatus.DRAFT: lazy_gettext("Draft"),
        ProductStatus.SUBMITTED: lazy_gettext("Awaiting review"),
        ProductStatus.RETURNED: lazy_gettext("Returned for correction"),
        ProductStatus.REJECTED: lazy_gettext("Rejected"),
        ProductStatus.APPROVED: lazy_gettext("Approved, not listed"),
        ProductStatus.LISTED: lazy_gettext("Listed"),
        ProductStatus.DELISTED: lazy_gettext("Delisted"),
        ProductStatus.TAKEN_DOWN: lazy_gettext("Taken down by the platform"),
        ProductStatus.DISCARDED: lazy_gettext("Deleted by the institution"),
    },
    ProductChangeStatus: {
        ProductChangeStatus.DRAFT: lazy_gettext("Draft"),
        ProductChangeStatus.SUBMITTED: lazy_gettext("Awaiting review"),
        ProductChangeStatus.RETURNED: lazy_gettext("Returned for correction"),
        ProductChangeStatus.APPROVED: lazy_gettext("Approved"),
        ProductChangeStatus.REJECTED: lazy_gettext("Rejected"),
        ProductChangeStatus.WITHDRAWN: lazy_gettext("Withdrawn"),
    },
    SearchKind: {
        SearchKind.INSTITUTION: lazy_gettext("Service institutions"),
        SearchKind.CONSULTANT: lazy_gettext("Consultants"),
        SearchKind.PRODUCT: lazy_gettext("Featured products"),
        SearchKind.ITEM: lazy_gettext("Regular products"),
    },
}
