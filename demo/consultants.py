"""The consultants of the demo park, in every state; with accounts where they accepted."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from PIL import Image, ImageDraw

import uploads
from core.clock import now
from core.database import db
from demo.park import Park, read
from models import (
    Affiliation,
    AttachmentKind,
    Category,
    Consultant,
    Invitation,
    Mail,
    MailStatus,
    Qualification,
    User,
)
from workflows import engine
from workflows.invitation import effects as invitation_effects

UNANSWERED = ("added", "invited", "opened", "bounced", "expired")
SHADES = ("#0b5563", "#8a5a2b", "#4a5d3a", "#5b4a7a", "#9a3f3f")


def load(park: Park) -> None:
    """Raise the consultants of data/demo/consultants.json."""
    walk(park, read("consultants"))


def walk(park: Park, data: list[dict[str, Any]]) -> None:
    """Walk every consultant of `data` to the state that the data names."""
    categories = {row.slug: row for row in db.session.scalars(sa.select(Category))}
    for place, entry in enumerate(data):
        add(park, entry, categories, SHADES[place % len(SHADES)])


def add(park: Park, entry: dict[str, Any], categories: dict[str, Category], shade: str) -> None:
    owner = park.people[f"{entry['institution']}@demo.example"]
    days = entry["days_ago"] + (12 if entry["status"] == "expired" else 0)
    with park.at(days):
        note = Consultant(
            name=entry["name"],
            title=entry["title"],
            email=f"{entry['slug']}@demo.example",
            mobile=f"139{hash_of(entry['slug']):08d}",
            introduction=entry["introduction"],
        )
        note.specialities = [categories[slug] for slug in entry["specialities"]]
        engine.create(note, "note", owner)
        institution = park.institutions[entry["institution"]]
        row = Affiliation(institution_id=institution.id, consultant_id=note.id, adder_id=owner.id)
        engine.create(row, "add", owner)
        qualify(note, entry.get("qualification"))
    if entry["status"] != "added":
        park.step(row, "invite", owner, days - 0.5)
    if entry["status"] in ("opened", "bounced"):
        receive(park, row, entry, days)
    if entry["status"] not in UNANSWERED:
        certify(park, row, entry, days, shade)


def receive(park: Park, row: Affiliation, entry: dict[str, Any], days: float) -> None:
    """The person opens the link and leaves it at that; or the mail finds no mailbox."""
    invitation = db.session.scalars(
        sa.select(Invitation).where(Invitation.affiliation_id == row.id)
    ).one()
    if entry["status"] == "opened":
        with park.at(days - 1):
            invitation_effects.opened(invitation)
        return
    db.session.execute(
        sa.update(Mail)
        .where(Mail.template == "consultant_invited", Mail.recipient == invitation.email)
        .values(status=MailStatus.DEAD, attempts=1, error="550 5.1.1 No such mailbox")
    )


def certify(park: Park, row: Affiliation, entry: dict[str, Any], days: float, shade: str) -> None:
    """The person registers, accepts, fills in and submits; the platform decides."""
    with park.at(days - 1):
        person = park.person(f"{entry['slug']}@demo.example", entry["name"])
    invitation = db.session.scalars(
        sa.select(Invitation).where(Invitation.affiliation_id == row.id)
    ).one()
    park.step(invitation, "agree", person, days - 1)
    if entry["status"] == "accepted":
        return
    with park.at(days - 1.2):
        fill_in(row.consultant, person, shade)
    park.step(row, "submit", person, days - 1.5)
    judge = park.administrator
    if entry["status"] == "linked":
        park.step(row, "approve", judge, days - 2)
    elif entry["status"] == "returned":
        park.step(row, "return", judge, days - 2, reason=entry["reason"], remarks=entry["remarks"])
    elif entry["status"] == "rejected":
        park.step(row, "reject", judge, days - 2, reason=entry["reason"])


def qualify(consultant: Consultant, data: dict[str, Any] | None) -> None:
    if data is not None:
        ends = data["valid_days"]
        day: date | None = None if ends is None else (now() + timedelta(days=ends)).date()
        db.session.add(
            Qualification(
                consultant_id=consultant.id,
                name=data["name"],
                number=data["number"],
                issuer=data["issuer"],
                valid_until=day,
            )
        )
        db.session.flush()
        db.session.expire(consultant, ["qualifications"])


def fill_in(consultant: Consultant, person: User, shade: str) -> None:
    engine.edit(consultant, person, {"consented_at": now(), "publishes_email": True})
    photo = uploads.check(portrait(shade), f"{consultant.name}.png")
    uploads.attach(consultant, AttachmentKind.PHOTO, photo, person)
    for qualification in consultant.qualifications:
        scan = uploads.check(portrait("#fdfaf2"), f"{qualification.name}.png")
        uploads.attach(qualification, AttachmentKind.QUALIFICATION, scan, person)


def portrait(shade: str) -> bytes:
    """Draw a stand-in for a photo: a head and shoulders."""
    picture = Image.new("RGB", (240, 300), "#e8efee")
    drawing = ImageDraw.Draw(picture)
    drawing.ellipse((75, 60, 165, 165), fill=shade)
    drawing.pieslice((30, 175, 210, 425), 180, 360, fill=shade)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def hash_of(slug: str) -> int:
    """A number that is the same at every run."""
    return int.from_bytes(slug.encode()[:8], "big") % 10**8
