"""The page of the units, its live part, and the settings of one unit: volume, hours, mobile data."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from controller.domain.readiness import percent
from controller.services import enrolment, unit_list, unit_settings
from controller.services.faults import Invalid
from controller.services.views import UnitCard
from controller.web.layout.faults import sentence
from controller.web.layout.place import desk
from controller.web.layout.wall_time import Unreadable, read_spans
from controller.web.units.next_broadcast import next_broadcasts
from protocol.messages import Hours
from words import say

blueprint = Blueprint("units", __name__, template_folder="templates")

_LONGEST_NUMBER = 10


@blueprint.get("/cum-loa")
def page() -> ResponseReturnValue:
    """All units."""
    return render_template("units/page.html", **_shown())


@blueprint.get("/cum-loa/tinh-trang")
def live() -> ResponseReturnValue:
    """The part that is fetched again when a unit reported."""
    return render_template("units/live.html", **_shown())


@blueprint.post("/cum-loa/<unit_id>/am-luong")
def volume(unit_id: str) -> ResponseReturnValue:
    """Set how loud a unit shall be; it follows with its next programme."""
    wanted = request.form.get("volume", "")
    percent = int(wanted) if wanted.isdecimal() and len(wanted) < 4 else -1
    try:
        enrolment.set_volume(desk(), unit=unit_id, volume=percent)
        flash(say("volume-set", percent=percent), "ok")
    except Invalid as invalid:
        flash(sentence(invalid.faults[0]), "warn")
    return redirect(url_for("units.page", _anchor=unit_id), 303)


@blueprint.post("/cum-loa/<unit_id>/gio")
def hours(unit_id: str) -> ResponseReturnValue:
    """Narrow the hours in which a unit sounds, or let it follow the commune again."""
    try:
        unit_settings.set_hours(desk(), unit=unit_id, hours=_spans("hours") or None)
        flash(_hours_told(unit_id), "ok")
    except (Unreadable, Invalid) as error:
        flash(_refused(error), "warn")
    return redirect(url_for("units.page", _anchor=unit_id), 303)


@blueprint.post("/cum-loa/<unit_id>/du-lieu")
def data(unit_id: str) -> ResponseReturnValue:
    """Say when a unit fetches, and how much a month."""
    month = request.form.get("month", "").replace(".", "").strip()
    if month and not (month.isdecimal() and len(month) < _LONGEST_NUMBER):
        flash(say("month-unreadable"), "warn")
        return redirect(url_for("units.page", _anchor=unit_id), 303)
    try:
        month_mb = int(month) if month else None
        unit_settings.set_downloads(desk(), unit=unit_id, hours=_spans("downloads"), month_mb=month_mb)
        flash(say("settings-downloads-set"), "ok")
    except (Unreadable, Invalid) as error:
        flash(_refused(error), "warn")
    return redirect(url_for("units.page", _anchor=unit_id), 303)


def _spans(field: str) -> Hours:
    return read_spans(request.form.get(field, ""))


def _refused(error: Unreadable | Invalid) -> str:
    if isinstance(error, Invalid):
        return sentence(error.faults[0])
    return say("hours-unreadable", written=error.written[:40])


def _hours_told(unit_id: str) -> str:
    card = unit_list.unit(desk(), unit_id)
    if card is None:
        return ""
    key = "settings-hours-cleared" if card.own_hours is None else "settings-hours-set"
    return say(key, hours=unit_settings.written(card.allowed_hours))


def _shown() -> dict[str, object]:
    now = desk().clock()
    listed = unit_list.units(desk())
    return {
        "units": listed,
        "next_of": next_broadcasts(desk(), listed, now),
        "commune_hours": unit_settings.written(unit_settings.commune_hours(desk())),
        "fetched": fetched,
        "now": now,
    }


def fetched(unit: UnitCard) -> int | None:
    """How many hundredths of the missing clips that a unit lists are there; None when it lists none."""
    return percent(list(unit.coming)) if unit.coming else None
