"""Ranking rules: versions of weights and points, each valid from a day on."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import wtforms
from flask import request
from flask_babel import gettext, lazy_gettext
from wtforms import validators

from admin_views.base import PlatformView
from core.clock import park_today
from core.database import db
from forms.base import Form, required
from forms.contact import half_width
from labels import label
from models import EVERY_DUTY, ActivityRole, Duty, EventName, ScoreRule, User
from ranking import formula, rules
from ranking.explain import NAMES
from workflows import engine


class FigureField(wtforms.FloatField):
    """A weight or points: 0 to 100 with two places at most. No NaN, no 1e9."""

    widget = wtforms.widgets.TextInput()

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else f"{self.data or 0:g}"

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = half_width(valuelist[0]).strip() if valuelist else ""
        if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", text) or float(text) > 100:
            raise ValueError(gettext("Give a number from 0 to 100, such as 20 or 7.5."))
        self.data = float(text)


class RuleBase(Form):
    """What the figures are to be, from when, and why."""

    valid_from = wtforms.DateField(
        lazy_gettext("Valid from"),
        validators=[validators.InputRequired(lazy_gettext("Please fill this in."))],
    )
    note = wtforms.TextAreaField(
        lazy_gettext("Note"),
        description=lazy_gettext("Why: whoever asks later reads it here."),
        validators=[required(), validators.Length(max=2000)],
    )

    def validate_valid_from(self, field: wtforms.Field) -> None:
        """From tomorrow on: what was ranked today stays as it was explained."""
        if field.data and field.data <= park_today():
            raise validators.ValidationError(gettext("A rule begins tomorrow at the earliest."))

    def validate(self, extra_validators: Any = None) -> bool:
        """As ever, and the weights make a hundred."""
        if not super().validate(extra_validators):
            return False
        try:
            formula.check_weights(self.weights())
        except ValueError:
            total = f"{sum(self.weights().values()):g}"
            self.form_errors = [gettext("The weights make %(total)s, not 100.", total=total)]
            return False
        return True

    def weights(self) -> dict[str, float]:
        return {name: self[weight_of(name)].data for name in formula.FACTORS}

    def points(self) -> dict[str, float]:
        return {role.value: self[points_of(role)].data for role in ActivityRole}


def weight_of(name: str) -> str:
    return f"weight_{name}"


def points_of(role: ActivityRole) -> str:
    return f"points_{role.value}"


def weight_field(name: str) -> Any:
    return FigureField(
        lazy_gettext("Weight: %(factor)s", factor=NAMES[name]),
        validators=[validators.InputRequired(lazy_gettext("Please fill this in."))],
    )


def points_field(role: ActivityRole) -> Any:
    return FigureField(
        lazy_gettext("Points of an activity: %(role)s", role=label(role)),
        validators=[validators.InputRequired(lazy_gettext("Please fill this in."))],
    )


RuleForm: type[RuleBase] = type(
    "RuleForm",
    (RuleBase,),
    {weight_of(name): weight_field(name) for name in formula.FACTORS}
    | {points_of(role): points_field(role) for role in ActivityRole},
)


def figures(names: Any) -> Any:
    """Return the column formatter for a JSON column {name: figure}."""

    def shown(_view: Any, _context: None, row: ScoreRule, name: str) -> str:
        stored = getattr(row, name)
        return " · ".join(f"{words} {stored[key]:g}" for key, words in names() if key in stored)

    return shown


def state(_view: Any, _context: None, row: ScoreRule, _name: str) -> str:
    """Whether the rule is over, in force or to come."""
    today = park_today()
    if row.valid_from > today:
        return gettext("To come")
    if rules.in_force(today).valid_from == row.valid_from:
        return gettext("In force")
    return gettext("Over")


class ScoreRuleView(PlatformView):
    """Every version of the rules. A version is never changed, only followed by the next."""

    opens = EVERY_DUTY
    writes = frozenset({Duty.SYSTEM})
    can_create = True
    form = RuleForm
    column_list = ("valid_from", "state", "weights", "points", "note", "author", "created_at")
    column_labels = {
        "valid_from": lazy_gettext("Valid from"),
        "state": lazy_gettext("State"),
        "weights": lazy_gettext("Weights"),
        "points": lazy_gettext("Points of an activity"),
        "note": lazy_gettext("Note"),
        "author": lazy_gettext("Author"),
    }
    column_formatters = {
        "state": state,
        "weights": figures(NAMES.items),
        "points": figures(lambda: [(role.value, label(role)) for role in ActivityRole]),
    }
    column_sortable_list = ("valid_from", "created_at")
    column_default_sort = ("valid_from", True)
    conflicts = {"uq_score_rule_valid_from": lazy_gettext("Another rule begins on this day.")}
    empty_title = lazy_gettext("The first rule holds: 35, 20, 20, 15 and 10.")
    empty_hint = lazy_gettext("Add a version to change the weights or the points from a day on.")

    def make_form(self, row: Any | None) -> Any:
        """Return the form with what was sent, else with the figures in force."""
        if request.method == "POST":
            return RuleForm(request.form)
        now: date = park_today()
        rule = rules.in_force(now)
        data = {weight_of(name): rule.weights[name] for name in formula.FACTORS}
        data |= {points_of(role): rule.points[role.value] for role in ActivityRole}
        return RuleForm(None, data={name: float(value) for name, value in data.items()})

    def create(self, form: Any, user: User) -> ScoreRule:
        """Return the new version, journaled. It is in force once its day comes."""
        row = ScoreRule(
            valid_from=form.valid_from.data,
            weights=form.weights(),
            points=form.points(),
            note=form.note.data,
            author_id=user.id,
        )
        db.session.add(row)
        db.session.flush()
        engine.note(row, EventName.CREATED, user)
        return row
