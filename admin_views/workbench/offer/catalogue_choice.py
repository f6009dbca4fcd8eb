"""Listing regular products: choose from the catalogue, several at once, with price and terms."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request
from flask_babel import gettext
from sqlalchemy.orm import joinedload

import access
from admin_views.base import expose
from admin_views.base.state import read_state
from admin_views.workbench.own_institution import institution_of
from core.database import db
from core.ids import parse_id
from forms import categories
from models import CatalogueItem, RegularOffer, User
from workflows.offer.forms import offer_forms
from workflows.offer.listing import list_all

AT_ONCE = 30  # products on one form


def in_catalogue() -> sa.Select[Any]:
    """Return a SELECT of what institutions may offer."""
    return (
        sa.select(CatalogueItem)
        .where(CatalogueItem.retired.is_(sa.false()))
        .options(joinedload(CatalogueItem.category))
        .order_by(CatalogueItem.category_id, CatalogueItem.name, CatalogueItem.id)
    )


class CatalogueChoice:
    """Pages of the workbench's product view that list what the catalogue has."""

    person: Any
    render: Any
    get_url: Any

    @expose("/choose/")
    def choose(self) -> Any:
        """The catalogue, with search and category; what is offered already says so."""
        state = read_state(request.args, {}, frozenset(), 50)
        category = parse_id(request.args.get("category", ""))
        conditions = [
            sa.or_(
                CatalogueItem.name.icontains(word, autoescape=True),
                CatalogueItem.covers.icontains(word, autoescape=True),
            )
            for word in state.search.split()[:8]
        ]
        if category is not None:
            conditions.append(
                CatalogueItem.category_id.in_(categories.category_and_below(category))
            )
        query = in_catalogue().where(*conditions)
        count = db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
        pages = max(ceil(count / state.size), 1)
        page = min(state.page, pages)
        rows = db.session.scalars(query.limit(state.size).offset((page - 1) * state.size)).all()
        return self.render(
            "admin/offer/choose.html",
            rows=rows,
            offered=self._offered(self.person()),
            state=state,
            category=str(category or ""),
            categories=categories.category_options(category),
            most=AT_ONCE,
            pager_of={"page": page, "pages": pages, "total": count},
        )

    @expose("/list/", methods=("GET", "POST"))
    def list_chosen(self) -> Any:
        """Ask for price and terms of what was chosen, and list it."""
        user = self.person()
        posted = request.form if request.method == "POST" else None
        items, more = self._chosen()
        if not items:
            flash(gettext("Choose at least one product that you do not offer yet."), "info")
            return redirect(self.get_url(".choose"))
        if more:
            flash(
                gettext("At most %(count)s at once: the others are left out.", count=AT_ONCE),
                "warning",
            )
        forms = offer_forms(items, posted)
        # a list: every form is checked, so that all that is wrong is marked at once
        valid = [form.validate() for form in forms.values()] if posted is not None else [False]
        if all(valid):
            return self._list(user, items, forms)
        return self.render("admin/offer/list_all.html", items=items, forms=forms)

    def _list(self, user: User, items: Sequence[CatalogueItem], forms: Any) -> Any:
        names = {item.id: item.name for item in items}
        done, refused = list_all(institution_of(user).id, forms, user)
        db.session.commit()
        if done:
            flash(gettext("%(count)s listed.", count=len(done)), "success")
        if refused:
            message = " · ".join(f"{names[key]}: {words}" for key, words in refused.items())
            flash(message, "warning")
        return redirect(self.get_url(".index_view"))

    def _offered(self, user: User) -> dict[int, Any]:
        """Return {item: (its id, the offer's id, state)} of what the institution offers."""
        query = sa.select(RegularOffer.item_id, RegularOffer.id, RegularOffer.status).where(
            access.workbench(user, RegularOffer)
        )
        return {row.item_id: row for row in db.session.execute(query)}

    def _chosen(self) -> tuple[Sequence[CatalogueItem], bool]:
        """Return the chosen items that are not offered yet, and whether there were too many."""
        sent = request.form if request.method == "POST" else request.args
        keys = {key for text in sent.getlist("item") if (key := parse_id(text)) is not None}
        if request.method == "GET":  # a second click on the form is answered item by item
            keys -= self._offered(self.person()).keys()
        if not keys:
            return [], False
        if len(keys) > 1000:
            abort(413)
        rows = db.session.scalars(in_catalogue().where(CatalogueItem.id.in_(keys))).all()
        return rows[:AT_ONCE], len(rows) > AT_ONCE
