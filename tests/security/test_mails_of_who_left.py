"""The mails in development are still read after somebody closed their account.

Seen: nothing is left of their mails, which /dev/mails could not show: 500, for the whole list.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.database import db
from models import Mail
from tests.support.application import rows
from tests.support.applying import see
from tests.support.cast import Cast
from workflows.person import closing


def test_the_list_and_the_page_of_an_erased_mail(client: Any, cast: Cast) -> None:
    for person in (cast.otto, cast.bob):
        mail = Mail(
            key=f"about {person.id}",
            template="demand_assigned",
            recipient=person.email,
            locale="en",
            link="/",
            context={"number": "XQ1", "title": "Lease", "institution": "Bridge Law"},
        )
        db.session.add(mail)
    db.session.commit()
    closing.close(cast.otto, "Moved away")
    db.session.commit()
    (erased,) = rows(sa.select(Mail.id).where(Mail.recipient == "***"))
    assert see(client, "/dev/mails").status_code == 200
    assert f"/dev/mails/{erased}" not in see(client, "/dev/mails").text
    assert see(client, f"/dev/mails/{erased}").status_code == 404
    assert see(client, f"/dev/mails/{erased}/html").status_code == 404
    others = rows(sa.select(Mail.id).where(Mail.recipient == cast.bob.email))
    assert see(client, f"/dev/mails/{others[0]}").status_code == 200
