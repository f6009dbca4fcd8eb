"""A person's own details."""

from __future__ import annotations

from typing import Any

import wtforms
from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext, lazy_gettext, refresh
from flask_login import current_user, login_required
from wtforms import validators

from core.database import db
from forms.base import Form, choices, required
from forms.contact import phone_number
from i18n.locales import LANGUAGES
from storefront import bp
from workflows import engine


class ProfileForm(Form):
    """Name, phone and language; the address stays what it is."""

    name = wtforms.StringField(
        lazy_gettext("Your name"),
        render_kw={"autocomplete": "name"},
        validators=[required(), validators.Length(max=64)],
    )
    phone = wtforms.TelField(
        lazy_gettext("Phone"),
        description=lazy_gettext("Mobile or landline; you can leave it out."),
        render_kw={"autocomplete": "tel"},
        validators=[validators.Optional(), validators.Length(max=32), phone_number],
    )
    locale = wtforms.SelectField(
        lazy_gettext("Language of pages and mails"),
        choices=choices(LANGUAGES.items()),
        validators=[required()],
    )


@bp.route("/account/profile", methods=["GET", "POST"])
@login_required
def profile() -> Any:
    """Show and change the person's own details."""
    user = current_user._get_current_object()
    form = ProfileForm(request.form, obj=user)
    if request.method == "POST" and form.validate():
        values = {
            "name": form.name.data,
            "phone": form.phone.data or None,
            "locale": form.locale.data,
        }
        engine.edit(user, user, values)
        db.session.commit()
        session["locale"] = user.locale
        refresh()
        flash(gettext("Your details are saved."), "success")
        return redirect(url_for("storefront.profile"))
    return render_template("storefront/account/profile.html", form=form)
