"""Limits of a request's body, by endpoint, before anything reads it.

What is larger is refused by its declared length, unread (413), and so is what declares none.
A text belongs to a form without files; only the endpoints named here take files.
tests/security/test_body_limits.py holds the list against the forms of all pages.
"""

from __future__ import annotations

from flask import current_app, request
from flask_babel import gettext

MB = 1024 * 1024
TEXT = 1  # MB, of a form without files, and of the text in one with files
OF_A_VISITOR = 32  # MB: somebody whose session ended keeps what they typed beside their files
# endpoint -> MB. More than its files hold at 10 MB each (a spreadsheet: 20), so that a file that is
# too large is refused at its field, with all that was typed kept
WITH_FILES = {
    "activity.create_view": 224,
    "catalogue_item.import_file": 32,
    "consultant.create_view": 32,
    "consultant.edit_view": 32,
    "consultant_import.index": 32,
    "holiday.paste": 32,
    "my_product_change.begin_view": 128,
    "my_product_change.edit_view": 128,
    "park_import.index": 32,
    "product.create_view": 128,
    "product.edit_view": 128,
    "profile.propose": 32,
    "storefront.new_demand": 64,
    "storefront.save_certification": 128,
    "storefront.save_consultant": 128,
    "transaction.create_view": 128,
    "transaction.edit_view": 128,
}


def hold() -> None:
    """Request hook: hold the body to what its endpoint takes. Nobody is known yet."""
    if "Transfer-Encoding" in request.headers:  # no browser leaves the length of a form open
        request.max_content_length = 0
        return
    most = WITH_FILES.get(request.endpoint or "", TEXT) if is_multipart() else TEXT
    request.max_content_length = min(most, OF_A_VISITOR) * MB
    request.max_form_memory_size = TEXT * MB


def hold_to_known() -> None:
    """Let who is signed in send all that the endpoint takes."""
    if is_multipart() and request.max_content_length:
        request.max_content_length = WITH_FILES.get(request.endpoint or "", TEXT) * MB


def is_multipart() -> bool:
    """Whether the body may hold files: no other form does."""
    return request.mimetype == "multipart/form-data"


def too_large() -> str:
    """Return what to do where more was sent than is taken: the browser still has the form."""
    if "Transfer-Encoding" in request.headers:
        return gettext("What was sent does not say how long it is, so it was not read.")
    limit = (request.max_content_length or current_app.config["MAX_CONTENT_LENGTH"]) // MB
    if limit > TEXT and (request.content_length or 0) > limit * MB:
        return gettext(
            "What you sent is larger than %(limit)s MB and was not taken. Go back with your "
            "browser: what you typed is still there. Choose fewer or smaller files, of 10 MB at "
            "most each, and send again.",
            limit=limit,
        )
    return gettext(
        "What you typed is longer than %(limit)s MB and was not taken. Go back with your browser: "
        "it is still there. Shorten it, and send again.",
        limit=TEXT,
    )
