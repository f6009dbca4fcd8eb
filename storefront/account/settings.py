"""Account settings: mail preferences, sessions, data export, closing the account."""

from __future__ import annotations

from typing import Any

import wtforms
from flask import Response, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext, lazy_gettext
from flask_login import login_required, logout_user
from flask_security import verify_password
from flask_security.proxies import _security
from wtforms import validators

from accounts import passwords, sign_ins
from core import dry_run
from core.clock import now
from core.database import db, recording
from forms.base import Form, required
from models import EventName, NoticeKind
from storefront import bp
from storefront.current_person import person
from workflows import engine
from workflows.engine import notice_kinds
from workflows.person import closing, view_as
from workflows.privacy import export


@bp.route("/account/notices/settings", methods=["GET", "POST"])
@login_required
def notice_settings() -> Any:
    """Choose which mails go out; the bell shows everything."""
    user = person()
    wanted = [kind for kind in NoticeKind if kind.value in request.form]
    if request.method == "POST" and not dry_run.active():
        notice_kinds.choose(user, wanted)
        db.session.commit()
        flash(gettext("Saved."), "success")
        return redirect(url_for("storefront.notice_settings"))
    return render_template(
        "storefront/account/notice_settings.html",
        choices={kind: kind in wanted for kind in NoticeKind}
        if request.method == "POST"
        else notice_kinds.choices_of(user),
    )


@bp.get("/account/sign-ins")
@login_required
def my_sign_ins() -> str:
    """List where the person is signed in."""
    return render_template(
        "storefront/account/sign_ins.html", rows=sign_ins.of(person()), views=view_as.of(person())
    )


@bp.post("/account/sign-ins/<int(max=2147483647):id>/end")
@login_required
def end_sign_in(id: int) -> Any:
    """End one session of the person."""
    user = person()
    if not sign_ins.end_one(user, id):
        abort(404)
    engine.note(user, EventName.SESSION_ENDED, user, changes={"session": id})
    db.session.commit()
    flash(gettext("That session has ended."), "success")
    return redirect(url_for("storefront.my_sign_ins"))


@bp.post("/account/sign-ins/end")
@login_required
def sign_out_elsewhere() -> Any:
    """End every session of the person but this one."""
    user = person()
    sign_ins.end_others(user)
    engine.note(user, EventName.SESSIONS_ENDED, user)
    db.session.commit()
    flash(gettext("You are signed out everywhere else."), "success")
    return redirect(url_for("storefront.my_sign_ins"))


@bp.get("/account/data")
@login_required
def my_data() -> Response:
    """Download all personal data: as JSON, or with one's files as a zip."""
    user = person()
    whole = request.args.get("files") == "1"
    data = export.as_zip(user) if whole else export.as_json(user).encode()
    with recording():
        engine.note(user, EventName.EXPORTED, user)
    name = f"my-data-{now():%Y%m%d}.{'zip' if whole else 'json'}"
    return Response(
        data,
        mimetype="application/zip" if whole else "application/json",
        headers={"Content-Disposition": f"attachment; filename={name}"},
    )


class CloseForm(Form):
    """A last question: closing cannot be undone."""

    password = wtforms.PasswordField(
        lazy_gettext("Present password"),
        render_kw={"autocomplete": "current-password"},
        validators=[validators.Optional()],
    )
    sure = wtforms.BooleanField(
        lazy_gettext("I understand that this cannot be undone."), validators=[required()]
    )


def _password_fits(password: str, hashed: str) -> bool:
    if len(password) > passwords.LONGEST:
        return False
    return bool(verify_password(_security.password_util.normalize(password), hashed))


@bp.route("/account/close", methods=["GET", "POST"])
@login_required
def close_account() -> Any:
    """Say what closing means, ask for the password, and close."""
    user = person()
    form = CloseForm(request.form)
    refusal = closing.why_not(user)
    if request.method == "POST" and refusal is None and form.validate():
        if user.password and not _password_fits(form.password.data or "", user.password):
            form.password.errors = [gettext("This is not your password.")]
        else:
            closing.close(user, gettext("The account was closed."))
            db.session.commit()
            logout_user()
            session.clear()
            flash(gettext("Your account is closed. Goodbye."), "success")
            return redirect(url_for("storefront.home"))
    return render_template(
        "storefront/account/close.html",
        form=form,
        refusal=refusal,
        with_password=bool(user.password),
    )
