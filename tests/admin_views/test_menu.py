"""The menu of each office: who finds what in it, in which order, and that every view is listed."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from admin_views.base import BackOfficeView
from admin_views.base.menu import Entry, Group, placed
from admin_views.base.rules import DenyByDefault
from admin_views.platform.menu import MENU as PLATFORM
from admin_views.workbench.menu import MENU as WORKBENCH
from tests.support.application import sign_in
from tests.support.cast import Cast
from tests.support.paths import ROOT

# what is written out below: heads in brackets, entries by their English names
QUEUES = [
    "Platform administration",
    "[Review queues]",
    "Applications",
    "Association memberships",
    "Consultant certifications",
    "Profile changes",
    "Featured products",
    "Changes of featured products",
    "Deals filed",
    "Activities",
    "Appeals against reviews",
    "Help me find",
    "Second person",
    "Enterprise join requests",
    "Verification of enterprises",
    "Objections",
]
RECORDS = [
    "[Records]",
    "Reviews",
    "Institutions",
    "Demands",
    "Consultants",
    "Enterprises",
    "Park register",
    "Regular offers",
]
MENUS = {
    ("root", "/admin/"): [
        *QUEUES,
        *RECORDS,
        "[System administration]",
        "Announcements",
        "Users",
        "Staff roles",
        "Pages",
        "Outbox",
        "Service categories",
        "Catalogue of regular products",
        "Settings",
        "Holidays",
        "Timed jobs",
        "Ranking rules",
        "Bulk tasks",
        "Audit",
        "Import the park's register",
    ],
    ("vera", "/admin/"): [
        *QUEUES,
        *RECORDS,
        "[System administration]",
        "Announcements",
        "Pages",
        "Service categories",
        "Catalogue of regular products",
        "Holidays",
        "Ranking rules",
        "Bulk tasks",
    ],
    ("audrey", "/admin/"): [
        *QUEUES,
        *RECORDS,
        "[System administration]",
        "Announcements",
        "Users",
        "Staff roles",
        "Pages",
        "Outbox",
        "Service categories",
        "Catalogue of regular products",
        "Settings",
        "Holidays",
        "Timed jobs",
        "Ranking rules",
        "Audit",
    ],
    ("bella", "/workbench/"): [
        "Workbench",
        "Demand management",
        "Enquiries",
        "Consultant management",
        "Product management",
        "Deals filed",
        "Review management",
        "Activities",
        "Profile",
        "Activity ranking",
        "Colleagues",
        "Invitations",
        "Bulk tasks",
    ],
    ("stan", "/workbench/"): [
        "Workbench",
        "Demand management",
        "Enquiries",
        "Consultant management",
        "Product management",
        "Deals filed",
        "Review management",
        "Activities",
        "Profile",
        "Activity ranking",
        "Colleagues",
        "Invitations",
        "Bulk tasks",
    ],
    ("lin", "/workbench/"): [
        "Workbench",
        "Demand management",
        "Deals filed",
        "Review management",
        "Activity ranking",
        "My consultant profile",
        "Bulk tasks",
    ],
}
LINE = re.compile(
    r'<li class="side-group"><span>(?P<head>[^<]+)</span>'
    r'|<a href="[^"]+"(?P<here> aria-current="page")?><svg.*?</svg><span>(?P<name>[^<]+)</span>'
)


def menu_of(client, path: str) -> list[re.Match[str]]:
    page = client.get(path).text
    return list(LINE.finditer(page[page.index('id="side-menu"') : page.index("</nav>")]))


def in_english(client, user):
    with client.session_transaction() as session:
        session["locale"] = "en"
    return sign_in(client, user)


@pytest.mark.parametrize(("who", "path"), MENUS)
def test_each_role_finds_its_menu_in_this_order(client, cast: Cast, who: str, path: str) -> None:
    found = menu_of(in_english(client, getattr(cast, who)), path)
    names = [f"[{line['head']}]" if line["head"] else line["name"] for line in found]
    assert [name.replace("&#39;", "'") for name in names] == MENUS[who, path]


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/workbench/demand/", "Demand management"),
        ("/workbench/product/", "Product management"),
        ("/workbench/product-change/", "Product management"),
        ("/workbench/review/received", "Review management"),
        ("/workbench/consultant-import/", "Consultant management"),
    ],
)
def test_a_page_that_the_menu_does_not_show_marks_the_entry_that_leads_to_it(
    client, cast: Cast, path: str, marked: str
) -> None:
    in_english(client, cast.bella)
    found = menu_of(client, f"{path.rstrip('/')}/")
    assert [line["name"] for line in found if line["here"]] == [marked]


# A base that others build on, and no page of its own
BASES = {"PlatformView", "WorkbenchView", "PlatformPage", "WorkbenchPage", "BackOfficeView"}
BASES |= {"OfficeIndex", "ReviewTab", "WrittenTab"}


def view_classes() -> set[str]:
    """Return "module:class" of every view class under admin_views, out of the source.

    The classes alone would not show one in a module that nothing imports.
    """
    parents: dict[str, set[str]] = {}
    where: dict[str, str] = {}
    for path in sorted((ROOT / "admin_views").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                key = f"{module}:{node.name}"
                where[key] = node.name
                parents[key] = {base.id for base in node.bases if isinstance(base, ast.Name)}
    pages = set(BASES)
    while grown := {where[key] for key, bases in parents.items() if bases & pages} - pages:
        pages |= grown
    return {key for key, bases in parents.items() if bases & pages and where[key] not in BASES}


def test_every_view_is_in_the_menu_of_its_office() -> None:
    for office, menu in (("platform", PLATFORM), ("workbench", WORKBENCH)):
        listed = {f"{one.view.__module__}:{one.view.__name__}" for one, _ in placed(menu)}
        assert listed == {key for key in view_classes() if f".{office}." in key}


def test_a_view_says_nothing_of_its_place() -> None:
    for path in sorted((ROOT / "admin_views").rglob("*.py")):
        if path.name == "menu.py" or path.parent.name == "base":
            continue
        names = {
            node.id if isinstance(node, ast.Name) else node.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Name | ast.FunctionDef)
        }
        assert not names & {"POSITION", "register", "is_visible"}, path


def test_a_list_is_sound() -> None:
    """Endpoints are unique over both offices; what is `under` another is under one that shows."""
    endpoints: list[str] = []
    for menu in (PLATFORM, WORKBENCH):
        assert isinstance(menu[0], Entry)  # the front page
        own = {one.endpoint: one for one, _ in placed(menu)}
        endpoints += [one.endpoint for one in menu if not isinstance(one, Group)]
        for one in own.values():
            assert issubclass(one.view, DenyByDefault)
            assert (one.model is not None) == issubclass(one.view, BackOfficeView)
            assert one.under is None or own[one.under].under is None
    assert len(endpoints) == len(set(endpoints))


def test_every_icon_is_drawn() -> None:
    drawn = set(re.findall(r'id="([\w-]+)"', Path(ROOT, "static/icons.svg").read_text("utf-8")))
    assert {one.icon for menu in (PLATFORM, WORKBENCH) for one, _ in placed(menu)} <= drawn
