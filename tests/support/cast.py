"""The cast. People, with names, who act in every test.

root is an administrator, vera a reviewer, audrey an auditor; acme's ann posts demands for the
enterprise Acme and bob is her colleague-to-be; otto is an ordinary user; bridge and rival are two
certified institutions, led by bella and rita; stan is on bridge's staff, and lin its consultant;
dora has a draft application, and sue a submitted one.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.util import identity_key

from access.row_guard.readers import Kind, reader
from core.clock import now
from core.database import db
from models import (
    AccountKind,
    Affiliation,
    AffiliationStatus,
    Category,
    Consultant,
    ConsultantStatus,
    Enterprise,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Institution,
    InstitutionStatus,
    Membership,
    MembershipRole,
    ParkEnterprise,
    PlatformRole,
    SiteSetting,
    User,
    VerifiedHow,
)
from workflows.person import consents

PASSWORD = "correct horse battery"
PEOPLE = {
    "root": PlatformRole.ADMINISTRATOR,
    "vera": PlatformRole.REVIEWER,
    "audrey": PlatformRole.AUDITOR,
    "ann": None,
    "bob": None,
    "otto": None,
    "bella": None,
    "stan": None,
    "lin": None,
    "rita": None,
    "dora": None,
    "sue": None,
}
ACME_CODE = "91320594MA1MXXXX1X"


# the rest of the cast, by the name in which it stands in the database
FIRMS = {
    "bridge": "Bridge Law",
    "rival": "Rival Tax",
    "draft": "Dora Draft",
    "waiting": "Sue Waiting",
}
CAST: dict[str, tuple[Any, sa.ColumnElement[bool]]] = {
    **{name: (User, User.email == f"{name}@example.com") for name in PEOPLE},
    **{name: (Institution, Institution.name == title) for name, title in FIRMS.items()},
    "acme": (Enterprise, Enterprise.name == "Acme"),
    "law": (Category, Category.slug == "law"),
    "tax": (Category, Category.slug == "tax"),
}
KEYS: dict[str, int] = {}  # the same wherever the cast is raised, for it comes first


# made once: each test asks for several of the cast
LOOK_UPS = {
    model: sa.select(model).where(model.id == sa.bindparam("key"))
    for model in {model for model, _ in CAST.values()}
}


def verified() -> dict[str, Any]:
    """Columns of a membership of somebody who may speak for the enterprise."""
    return {"verified_at": now(), "verified_how": VerifiedHow.LICENCE}


class Cast:
    """Looks people and institutions up by name: `cast.ann`, `cast.bridge`."""

    def __getattr__(self, name: str) -> Any:
        if name == "lins_link":
            return db.session.query(Affiliation).filter_by(institution_id=KEYS["bridge"]).one()
        if name not in CAST:
            raise AttributeError(name)
        model, session = CAST[name][0], db.session()
        held = session.identity_map.get(identity_key(model, KEYS[name]))
        if held is not None and not sa.inspect(held).expired and reader().kind is Kind.SYSTEM:
            return held
        return session.scalars(LOOK_UPS[model], {"key": KEYS[name]}).one()


def raise_cast() -> None:
    """Write the cast into an empty database."""
    people = {
        name: User(
            email=f"{name}@example.com",
            name=name.title(),
            phone="13812345678",
            role=role,
            kind=AccountKind.ENTERPRISE if name in ("ann", "bob") else AccountKind.ORDINARY,
            fs_uniquifier=f"{name:0<32}",
            confirmed_at=now(),
            active=True,
        )
        for name, role in PEOPLE.items()
    }
    # nobody of the cast has a second factor: tests/security/ asks for one
    db.session.add(SiteSetting(key="staff_second_factor", value=""))
    law = Category(slug="law", name="法律服务", name_en="Law", position=1)
    tax = Category(slug="tax", name="财税服务", name_en="Tax", position=2)
    acme = Enterprise(name="Acme", credit_code=ACME_CODE)
    db.session.add_all([*people.values(), law, tax, acme])
    db.session.add(ParkEnterprise(name="Acme", credit_code=ACME_CODE))
    db.session.flush()
    for user in people.values():
        consents.give(user)
    db.session.add(
        EnterpriseMembership(
            user=people["ann"],
            enterprise=acme,
            status=EnterpriseMembershipStatus.MEMBER,
            **verified(),
        )
    )
    for name, title, code, owner, state in (
        ("bridge", "Bridge Law", "31320000MD0000001A", "bella", InstitutionStatus.CERTIFIED),
        ("rival", "Rival Tax", "31320000MD0000002B", "rita", InstitutionStatus.CERTIFIED),
        ("draft", "Dora Draft", "31320000MD0000003C", "dora", InstitutionStatus.DRAFT),
        ("waiting", "Sue Waiting", "31320000MD0000004D", "sue", InstitutionStatus.SUBMITTED),
    ):
        certified = state is InstitutionStatus.CERTIFIED
        institution = Institution(
            name=title,
            credit_code=code,
            status=state,
            applicant=people[owner],
            introduction=f"{title} introduces itself.",
            address="Park Road 1",
            contact_name=owner.title(),
            contact_mobile="13900001111",
            contact_phone="0512-67068048",
            contact_email=f"reserved-{name}@example.com",
            categories=[tax if name == "rival" else law],
            submitted_at=None if state is InstitutionStatus.DRAFT else now(),
            certified_at=now() if certified else None,
        )
        db.session.add(institution)
        db.session.add(
            Membership(
                user=people[owner],
                institution=institution,
                role=MembershipRole.OWNER,
                active=certified,
            )
        )
        if name == "bridge":
            link_consultant(people["lin"], institution, people[owner])
            db.session.add(
                Membership(
                    user=people["stan"],
                    institution=institution,
                    role=MembershipRole.STAFF,
                    active=True,
                )
            )
    db.session.flush()
    for name, (model, condition) in CAST.items():
        KEYS[name] = db.session.scalars(sa.select(model.id).where(condition)).one()


def link_consultant(user: User, institution: Institution, adder: User) -> None:
    """`user` is a certified consultant who speaks for `institution`."""
    db.session.add(
        Affiliation(
            status=AffiliationStatus.LINKED,
            institution=institution,
            adder=adder,
            linked_at=now(),
            consultant=Consultant(
                status=ConsultantStatus.CERTIFIED,
                user=user,
                name=user.name,
                title="Lawyer",
                email=user.email,
                mobile="13700002222",
                introduction="Contracts and disputes.",
                specialities=list(institution.categories),
                certified_at=now(),
                consented_at=now(),
            ),
        )
    )
