"""Files read with any duty. Seen: a role with the duty `dispatch` alone downloaded contracts and
licences, though it could open neither transactions nor applications."""

from __future__ import annotations

from typing import Any

import pytest

from access.duties import READS_FILES
from core.database import db
from models import AttachmentKind, Duty
from tables.attachment import OWNERS
from tests.access.test_duties import holder
from tests.support.applying import english, see
from tests.support.cast import Cast
from uploads import Upload, attach

READ_BY = {
    "institution_id": {"applications", "sanctions", "audit"},
    "transaction_id": {"trade", "sanctions", "audit"},
    "activity_id": {"trade", "audit"},
    "demand_id": {"applications", "trade", "dispatch", "sanctions", "audit"},
}


def test_every_owner_of_a_file_is_decided() -> None:
    assert set(READS_FILES) == set(OWNERS)
    assert {owner: set(READS_FILES[owner]) for owner in READ_BY} == READ_BY


@pytest.mark.parametrize("duty", list(Duty))
def test_a_licence_is_read_by_who_decides_on_it(client: Any, cast: Cast, duty: Duty) -> None:
    licence = Upload(b"%PDF-1.4", "application/pdf", "licence.pdf")
    file = attach(cast.bridge, AttachmentKind.LICENCE, licence, cast.bella)
    db.session.commit()
    english(client, holder(duty))
    allowed = duty in {Duty.APPLICATIONS, Duty.SANCTIONS, Duty.AUDIT}
    assert see(client, f"/attachments/{file.id}").status_code == (200 if allowed else 404)
