"""Posting a demand: the form, once per click, and the receipt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import abort, redirect, render_template, request, url_for
from flask_babel import LazyString, gettext, lazy_gettext
from flask_login import current_user, login_required
from sqlalchemy.exc import IntegrityError

import access
import uploads
from core import dry_run
from core.clock import now
from core.database import db
from core.extensions import limiter
from core.ids import parse_id
from core.networks import sender
from forms.base import new_key
from models import Demand, DemandDraft, DemandStatus, User
from storefront import bp
from storefront.current_person import person
from storefront.demand import files as demand_files
from storefront.demand.drafts import ENQUIRY, alternatives, draft_of, drafts_of, keep, typed
from storefront.demand.drafts import MOST as MOST_DRAFTS
from storefront.demand.forms import DemandForm, demand_form
from storefront.demand.target import Target, target_of
from storefront.enquiry import posting
from workflows import engine
from workflows.demand.rules import answer_due, may_post, unverified
from workflows.demand.targets import asked_for, takes_demands
from workflows.engine import Words

OVER = (DemandStatus.DECLINED, DemandStatus.WITHDRAWN)  # what can be sent on
MOST_PER_PERSON = "20 per hour"


def rate_limit_key() -> str:
    """Return the rate-limit key: the person, whatever their network address."""
    return f"user:{current_user.id}" if current_user.is_authenticated else sender()


def posted(response: Any) -> bool:
    """Only a demand that was taken counts: typing errors do not use the limit up."""
    return response.status_code == 302 and str(response.location).endswith("/receipt")


def sent_on_from(user: User) -> Demand | None:
    """Return the ended demand of the person that `from` names, None without it, else 404."""
    if not request.values.get("from"):
        return None
    query = sa.select(Demand).where(
        access.account(user, Demand),
        Demand.id == parse_id(request.values.get("from")),
        Demand.status.in_(OVER),
    )
    return db.session.scalar(query) or abort(404)


def unposted(user: User, target: Target, old: Demand | None) -> Demand:
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
    if unverified(user, demand):
        return lazy_gettext(
            "You are not verified yet for your enterprise: ask for it under “My enterprise” first."
        )
    return lazy_gettext("Demands are posted by enterprise users. Join your enterprise first.")


@bp.route("/demands/new", methods=["GET", "POST"])
@limiter.limit(MOST_PER_PERSON, key_func=rate_limit_key, methods=["POST"], deduct_when=posted)
@login_required
def new_demand() -> Any:
    """Ask for a demand and post it; the second of two clicks sees the receipt of the first."""
    user = person()
    target = target_of(request.values)
    if target is None:
        if request.values.get(ENQUIRY):
            return posting.ask(user)
        return render_template("storefront/demand/start.html", drafts=drafts_of(user))
    old, kept = sent_on_from(user), draft_of(user, request.values)
    page = Page(target=target, old=old, draft=kept)
    demand = unposted(user, target, old)
    refusal = why_not(user, demand)
    if refusal is not None:
        return page.shown(None, refusal), 403
    if request.method == "GET":
        closed = target.closed or takes_demands(demand)
        if kept is not None:
            return page.shown(demand_form(target.institution, user, typed(kept)), closed)
        if closed is not None:
            return page.shown(None, closed)
        return page.shown(
            demand_form(target.institution, user, old=old, category_id=target.category_id)
        )
    form = demand_form(target.institution, user, request.form, old)
    earlier = by_key(user, form)
    if earlier is not None:
        return receipt_of(earlier.id)
    if request.form.get("action") == "draft" and not dry_run.active():
        full = gettext("You keep %(count)s drafts. Post or discard one first.", count=MOST_DRAFTS)
        return keep(user, target.kind, target.id, kept) or page.shown(form, full)
    page.files = demand_files.chosen(old)
    if not form.validate() or page.files.errors or target.closed:
        return page.shown(form, target.closed)
    return post(user, page, form, demand)


@dataclass(slots=True, kw_only=True)
class Page:
    """The page with the form, and what it is about."""

    target: Target
    old: Demand | None  # the ended demand that is sent on
    draft: DemandDraft | None  # that is continued
    files: demand_files.Chosen = field(default_factory=demand_files.Chosen)

    def shown(self, form: DemandForm | None, refusal: Words | None = None) -> str:
        """Return the page, with why nothing can be posted where there is a reason."""
        own = self.target.institution.id if self.target.institution else None
        others = alternatives(self.draft, own) if refusal and self.draft else []
        return render_template(
            "storefront/demand/new.html",
            target=self.target,
            form=form,
            old=self.old,
            old_files=uploads.files_of(self.old) if self.old else (),
            draft=self.draft,
            files=self.files,
            most_files=demand_files.MOST,
            refusal=refusal,
            others=others,
        )


def post(user: User, page: Page, form: DemandForm, demand: Demand) -> Any:
    """Post what was filled in; a refusal keeps what was typed."""
    for name, value in form.values().items():
        setattr(demand, name, value)
    try:
        engine.create(demand, "post", user)
        demand_files.attach(demand, page.files, page.old, user)
        if page.draft is not None:
            db.session.delete(page.draft)
        number = demand.id
        db.session.commit()
    except ValueError as error:  # what was asked for takes no demands
        db.session.rollback()
        return page.shown(form, str(error))
    except IntegrityError:  # the other of two clicks was quicker
        db.session.rollback()
        earlier = by_key(user, form)
        if earlier is None:
            form.form_key.data = new_key()
            return page.shown(form, gettext("Please send it once more."))
        number = earlier.id
    return receipt_of(number)


def by_key(user: User, form: DemandForm) -> Demand | None:
    """Return the demand that this very form already became."""
    query = sa.select(Demand).where(
        access.account(user, Demand),
        Demand.poster_id == user.id,
        Demand.form_key == form.form_key.data,
    )
    return db.session.scalar(query)


def receipt_of(id: int) -> Any:
    return redirect(url_for("storefront.demand_receipt", id=id))


@bp.get("/demands/<int(max=2147483647):id>/receipt")
@login_required
def demand_receipt(id: int) -> Any:
    """Say the number of a posted demand, and what happens next."""
    query = sa.select(Demand).where(access.account(person(), Demand), Demand.id == id)
    demand = db.session.scalar(query) or abort(404)
    return render_template(
        "storefront/demand/receipt.html",
        demand=demand,
        asked_for=asked_for(demand),
        due=answer_due(demand),
    )
