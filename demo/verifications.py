"""People who act for an enterprise and wait to be verified: one with a licence, one for a code."""

from __future__ import annotations

from typing import Any

import uploads
from demo.institutions import licence
from demo.park import Park
from models import AccountKind
from workflows.person import entering
from workflows.verification import handing_in

DAYS = (2, 1)  # ago, in which they asked


def load(park: Park, waiting: list[dict[str, Any]]) -> None:
    for entry, days in zip(waiting, DAYS, strict=True):
        with park.at(days + 1):
            user = park.person(entry["email"], entry["name"], kind=AccountKind.ENTERPRISE)
            membership = entering.enter(user, entry["credit_code"])
        with park.at(days):
            scan = licence(entry["credit_code"])
            files = [uploads.check(scan, "licence.png")] if entry["licence"] else []
            handing_in.hand_in(membership, user, entry["note"], files)
