"""The demo park: a dozen institutions, enterprises, demands in every state; the same at every run.

The Chinese texts are data, in data/demo/. Everything that happens goes through the workflows, at
moments counted back from now, so the demo has the history that real use would have left.
"""

from __future__ import annotations

import io
import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_security import hash_password
from PIL import Image, ImageDraw

import demo_catalogue
import demo_consultants
import demo_consulting
import demo_enquiries
import demo_products
import demo_reputation
import demo_site
import demo_transactions
import holidays
import uploads
from clock import frozen, now
from database import db
from models import (
    AccountKind,
    AttachmentKind,
    Category,
    Demand,
    Enterprise,
    Institution,
    Mail,
    MailStatus,
    Membership,
    MembershipRole,
    ParkEnterprise,
    PlatformRole,
    User,
)
from workflows import demands, engine, people

DATA = Path(__file__).parent / "data"
PASSWORD = "Park-2026-demo"  # noqa: S105  (the README prints it; production refuses to load the demo)
JOINED = timedelta(days=120)  # when most of the park was certified

group = AppGroup("demo", help="The demo park.")
categories_group = AppGroup("categories", help="The categories of services.")


def init_app(app: Flask) -> None:
    app.cli.add_command(group)
    app.cli.add_command(categories_group)


def read(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def load_categories() -> None:
    """Add the categories of data/categories.json that are not there yet, by their slug."""
    known = set(db.session.scalars(sa.select(Category.slug)))
    for position, one in enumerate(read("categories.json")):
        if one["slug"] in known:
            continue
        parent = Category(
            slug=one["slug"],
            name=one["name"],
            name_en=one["name_en"],
            icon=one["icon"],
            position=position,
        )
        parent.children = [
            Category(**child, icon=one["icon"], position=place)
            for place, child in enumerate(one["children"])
        ]
        db.session.add(parent)
    db.session.flush()


class Park:
    """Builds the park step by step, and remembers who is who."""

    def __init__(self) -> None:
        self.people: dict[str, User] = {}
        self.password = hash_password(PASSWORD)  # one hash for all: each costs 20 ms
        self.institutions: dict[str, Institution] = {}
        self.enterprises: dict[str, Enterprise] = {}
        self.started = now()
        self.count = 0

    read = staticmethod(read)

    def at(self, days_ago: float) -> Any:
        return frozen(self.started - timedelta(days=days_ago))

    def person(self, email: str, name: str, **more: Any) -> User:
        """Add somebody who can sign in."""
        self.count += 1
        user = User(
            email=email,
            name=name,
            phone=f"138{self.count:08d}",
            password=self.password,
            fs_uniquifier=f"demo{self.count:028d}",
            confirmed_at=now(),
            **more,
        )
        db.session.add(user)
        db.session.flush()
        self.people[email] = user
        return user

    def staff(self, told: dict[str, Any]) -> None:
        for one in told["staff"]:
            self.person(one["email"], one["name"], role=PlatformRole(one["role"]))
        for one in told["ordinary"]:
            self.person(one["email"], one["name"])
        self.person(told["draft"]["email"], told["draft"]["name"])

    @property
    def administrator(self) -> User:
        return self.people["admin@demo.example"]

    def enterprise(self, one: dict[str, Any]) -> None:
        user = self.person(
            f"{one['slug']}@demo.example", one["contact"], kind=AccountKind.ENTERPRISE
        )
        self.enterprises[one["slug"]] = people.enter(user, one["credit_code"]).enterprise

    def institution(self, one: dict[str, Any], categories: dict[str, Category]) -> None:
        """Walk an application to the state that the data names."""
        decided = one["status"] in ("certified", "suspended")
        days = one.get("submitted_days", 120 if decided else 10)
        with self.at(days + 1):
            owner = self.person(f"{one['slug']}@demo.example", one["owner"])
            institution = self.apply(one, owner, [categories[slug] for slug in one["categories"]])
        if one.get("returned_before"):
            self.step(institution, "submit", owner, days)
            self.step(
                institution, "return", self.administrator, days - 1, reason=one["returned_before"]
            )
            days -= 2
            with self.at(days):
                engine.edit(institution, owner, {"introduction": one["introduction_after"]})
        self.step(institution, "submit", owner, days)
        self.decide(institution, one, days - 1)
        self.institutions[one["slug"]] = institution

    def decide(self, institution: Institution, one: dict[str, Any], days: float) -> None:
        judge, status = self.administrator, one["status"]
        if status in ("certified", "suspended"):
            wish = "admit" if one["association"] else "later"
            self.step(institution, "approve", judge, days, association=wish)
        if status == "suspended":
            self.step(institution, "suspend", judge, 6, reason=one["reason"])
        if status == "rejected":
            self.step(institution, "reject", judge, days, reason=one["reason"])
        if status == "returned":
            self.step(
                institution,
                "return",
                judge,
                days,
                reason=one["reason"],
                remarks=one.get("remarks", {}),
            )

    def apply(self, one: dict[str, Any], owner: User, categories: list[Category]) -> Institution:
        institution = Institution(
            applicant_id=owner.id,
            name=one["name"],
            credit_code=one["credit_code"],
            introduction=one["introduction"],
            address=one["address"],
            website=one["website"],
            founded=one["founded"],
            staff_count=one["staff_count"],
            contact_name=one["owner"],
            contact_mobile=owner.phone or "",
            contact_phone=f"0512-6{owner.id:07d}",
            contact_email=owner.email,
            wants_association=one["association"],
            categories=categories,
        )
        engine.begin(institution, "start", owner)
        upload = uploads.check(licence(institution.credit_code), "licence.png")
        uploads.attach(institution, AttachmentKind.LICENCE, upload, owner)
        return institution

    def step(self, row: Any, name: str, actor: User, days_ago: float, **answers: Any) -> None:
        with self.at(days_ago):
            outcome = engine.perform(type(row), name, [row.id], actor, **answers)
        if outcome.refused:
            raise RuntimeError(f"{name}: {outcome.refused}")

    def slug_of(self, institution_id: int) -> str:
        """Return what the data calls an institution."""
        return next(slug for slug, row in self.institutions.items() if row.id == institution_id)

    def demand(self, one: dict[str, Any], categories: dict[str, Category]) -> None:
        """Post a demand and walk it to the state that the data names."""
        answerer = self.people[f"{one['institution']}@demo.example"]
        demand = self.post(one, categories)
        self.answer(demand, one, demand.poster, answerer, one["days_ago"] + 0.2)

    def post(
        self,
        one: dict[str, Any],
        categories: dict[str, Category],
        affiliation_id: int | None = None,
    ) -> Demand:
        """Post a demand to an institution, or to one of its consultants."""
        institution = self.institutions[one["institution"]]
        poster = self.people[f"{one['enterprise']}@demo.example"]
        with self.at(one["days_ago"] + 0.2):
            demand = Demand(
                form_key=f"demo-{one['enterprise']}-{one['institution']}-{one['category']}",
                poster_id=poster.id,
                enterprise_id=self.enterprises[one["enterprise"]].id,
                institution_id=institution.id,
                affiliation_id=affiliation_id,
                category_id=categories[one["category"]].id,
                title=one["title"],
                description=one["description"],
                budget=Decimal(one["budget"]) if one["budget"] else None,
                wanted_by=date_in(one["wanted_in_days"]),
                contact_name=poster.name,
                contact_phone=poster.phone or "",
                contact_email=poster.email,
                consented_at=now(),
            )
            return engine.begin(demand, "post", poster)

    def answer(
        self, demand: Demand, one: dict[str, Any], poster: User, answerer: User, days: float
    ) -> None:
        status = one["status"]
        if status not in ("submitted", "withdrawn"):
            with self.at(days * 0.9):
                demands.open_details(demand, answerer)
        if status == "withdrawn":
            self.step(demand, "withdraw", poster, days * 0.5, reason=one["reason"])
        if status == "declined":
            self.step(demand, "decline", answerer, days * 0.7, reason=one["reason"])
        if status in ("accepted", "outcome", "confirmed", "disputed"):
            self.step(demand, "accept", answerer, days * 0.8)
        if status in ("outcome", "confirmed", "disputed"):
            self.step(demand, "record_outcome", answerer, days * 0.4, **outcome(one, days))
        if status == "confirmed":
            self.step(demand, "confirm", poster, days * 0.2)
        if status == "disputed":
            self.step(demand, "dispute", poster, days * 0.2, reason=one["reason"])


def outcome(one: dict[str, Any], days: float) -> dict[str, Any]:
    amount = one.get("amount")
    return {
        "outcome": one["outcome"],
        "contacted_by": one["contacted_by"],
        "contacted_on": date_in(-days * 0.7),
        "amount": Decimal(amount) if amount else None,
        "outcome_remark": one["outcome_remark"],
    }


def date_in(days: float) -> date:
    moment: datetime = now() + timedelta(days=days)
    return moment.date()


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


def raise_park() -> None:
    """Build the whole park in the caller's unit of work."""
    park, told = Park(), read("demo/people.json")
    load_categories()
    holidays.load_published()
    categories = {one.slug: one for one in db.session.scalars(sa.select(Category))}
    enterprises = read("demo/enterprises.json")
    register = [{k: v for k, v in one.items() if k in ("name", "credit_code", "address")}
                for one in enterprises] + told["register"]  # fmt: skip
    with park.at(780):
        db.session.add_all(ParkEnterprise(**line) for line in register)
        park.staff(told)
    with park.at(770):
        for one in enterprises:
            park.enterprise(one)
    for one in read("demo/institutions.json"):
        park.institution(one, categories)
    for one in told["colleagues"]:
        colleague = park.person(one["email"], one["name"])
        institution = park.institutions[one["institution"]]
        db.session.add(
            Membership(
                user=colleague, institution=institution, role=MembershipRole.STAFF, active=True
            )
        )
    demo_consultants.load(park, read("demo/consultants.json"))
    demo_catalogue.load(park)
    demo_products.load(park)
    for one in read("demo/demands.json"):
        park.demand(one, categories)
    demo_catalogue.ask(park)
    demo_site.load(park)
    demo_transactions.load(park)
    demo_reputation.load(park)
    demo_enquiries.load(park)
    demo_consulting.load(park)
    # what happened before today was told before today, but for what never arrived
    db.session.execute(
        sa.update(Mail)
        .where(Mail.status == MailStatus.QUEUED)
        .values(status=MailStatus.SENT, sent_at=Mail.created_at, attempts=1)
    )


@categories_group.command("load")
def categories_load() -> None:
    """Add the categories of data/categories.json that are missing."""
    load_categories()
    db.session.commit()


@group.command("load")
def load() -> None:
    """Fill an empty database with the demo park; leave any other as it is."""
    if current_app.config["SETTINGS"].production:
        raise click.ClickException("The demo is not for production.")
    if db.session.scalar(sa.select(User.id).limit(1)) is not None:
        click.echo("The database holds accounts already; nothing to load.")
        return
    raise_park()
    db.session.commit()
    click.echo("The demo park is loaded.")


@group.command("accounts")
def accounts() -> None:
    """Print who signs in where."""
    for email, who in (
        ("admin@demo.example", "administrator            /admin/"),
        ("reviewer@demo.example", "reviewer                 /admin/"),
        ("auditor@demo.example", "auditor                  /admin/"),
        ("jintiancheng@demo.example", "institution, owner       /workbench/"),
        ("jintiancheng.staff@demo.example", "institution, staff       /workbench/"),
        ("chenyu@demo.example", "consultant, linked       /account/consultant"),
        ("wangqing@demo.example", "consultant, with demands /workbench/"),
        ("tangyi@demo.example", "consultant, returned     /account/consultant"),
        ("naxin@demo.example", "enterprise               /account/"),
        ("ordinary@demo.example", "ordinary user            /account/"),
        ("applicant@demo.example", "about to apply           /certification/"),
    ):
        click.echo(f"  {email:34} {who}")
    click.echo(f"  password of all: {PASSWORD}\n")
