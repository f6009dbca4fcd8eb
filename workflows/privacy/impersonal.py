"""The tables that hold nothing of a person: their columns, so that a new one is thought about."""

from __future__ import annotations

from workflows.privacy.declaration import LIVING, STAMPED, Declared

SCORE = (
    "id category_id score base slope mean ratings stars deals parts former_place former_month"
    " computed_at"
)
PRICE = "price_kind price_from price_to price_unit"
COLUMNS = {
    "activity_part": f"{STAMPED} activity_id institution_id role points",
    "association_membership": f"{LIVING} institution_id reason",
    "cache_mark": "name value",
    "catalogue_item": f"{STAMPED} category_id name covers duration documents retired {PRICE}",
    "category": f"{STAMPED} parent_id slug name name_en icon position retired",
    "enquiry_candidate": f"{LIVING} enquiry_id institution_id note",
    "enterprise": f"{STAMPED} credit_code name remark",
    "event_seal": "id first_id last_id count entries previous hash signature key_id at newest_at"
    " released_at",
    "holiday": "id day kind name version",
    "institution_category": "institution_id category_id",
    "institution_score": f"{SCORE} institution_id",
    "job_run": "id name due_at started_at finished_at leased_until turn moved error",
    "page": f"{STAMPED} slug edition edited_at title title_en body body_en",
    "product_affiliation": "product_id affiliation_id institution_id",
    "regular_offer": f"{LIVING} institution_id item_id duration remark reason {PRICE}",
    "score_mark": "id kind subject_id marked_at",
    "site_setting": "key value",
    "staff_role": f"{STAMPED} name name_en",
    "staff_role_duty": "role_id duty",
    "task_row": "task_id row_id seen reason",
}
IMPERSONAL = tuple(Declared(table=table, plain=columns) for table, columns in COLUMNS.items())
