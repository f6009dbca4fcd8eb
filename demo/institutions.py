"""Institutions of the demo park, each walked to the state that the data names."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw

import uploads
from demo.park import Park, read
from models import AttachmentKind, Category, Institution, User
from workflows import engine


def load(park: Park, categories: dict[str, Category]) -> None:
    """Found the institutions of data/demo/institutions.json."""
    for entry in read("institutions"):
        found(park, entry, categories)


def found(park: Park, entry: dict[str, Any], categories: dict[str, Category]) -> None:
    """Walk an application to the state that the data names."""
    decided = entry["status"] in ("certified", "suspended")
    days = entry.get("submitted_days", 120 if decided else 10)
    with park.at(days + 1):
        owner = park.person(f"{entry['slug']}@demo.example", entry["owner"])
        institution = apply(park, entry, owner, [categories[slug] for slug in entry["categories"]])
    if entry.get("returned_before"):
        park.step(institution, "submit", owner, days)
        park.step(
            institution, "return", park.administrator, days - 1, reason=entry["returned_before"]
        )
        days -= 2
        with park.at(days):
            engine.edit(institution, owner, {"introduction": entry["introduction_after"]})
    park.step(institution, "submit", owner, days)
    decide(park, institution, entry, days - 1)
    park.institutions[entry["slug"]] = institution


def decide(park: Park, institution: Institution, entry: dict[str, Any], days: float) -> None:
    judge, status = park.administrator, entry["status"]
    if status in ("certified", "suspended"):
        wish = "admit" if entry["association"] else "later"
        park.step(institution, "approve", judge, days, association=wish)
    if status == "suspended":
        park.step(institution, "suspend", judge, 6, reason=entry["reason"])
    if status == "rejected":
        park.step(institution, "reject", judge, days, reason=entry["reason"])
    if status == "returned":
        park.step(
            institution,
            "return",
            judge,
            days,
            reason=entry["reason"],
            remarks=entry.get("remarks", {}),
        )


def apply(
    park: Park, entry: dict[str, Any], owner: User, categories: list[Category]
) -> Institution:
    institution = Institution(
        applicant_id=owner.id,
        name=entry["name"],
        credit_code=entry["credit_code"],
        introduction=entry["introduction"],
        address=entry["address"],
        website=entry["website"],
        founded=entry["founded"],
        staff_count=entry["staff_count"],
        contact_name=entry["owner"],
        contact_mobile=owner.phone or "",
        contact_phone=f"0512-6{owner.id:07d}",
        contact_email=owner.email,
        wants_association=entry["association"],
        categories=categories,
    )
    engine.create(institution, "start", owner)
    upload = uploads.check(licence(institution.credit_code), "licence.png")
    uploads.attach(institution, AttachmentKind.LICENCE, upload, owner)
    return institution


def licence(credit_code: str) -> bytes:
    """Draw a stand-in for a scanned licence."""
    picture = Image.new("RGB", (720, 480), "#fdfaf2")
    drawing = ImageDraw.Draw(picture)
    drawing.rectangle((16, 16, 704, 464), outline="#b23a2e", width=4)
    drawing.text((260, 200), "DEMO LICENCE", fill="#333333")
    drawing.text((260, 240), credit_code, fill="#333333")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
