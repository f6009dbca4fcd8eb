"""The holiday table: days that are not what their weekday says. For working-day deadlines."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, flash, redirect, request
from flask_babel import format_date, gettext, lazy_gettext, ngettext

from admin_views.base import ChoiceFilter, DateRangeFilter, Link, PlatformView, Refused, expose
from core.database import db
from models import EVERY_DUTY, DayKind, Duty, EventName, Holiday, User
from spreadsheets import cells
from workdays import holidays
from workflows import engine
from workflows.confirmation import effects as confirmation_effects


def weekday(_view: Any, _context: None, row: Holiday, _name: str) -> str:
    return str(format_date(row.day, "EEEE"))


class HolidayView(PlatformView):
    """What the weekday alone does not say: days off, and weekends that are worked."""

    opens = EVERY_DUTY
    writes = frozenset({Duty.SYSTEM})
    can_create = True
    can_edit = True
    column_list = ("day", "weekday", "kind", "name")
    column_labels = {
        "day": lazy_gettext("Day"),
        "weekday": lazy_gettext("Weekday"),
        "kind": lazy_gettext("What it is"),
        "name": lazy_gettext("Occasion"),
    }
    column_formatters = {"weekday": weekday}
    column_sortable_list = ("day", "kind", "name")
    column_default_sort = ("day", True)
    column_searchable_list = ("name",)
    filters = (ChoiceFilter("kind", DayKind), DateRangeFilter("day"))
    form_columns = ("day", "kind", "name")
    list_template = "admin/system/holidays.html"
    conflicts = {"uq_holiday_day": lazy_gettext("This day stands in the table already.")}
    empty_title = lazy_gettext("No day differs from its weekday.")
    empty_hint = lazy_gettext("Add the public holidays, or paste a whole year.")

    def values(self, form: Any, row: Holiday | None, user: User) -> dict[str, Any]:
        """Take only what changes the weekday.

        Raises:
            Refused: a weekend that is off, or a weekday that is worked.
        """
        found = super().values(form, row, user)
        day: date = found["day"]
        if not holidays.says_something(day, found["kind"]):
            if found["kind"] is DayKind.OFF:
                raise Refused(gettext("This day is a Saturday or Sunday: it is off already."))
            raise Refused(gettext("This day is a weekday: it is worked already."))
        return found

    def save(self, form: Any, row: Holiday, user: User) -> None:
        super().save(form, row, user)
        confirmation_effects.follow_calendar()

    def create(self, form: Any, user: User) -> Holiday:
        row: Holiday = super().create(form, user)
        confirmation_effects.follow_calendar()
        return row

    def links(self, row: Holiday, user: User) -> list[Link]:
        if not self.may_edit(user, row):
            return []
        url = self.get_url(".remove", id=row.id)
        return [Link(label=gettext("Remove"), url=url, post=True, tone="danger")]

    @expose("/paste/", methods=("GET", "POST"))
    def paste(self) -> Any:
        """Many days at once, typed or pasted, or from an .xlsx or .csv file."""
        user = self.person()
        if not self.may_create(user):
            abort(403)
        text = request.form.get("days", "").replace("\x00", "")
        if request.method == "GET":
            return self.paste_page(text)
        upload = request.files.get("file")
        try:
            if upload is not None and upload.filename:
                days = holidays.read_table(cells.read(upload.stream))
            else:
                days = holidays.read_text(text)
        except cells.Unreadable as error:
            return self.paste_page(text, str(error)), 422
        report = holidays.store(days)
        confirmation_effects.follow_calendar()
        db.session.commit()
        flash(
            ngettext(
                "%(added)s day added, %(changed)s changed, %(unchanged)s said nothing new.",
                "%(added)s days added, %(changed)s changed, %(unchanged)s said nothing new.",
                report.added, added=report.added, changed=report.changed,
                unchanged=report.unchanged,
            ),
            "success",
        )  # fmt: skip
        return redirect(self.get_url(".index_view"))

    def paste_page(self, text: str, error: str = "") -> str:
        return str(self.render("admin/system/holiday_paste.html", text=text, error=error))

    @expose("/remove/", methods=("POST",))
    def remove(self) -> Any:
        """Take a day out of the table: from now on it is what its weekday says."""
        user = self.person()
        row = self.get_one(request.args.get("id", ""))
        if not self.may_edit(user, row):
            abort(403)
        engine.note(row, EventName.REMOVED, user, changes={"day": str(row.day), "name": row.name})
        db.session.delete(row)
        confirmation_effects.follow_calendar()
        db.session.commit()
        flash(gettext("Removed."), "success")
        return redirect(self.get_url(".index_view"))
