"""Who is who while the demo park is built, and moments counted back from now."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask_security import hash_password

from core.clock import frozen, now
from core.database import db
from models import AccountKind, Enterprise, Institution, PlatformRole, User, VerifiedHow
from workflows import engine
from workflows.person import entering, verifying

DATA = Path(__file__).parent.parent / "data" / "demo"
PASSWORD = "Park-2026-demo"  # noqa: S105  (the README prints it; production refuses to load the demo)


def read(name: str) -> Any:
    """Return what data/demo/`name`.json holds."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def date_in(days: float) -> date:
    moment: datetime = now() + timedelta(days=days)
    return moment.date()


class Park:
    """Builds the park step by step, and remembers who is who."""

    def __init__(self) -> None:
        self.people: dict[str, User] = {}
        self.password = hash_password(PASSWORD)  # one hash for all: each costs 20 ms
        self.institutions: dict[str, Institution] = {}
        self.enterprises: dict[str, Enterprise] = {}
        self.started = now()
        self.count = 0

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

    def staff(self, data: dict[str, Any]) -> None:
        for entry in data["staff"]:
            self.person(entry["email"], entry["name"], role=PlatformRole(entry["role"]))
        for entry in data["ordinary"]:
            self.person(entry["email"], entry["name"])
        self.person(data["draft"]["email"], data["draft"]["name"])

    @property
    def administrator(self) -> User:
        return self.people["admin@demo.example"]

    def owner_of(self, institution_id: int) -> User:
        """Return who leads an institution."""
        slug = next(slug for slug, row in self.institutions.items() if row.id == institution_id)
        return self.people[f"{slug}@demo.example"]

    def enterprise(self, entry: dict[str, Any]) -> None:
        user = self.person(
            f"{entry['slug']}@demo.example", entry["contact"], kind=AccountKind.ENTERPRISE
        )
        membership = entering.enter(user, entry["credit_code"])
        verifying.verify(membership, VerifiedHow.LICENCE, self.administrator.id)
        self.enterprises[entry["slug"]] = membership.enterprise

    def step(self, row: Any, name: str, actor: User, days_ago: float, **answers: Any) -> None:
        with self.at(days_ago):
            outcome = engine.perform(type(row), name, [row.id], actor, **answers)
        if outcome.refused:
            raise RuntimeError(f"{name}: {outcome.refused}")
