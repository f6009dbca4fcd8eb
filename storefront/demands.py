"""Posting a demand: the form, once per click, and the receipt."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, redirect, render_template, request, url_for
from flask_babel import LazyString, gettext, lazy_gettext
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_required
from sqlalchemy.exc import IntegrityError

import access
from clock import now
from database import db
from extensions import limiter
from forms import new_key
from models import Demand, DemandStatus, User
from storefront import bp
from storefront.demand_target import Target, id_of, target_of
from storefront.forms_demands import DemandForm, demand_form
from workflows import engine
from workflows.demand_rules import may_post
from workflows.demand_targets import asked_for, takes_demands
from workflows.engine import Words

OVER = (DemandStatus.DECLINED, DemandStatus.WITHDRAWN)  # what can be sent on
MOST_PER_PERSON = "20 per hour"


def person() -> User:
    user: User = current_user._get_current_object()
    return user


def limited_by() -> str:
    """Count posted demands by person, wherever he sits."""
    return f"user:{current_user.id}" if current_user.is_authenticated else get_remote_address()


def posted(response: Any) -> bool:
    """Only a demand that was taken counts: typing errors do not use the limit up."""
    return bool(response.status_code == 302)


def sent_on_from(user: User) -> Demand | None:
    """Return the ended demand of the person that `from` names, None without it, else 404."""
    if not request.values.get("from"):
        return None
    query = sa.select(Demand).where(
        access.account(user, Demand),
        Demand.id == id_of(request.values, "from"),
        Demand.status.in_(OVER),
    )
    return db.session.scalar(query) or abort(404)


def draft(user: User, target: Target, old: Demand | None) -> Demand:
    """Return a demand of the person to the target, not yet filled in or in the session."""
    return Demand(
        poster_id=user.id,
        enterprise_id=next(iter(access.enterprise_ids(user)), None),
        institution_id=target.institution.id if target.institution else None,
        asked_for=dict(target.asked_for),
        sent_on_from_id=old.id if old else None,
        consented_at=now(),
        **target.columns,
    )


def why_not(user: User, demand: Demand) -> LazyString | None:
    """Return what a person who may not post reads instead of the form."""
    if may_post(user, demand):
        return None
    if access.is_staff(user):
        return lazy_gettext("The platform's staff do not post demands.")
    if access.stands_for(user, demand):
        return lazy_gettext("You work for this institution, so you cannot post a demand to it.")
    return lazy_gettext("Demands are posted by enterprise users. Join your enterprise first.")


@bp.route("/demands/new", methods=["GET", "POST"])
@limiter.limit(MOST_PER_PERSON, key_func=limited_by, methods=["POST"], deduct_when=posted)
@login_required
def new_demand() -> Any:
    """Ask for a demand and post it; the second of two clicks sees the receipt of the first."""
    target = target_of(request.values)
    if target is None:
        return redirect(url_for("storefront.institutions"))
    user = person()
    old = sent_on_from(user)
    demand = draft(user, target, old)
    refusal = why_not(user, demand)
    if refusal is not None:
        return page(target, None, old, refusal), 403
    if request.method == "GET":
        if (closed := target.closed or takes_demands(demand)) is not None:
            return page(target, None, old, closed)
        fresh = demand_form(target.institution, user, old=old, category_id=target.category_id)
        return page(target, fresh, old)
    form = demand_form(target.institution, user, request.form, old)
    earlier = by_key(user, form)
    if earlier is not None:
        return receipt_of(earlier.id)
    if target.closed or not form.validate():
        return page(target, form, old, target.closed)
    return post(user, target, form, demand, old)


def post(user: User, target: Target, form: DemandForm, demand: Demand, old: Demand | None) -> Any:
    """Post what was filled in; a refusal keeps what was typed."""
    for name, value in form.values().items():
        setattr(demand, name, value)
    try:
        engine.begin(demand, "post", user)
        number = demand.id
        db.session.commit()
    except ValueError as error:  # what was asked for takes no demands
        db.session.rollback()
        return page(target, form, old, str(error))
    except IntegrityError:  # the other of two clicks was quicker
        db.session.rollback()
        earlier = by_key(user, form)
        if earlier is None:
            form.form_key.data = new_key()
            return page(target, form, old, gettext("Please send it once more."))
        number = earlier.id
    return receipt_of(number)


def by_key(user: User, form: DemandForm) -> Demand | None:
    """Return the demand that this very form already became."""
    query = sa.select(Demand).where(
        Demand.form_key == form.form_key.data, Demand.poster_id == user.id
    )
    return db.session.scalar(query)


def page(
    target: Target, form: DemandForm | None, old: Demand | None, refusal: Words | None = None
) -> str:
    return render_template(
        "storefront/new_demand.html", target=target, form=form, old=old, refusal=refusal
    )


def receipt_of(id: int) -> Any:
    return redirect(url_for("storefront.demand_receipt", id=id))


@bp.get("/demands/<int(max=2147483647):id>/receipt")
@login_required
def demand_receipt(id: int) -> Any:
    """Say the number of a posted demand, and what happens next."""
    query = sa.select(Demand).where(access.account(person(), Demand), Demand.id == id)
    demand = db.session.scalar(query) or abort(404)
    return render_template(
        "storefront/demand_receipt.html", demand=demand, asked_for=asked_for(demand)
    )
