"""A back office: one Flask-Admin instance, its dashboard, and the views of its package."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

from flask import Flask
from flask_admin import Admin, AdminIndexView, expose
from flask_admin.theme import Bootstrap4Theme

from admin_views.base.rules import DenyByDefault
from models import User

Contents = Callable[[User], dict[str, Any]]


class OfficeIndex(DenyByDefault, AdminIndexView):
    """The front page of an office: what waits for the reader."""

    def __init__(self, *args: Any, contents: Contents | None = None, **kwargs: Any) -> None:
        self.contents = contents
        super().__init__(*args, **kwargs)

    @expose("/")
    def index(self) -> Any:
        contents = self.contents(self.person()) if self.contents else {}
        return self.render(self._template, **contents)


def modules_of(package: str, path: Iterable[str]) -> list[ModuleType]:
    """Return the modules of a package, by their `POSITION` (50 where not given) and name."""
    found = [
        import_module(module.name)
        for module in walk_packages(list(path), f"{package}.")
        if not module.ispkg
    ]
    return sorted(found, key=lambda module: (getattr(module, "POSITION", 50), module.__name__))


def open_office(
    app: Flask,
    index: type[OfficeIndex],
    name: Any,
    endpoint: str,
    modules: Iterable[ModuleType],
) -> Admin:
    """Make the Flask-Admin instance of an office, with the views of `modules`.

    A module called `dashboard` gives the front page: `contents(user)` returns what its
    TEMPLATE ("admin/index.html" where not given) shows. Every module with a function
    `register(admin)` adds its views.
    """
    modules = list(modules)
    dashboard = next((module for module in modules if module.__name__.endswith(".dashboard")), None)
    front = index(
        name=name,
        endpoint=endpoint,
        url=f"/{endpoint}",
        template=getattr(dashboard, "TEMPLATE", "admin/index.html"),
        contents=getattr(dashboard, "contents", None),
    )
    admin = Admin(app, name=name, index_view=front, theme=Bootstrap4Theme())
    for module in modules:
        if register := getattr(module, "register", None):
            register(admin)
    return admin
