"""A back office: one Flask-Admin instance, its dashboard, and the views of its menu."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import Flask
from flask_admin import Admin, AdminIndexView, expose
from flask_admin.theme import Bootstrap4Theme

from admin_views.base.menu import Entry, Menu, placed
from admin_views.base.rules import DenyByDefault
from models import User


class OfficeIndex(DenyByDefault, AdminIndexView):
    """The front page of an office: what waits for the reader."""

    index_template: ClassVar[str]

    def contents(self, user: User) -> dict[str, Any]:
        """Return what the template shows to `user`."""
        return {}

    @expose("/")
    def index(self) -> Any:
        return self.render(self.index_template, **self.contents(self.person()))


def open_office(app: Flask, menu: Menu) -> Admin:
    """Make the Flask-Admin instance of an office: the front page, which is the menu's first
    entry and gives the office its name and address, and the views of the others."""
    (front, _), *others = placed(menu)
    index = made(front, None)
    admin = Admin(app, name=front.name, index_view=index, theme=Bootstrap4Theme())
    for entry, group in others:
        admin.add_view(made(entry, group))
    return admin


def made(entry: Entry, group: Any) -> Any:
    """Return the view of an entry, which from now on knows its place in the menu."""
    model = () if entry.model is None else (entry.model,)
    view = entry.view(
        *model,
        name=entry.name,
        category=group,
        endpoint=entry.endpoint,
        url=entry.url or entry.endpoint,
        menu_icon_type="icon",
        menu_icon_value=entry.icon,
    )
    view.under = entry.under
    return view
