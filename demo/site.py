"""Announcements of the demo park, and its standing pages."""

from __future__ import annotations

from content import pages
from core.clock import now
from core.database import db
from demo.park import Park, read
from models import Announcement, SiteSetting
from workflows.person import consents


def load(park: Park) -> None:
    """Write the announcements of data/demo/announcements.json, and everybody's consents.

    A second factor is offered and not required, so that the accounts of README work as printed.
    """
    pages.load()
    db.session.add(SiteSetting(key="staff_second_factor", value=""))
    for entry in read("announcements"):
        with park.at(entry["days_ago"]):
            db.session.add(
                Announcement(
                    title=entry["title"],
                    title_en=entry["title_en"],
                    body=entry["body"],
                    body_en=entry["body_en"],
                    pinned=entry.get("pinned", False),
                    publish_at=now(),
                    author_id=park.administrator.id,
                )
            )
    for user in park.people.values():
        consents.give(user)
    db.session.flush()
