"""An application with views of its own in both back offices, to try the base on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from admin_views.base import (
    ChoiceFilter,
    DateRangeFilter,
    PlatformView,
    RelationFilter,
    WorkbenchView,
    yes_no,
)
from app import create_app
from core.clock import now
from core.database import db
from models import (
    EVERY_DUTY,
    Category,
    Demand,
    DemandStatus,
    Duty,
    Institution,
    InstitutionStatus,
    User,
)
from tests.support.application import beside, standing
from tests.support.cast import Cast


class TryApplications(PlatformView):
    opens = EVERY_DUTY
    writes = frozenset({Duty.CONTENT})
    column_list = ("name", "status", "applicant", "categories", "contact_mobile", "created_at")
    column_labels = {"name": "Name", "applicant": "Applicant"}
    column_searchable_list = ("name", "applicant.email")
    column_sortable_list = ("name", "created_at", ("applicant", "applicant.name"))
    filters = (
        ChoiceFilter("status", InstitutionStatus),
        RelationFilter("categories"),
        DateRangeFilter("created_at"),
        yes_no("wish", "Wish", lambda: Institution.wants_association),
    )
    bulk = ("approve", "return", "reject")

    def scope(self):
        return sa.and_(super().scope(), Institution.status != InstitutionStatus.DRAFT)


class TryCategories(PlatformView):
    opens = EVERY_DUTY
    writes = frozenset({Duty.CONTENT})
    can_create = True
    can_edit = True
    column_list = ("name", "parent", "slug", "position")
    form_columns = ("name", "name_en", "slug", "parent", "position")
    conflicts = {"uq_category_slug": "This short name is taken."}


class TryDemands(WorkbenchView):
    column_list = ("number", "title", "status", "budget", "contact_phone", "wanted_by")
    column_searchable_list = ("title",)
    bulk = ("accept", "decline")


class TryProfile(WorkbenchView):
    can_edit = True
    column_list = ("name", "address")
    form_columns = ("address", "website", "categories", "staff_count")


def with_views(app: Flask) -> Flask:
    """Add the views above to the offices of `app`."""
    platform, workbench = app.extensions["admin"]
    platform.add_view(
        TryApplications(Institution, endpoint="try_application", url="/admin/try-application")
    )
    platform.add_view(TryCategories(Category, endpoint="try_category", url="/admin/try-category"))
    workbench.add_view(TryDemands(Demand, endpoint="try_demand", url="/workbench/try-demand"))
    workbench.add_view(
        TryProfile(Institution, endpoint="try_profile", url="/workbench/try-profile")
    )
    return app


@pytest.fixture(scope="session")
def office_app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return with_views(create_app(beside(request, tmp_path_factory.mktemp("office"))))


@pytest.fixture
def app(request: pytest.FixtureRequest, office_app: Flask) -> Iterator[Flask]:
    """The application with these views, on a database that holds the cast and nothing else."""
    office_app.config["WTF_CSRF_ENABLED"] = False
    with standing(request, office_app) as app:
        yield app


def demand(poster: User, institution: Institution, title: str = "A contract", **more) -> Demand:
    """Return a demand that stands in the database, in the state `read`."""
    at = now()
    row = Demand(
        status=more.pop("status", DemandStatus.READ),
        number=f"XQ{title}",
        form_key=f"key-{title}",
        poster=poster,
        institution=institution,
        category=institution.categories[0],
        title=title,
        description="About it.",
        contact_name="Ann",
        contact_phone="13812345678",
        contact_email="ann@example.com",
        consented_at=at,
        **more,
    )
    db.session.add(row)
    db.session.commit()
    return row


def waiting(cast: Cast, count: int, name: str = "Applicant") -> list[int]:
    """Add `count` submitted applications; return their ids."""
    applicant = cast.otto.id
    rows = [
        {
            "status": InstitutionStatus.SUBMITTED,
            "applicant_id": applicant,
            "name": f"{name} {place}",
            "credit_code": f"3132{place:014d}",
            "contact_email": f"{place}@example.com",
            "contact_mobile": "13900001111",
        }
        for place in range(count)
    ]
    # no application is published, so nothing but the row is written
    added = sa.insert(Institution).returning(Institution.id, sort_by_parameter_order=True)
    ids = list(db.session.scalars(added, rows))
    db.session.commit()
    return ids


def handed_in(cast: Cast, count: int, name: str = "Applicant") -> list[int]:
    """Add `count` applications that the queue shows; return their ids."""
    ids = waiting(cast, count, name)
    db.session.execute(sa.update(Institution).values(submitted_at=now()))
    db.session.commit()
    return ids


__all__ = ["app", "demand", "handed_in", "office_app", "waiting"]
