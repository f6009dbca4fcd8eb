"""Creating and editing a transaction: the form of a new one, a draft, one that was returned."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request
from flask_admin import expose
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError

import access
import uploads
from admin_views.workbench.demand.transactions import demand_named, to_file, transaction_of
from admin_views.workbench.own_institution import institution_of
from admin_views.workbench.transaction.files import keep_files, read_files
from admin_views.workbench.transaction.form import TransactionForm, transaction_form
from core.database import db
from core.ids import parse_id
from models import AttachmentKind, Institution, Transaction, User
from workflows import engine
from workflows.transaction import filing, parties
from workflows.transaction.origin import columns_from
from workflows.transaction.rules import SCANS
from workflows.transaction.writing import write


class TransactionEditing:
    """Mixin of the view of transactions: create, edit, save as a draft or file."""

    person: Any
    render: Any
    get_url: Any
    get_one: Any
    after: Any
    may_create: Any
    may_edit: Any
    create_template = edit_template = "admin/transaction/form.html"

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """Ask for a new transaction, out of a demand or free; keep it as a draft, or file it."""
        user = self.person()
        if not self.may_create(user):
            abort(403)
        good, bad = read_files()
        institution = institution_of(user)
        demand = demand_named(user)
        if demand is not None and (known := transaction_of(demand, user)) is not None:
            flash(gettext("This demand became a deal already."), "info")
            return redirect(self.get_url(".details_view", id=known.id))
        row = Transaction(institution_id=institution.id, **(columns_from(demand) if demand else {}))
        form = self.filled(institution, row)
        if request.method == "POST":
            known = self.by_key(user, form)
            if known is not None:  # the other of two clicks
                return redirect(self.get_url(".details_view", id=known.id))
            if self.asked_to_save(form, row, bad):
                try:
                    row = filing.start(institution, user, demand, form.form_key.data)
                except ValueError as error:
                    db.session.rollback()
                    flash(str(error), "warning")
                    return self.form_page(self.create_template, form, None)
                except IntegrityError:
                    db.session.rollback()
                    flash(gettext("Please send it once more."), "warning")
                    return self.form_page(self.create_template, form, None)
                return self.keep(form, row, user, good)
        form.offer_parties(row)
        return self.form_page(self.create_template, form, None)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Any:
        """Show the form of a draft or of a transaction that came back; save it, or file it."""
        user = self.person()
        good, bad = read_files()
        row = self.get_one(request.args.get("id", ""))
        if not self.may_edit(user, row):
            abort(403)
        institution = institution_of(user)
        form = self.filled(institution, row)
        if request.method == "POST" and self.asked_to_save(form, row, bad):
            engine.lock(Institution, [row.institution_id], read=True)
            db.session.refresh(row, with_for_update={"of": Transaction, "key_share": True})
            if not self.may_edit(user, row):
                flash(str(engine.HANDLED), "warning")
                return redirect(self.get_url(".details_view", id=row.id))
            if parse_id(form.version.data or "") == row.version:
                return self.keep(form, row, user, good)
            form.version.data = str(row.version)
            flash(
                gettext("Somebody saved this meanwhile. Compare, and save again to overwrite it."),
                "warning",
            )
        form.offer_parties(row)
        return self.form_page(self.edit_template, form, row)

    def by_key(self, user: User, form: TransactionForm) -> Transaction | None:
        """Return the transaction with the form's idempotency key (a second click), or None."""
        return db.session.scalar(
            sa.select(Transaction).where(
                access.workbench(user, Transaction), Transaction.form_key == form.form_key.data
            )
        )

    def filled(self, institution: Any, row: Transaction) -> TransactionForm:
        """Return the form; a search in it has found what it found."""
        typed = request.form if request.method == "POST" else None
        form = transaction_form(typed, institution, row)
        if request.form.get("action") == "search":
            form.found = parties.search(form.search.data or "")
            if form.found:
                form.party.data = form.found[0].key
            else:
                flash(gettext("Nothing was found. Name the enterprise below."), "info")
        return form

    def asked_to_save(self, form: TransactionForm, row: Transaction, bad: list[str]) -> bool:
        """Whether the form is to be saved and can be; a search only shows it again."""
        if request.form.get("action") == "search":
            return False
        form.offer_parties(row)
        valid = form.validate()
        form.form_errors.extend(bad)
        return valid and not bad

    def keep(
        self,
        form: TransactionForm,
        row: Transaction,
        user: User,
        files: list[tuple[AttachmentKind, uploads.Upload]],
    ) -> Any:
        """Save the form and its files; file the transaction if asked to and nothing is missing."""
        write(row, user, form.values())
        keep_files(row, user, files)
        db.session.flush()
        done, refusal = gettext("The draft is saved."), None
        if request.form.get("action") == "file":
            has_scan = any(file.kind in SCANS for file in uploads.files_of(row))
            if form.require_whole(has_scan):
                refusal = filing.file(row, user)
                done = gettext("The deal was filed and waits for review.")
            else:
                refusal = gettext("Saved, but not filed: please complete what is marked.")
        db.session.commit()
        if refusal is None:
            flash(done, "success")
            return redirect(self.get_url(".details_view", id=row.id))
        flash(refusal, "warning")
        form.version.data = str(row.version)
        form.offer_parties(row)
        return self.form_page(self.edit_template, form, row)

    def form_page(self, template: str, form: Any, row: Any | None) -> Any:
        target = (
            self.get_url(".edit_view", id=row.id)
            if row is not None
            else self.get_url(".create_view")
        )
        return self.render(
            template,
            form=form,
            row=row,
            target=target,
            cancel=self.get_url(".index_view") if row is None else self.after([row.id]),
            files=uploads.files_of(row) if row is not None else [],
            remarks=(row.remarks or {}) if row is not None else {},
            demand=demand_named(self.person()) if row is None else row.demand,
            waiting=to_file(self.person()) if row is None else [],
        )
