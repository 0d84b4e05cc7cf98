"""The page of the units, its live part, and the volume of one unit."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from controller.services import enrolment, unit_list
from controller.services.faults import Invalid
from controller.web.layout.faults import sentence
from controller.web.layout.place import desk
from controller.web.units.next_broadcast import next_broadcasts
from words import say

blueprint = Blueprint("units", __name__, template_folder="templates")


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


def _shown() -> dict[str, object]:
    now = desk().clock()
    listed = unit_list.units(desk())
    return {"units": listed, "next_of": next_broadcasts(desk(), listed, now), "now": now}
