"""The settings page: its form is made of the registry in content/settings.py."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
import wtforms
from flask import abort, flash, redirect, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import joinedload
from wtforms import validators

import access
from admin_views.base import PlatformPage, expose
from admin_views.platform.content.setting_groups import GROUPS
from content import setting_changes, settings
from core.database import db
from forms.base import Form
from forms.contact import email_address
from forms.fields import WholeField
from models import Duty, Event

LONGEST = 5000  # characters of an introduction
RECENT = 10  # changes shown under the form


def control(setting: settings.Setting) -> Any:
    """Return the form field of a setting, by its kind."""
    if setting.kind == settings.SWITCH:
        return wtforms.BooleanField(setting.label)
    if setting.kind == settings.TEXT:
        rules = [validators.Optional(), validators.Length(max=LONGEST)]
        return wtforms.TextAreaField(setting.label, validators=rules, render_kw={"rows": 6})
    if setting.kind == settings.EMAIL:
        rules = [validators.Optional(), *email_address()]
        return wtforms.EmailField(setting.label, validators=rules)
    if setting.kind == settings.NUMBER:
        rules = [
            validators.Optional(),
            validators.NumberRange(setting.least, setting.most),
        ]
        return WholeField(
            setting.label,
            validators=rules,
            render_kw={"min": setting.least, "max": setting.most},
            description=lazy_gettext(
                "From %(least)s to %(most)s; empty: %(number)s",
                least=setting.least,
                most=f"{setting.most:,}",
                number=setting.default,
            ),
        )
    rules = [validators.Optional(), validators.Length(max=200)]
    return wtforms.StringField(setting.label, validators=rules)


SettingsForm: type[Form] = type(
    "SettingsForm", (Form,), {setting.key: control(setting) for setting in settings.REGISTRY}
)


class SettingsPage(PlatformPage):
    """What stands in the footer and in mails, and what is allowed. Who runs the system writes."""

    opens = frozenset({Duty.SYSTEM, Duty.AUDIT})

    @expose("/", methods=("GET", "POST"))
    def index(self) -> Any:
        """Show the settings in force; put changed ones in force."""
        user = self.person()
        writes = access.runs_system(user)
        if request.method == "POST" and not writes:
            abort(403)
        form = SettingsForm(
            request.form if request.method == "POST" else None, data=settings.all_settings()
        )
        if request.method == "POST" and form.validate():
            try:
                changes = setting_changes.change(form.data, user)
            except setting_changes.Refused as refusal:
                db.session.rollback()
                form[refusal.key].errors = [str(refusal)]
            else:
                db.session.commit()
                flash(gettext("Saved.") if changes else gettext("Nothing was changed."), "success")
                return redirect(self.get_url(".index"))
        return self.render(
            "admin/content/settings.html",
            form=form,
            groups=GROUPS,
            writes=writes,
            history=recent(),
            titles=titles(),
        )


def titles() -> dict[str, Any]:
    return {setting.key: setting.label for setting in settings.REGISTRY}


def recent() -> Any:
    """Return the last changes, newest first."""
    return db.session.scalars(
        sa.select(Event)
        .where(Event.subject_type == setting_changes.SUBJECT)
        .order_by(Event.id.desc())
        .limit(RECENT)
        .options(joinedload(Event.actor))
    ).all()
