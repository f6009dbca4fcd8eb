"""Posting an enquiry (帮我找服务): a request without addressee; the platform finds institutions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, redirect, render_template, request, url_for
from flask_babel import LazyString, gettext, lazy_gettext
from flask_login import current_user, login_required
from sqlalchemy.exc import IntegrityError

import access
from core import dry_run
from core.clock import now
from core.database import db
from core.ids import parse_id
from forms.base import new_key
from models import DemandDraft, Enquiry, User
from storefront import bp
from storefront.demand.drafts import ENQUIRY, MOST, draft_of, keep, typed
from storefront.demand.forms import DemandForm, EnquiryForm, demand_form
from workflows import engine
from workflows.demand.rules import unverified
from workflows.enquiry.rules import may_ask, shortlist_due


def unposted(user: User) -> Enquiry:
    """Return an enquiry of the person, not yet filled in or in the session."""
    return Enquiry(
        poster_id=user.id,
        enterprise_id=next(iter(access.enterprise_ids(user)), None),
        consented_at=now(),
    )


def why_not(user: User, enquiry: Enquiry) -> LazyString | None:
    """Return what a person who may not post reads instead of the form."""
    if may_ask(user, enquiry):
        return None
    if access.is_staff(user):
        return lazy_gettext("The platform's staff do not post demands.")
    if unverified(user, enquiry):
        return lazy_gettext(
            "You are not verified yet for your enterprise: ask for it under “My enterprise” first."
        )
    return lazy_gettext("Demands are posted by enterprise users. Join your enterprise first.")


def ask(user: User) -> Any:
    """Ask what is needed and post it; the second of two clicks sees the receipt of the first."""
    enquiry, kept = unposted(user), draft_of(user, request.values)
    refusal = why_not(user, enquiry)
    if refusal is not None:
        return page(None, kept, refusal), 403
    sent = typed(kept) if kept else None
    if request.method == "GET":
        form = demand_form(None, user, sent, kind=EnquiryForm)
        if sent is None:
            form.category_id.data = parse_id(request.args.get("category"))
        return page(form, kept)
    form = demand_form(None, user, request.form, kind=EnquiryForm)
    earlier = by_key(user, form)
    if earlier is not None:
        return receipt_of(earlier.id)
    if request.form.get("action") == "draft" and not dry_run.active():
        full = gettext("You keep %(count)s drafts. Post or discard one first.", count=MOST)
        return keep(user, ENQUIRY, None, kept) or page(form, kept, full)
    if not form.validate():
        return page(form, kept)
    return post(user, form, enquiry, kept)


def post(user: User, form: DemandForm, enquiry: Enquiry, kept: DemandDraft | None) -> Any:
    """Post what was filled in, once per form."""
    for name, value in form.values().items():
        setattr(enquiry, name, value)
    try:
        engine.create(enquiry, "post", user)
        if kept is not None:
            db.session.delete(kept)
        number = enquiry.id
        db.session.commit()
    except IntegrityError:  # the other of two clicks was quicker
        db.session.rollback()
        earlier = by_key(user, form)
        if earlier is None:
            form.form_key.data = new_key()
            return page(form, kept, gettext("Please send it once more."))
        number = earlier.id
    return receipt_of(number)


def by_key(user: User, form: DemandForm) -> Enquiry | None:
    """Return the enquiry that this very form already became."""
    query = sa.select(Enquiry).where(
        access.account(user, Enquiry),
        Enquiry.poster_id == user.id,
        Enquiry.form_key == form.form_key.data,
    )
    return db.session.scalar(query)


def page(form: DemandForm | None, draft: DemandDraft | None, refusal: Any = None) -> str:
    return render_template(
        "storefront/enquiry/new.html", form=form, draft=draft, refusal=refusal, files=None
    )


def receipt_of(id: int) -> Any:
    return redirect(url_for("storefront.enquiry_receipt", id=id))


@bp.get("/enquiries/<int(max=2147483647):id>/receipt")
@login_required
def enquiry_receipt(id: int) -> Any:
    """Say the number of a posted enquiry, what happens next, and until when."""
    user = current_user._get_current_object()
    query = sa.select(Enquiry).where(access.account(user, Enquiry), Enquiry.id == id)
    enquiry = db.session.scalar(query) or abort(404)
    return render_template(
        "storefront/enquiry/receipt.html", enquiry=enquiry, due=shortlist_due(enquiry)
    )
