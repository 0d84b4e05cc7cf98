"""The later steps: villages, time, check, send. Only the last press changes anything."""

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from controller.services import corrections, planning, unit_list
from controller.services.faults import Fault, FaultCode, Invalid
from controller.services.planning import NewPlan, Repeating
from controller.services.views import BulletinView
from controller.web.compose import clusters
from controller.web.compose.blueprint import blueprint
from controller.web.compose.plan_form import LUNAR_CHOICES, OFFERED_CLASSES, NotReadable, PlanForm
from controller.web.compose.press import new_press, press_of
from controller.web.compose.reading import Asked, questions_page
from controller.web.compose.writing import bulletin_or_404
from controller.web.layout.faults import NONE, Remarks, remarks
from controller.web.layout.moments import full_date, local_date, lunar_date, numeric_date
from controller.web.layout.place import desk, user
from controller.web.layout.wall_time import Unreadable, read_date
from schedules.recurrence import LONGEST_WINDOW, occurrences
from words import say

_NAMES = {"villages": "village", "local": "time", "rule": "times"}
"""What the desk calls a field, and what the form calls it."""

_SHOWN_BEYOND = 3
_AT_VILLAGES = {FaultCode.NO_VILLAGE, FaultCode.VILLAGE_UNKNOWN, FaultCode.NO_UNIT, FaultCode.HEARS_NOTHING}
_AT_TIME = {
    FaultCode.TIME_PAST,
    FaultCode.TIME_NAIVE,
    FaultCode.TIME_TOO_FAR,
    FaultCode.END_BEFORE_START,
    FaultCode.NEVER_SOUNDS,
    FaultCode.QUIET_HOURS,
    FaultCode.RULE,
}


@blueprint.get("/soan/<bulletin_id>/thon")
def villages(bulletin_id: str) -> ResponseReturnValue:
    """Choose where it is to be heard."""
    return _villages_page(bulletin_or_404(bulletin_id), PlanForm.read(request.args))


@blueprint.get("/soan/<bulletin_id>/gio")
def time(bulletin_id: str) -> ResponseReturnValue:
    """Choose when it is to be heard; without a village, the step before is shown again and says so."""
    view, form = bulletin_or_404(bulletin_id), PlanForm.read(request.args)
    if not form.villages:
        return _villages_page(view, form, remarks([Fault("village", FaultCode.NO_VILLAGE)]), 422)
    return _time_page(view, form)


@blueprint.get("/soan/<bulletin_id>/kiem-tra")
def check(bulletin_id: str) -> ResponseReturnValue:
    """Show all of it before it is sent; a step with a fault is shown again instead."""
    view, form = bulletin_or_404(bulletin_id), PlanForm.read(request.args)
    try:
        plan = form.new_plan(view.id, view.rendition.announced_as)
    except NotReadable as unreadable:
        return _time_page(view, form, unreadable.remarks, 422)
    faults = planning.check(desk(), plan).faults
    return _faulty(view, form, faults) or _check_page(view, form, plan)


@blueprint.post("/soan/<bulletin_id>/phat")
def send(bulletin_id: str) -> ResponseReturnValue:
    """Plan it. The same press twice leads to the same broadcast."""
    view, form = bulletin_or_404(bulletin_id), PlanForm.read(request.form)
    try:
        plan = form.new_plan(view.id, view.rendition.announced_as, press_of(request.form))
        planned = planning.plan(desk(), user(), plan)
    except NotReadable as unreadable:
        return _time_page(view, form, unreadable.remarks, 422)
    except Invalid as invalid:
        again = _faulty(view, form, invalid.faults)
        return again or _check_page(view, form, plan, remarks(invalid.faults), 422)
    if planned.broadcast is not None:
        return redirect(url_for("result.page", broadcast_id=planned.broadcast), 303)
    return redirect(url_for("result.plans", _anchor=planned.schedule), 303)


@blueprint.get("/soan/ngay")
def day() -> ResponseReturnValue:
    """The weekday and lunar day of a date that is being typed; nothing while it is not one yet."""
    try:
        found = read_date(request.args.get("date", "") or request.args.get("from", ""))
        return say("day-both", date=full_date(found), lunar=lunar_date(found))
    except (Unreadable, ValueError):
        return ""


def _faulty(view: BulletinView, form: PlanForm, faults: tuple[Fault, ...]) -> ResponseReturnValue | None:
    """The step that the faults belong to, or None when they belong to none."""
    codes = {fault.code for fault in faults}
    if codes & _AT_VILLAGES:
        return _villages_page(view, form, remarks(faults, _NAMES), 422)
    if codes & _AT_TIME:
        return _time_page(view, form, remarks(_beside_time(form, fault) for fault in faults), 422)
    return None


def _beside_time(form: PlanForm, fault: Fault) -> Fault:
    """A fault of time, put beside the field in which this form holds the time."""
    named = {FaultCode.END_BEFORE_START: "until", FaultCode.TIME_TOO_FAR: "date"}.get(fault.code)
    return replace(fault, field=named or {"once": "time", "repeating": "times"}.get(form.when, ""))


def _villages_page(view: BulletinView, form: PlanForm, found: Remarks = NONE, status: int = 200) -> ResponseReturnValue:
    listed = unit_list.villages(desk())
    groups = clusters.grouped(listed, unit_list.units(desk()))
    page = render_template(
        "compose/villages.html",
        bulletin=view,
        form=form,
        remarks=found,
        groups=groups,
        households=sum(village.households for village in listed),
        query=query(form),
    )
    return page, status


def _time_page(view: BulletinView, form: PlanForm, found: Remarks = NONE, status: int = 200) -> ResponseReturnValue:
    today = local_date(desk().clock())
    shown = replace(form, on=form.on or numeric_date(today), start=form.start or numeric_date(today))
    page = render_template(
        "compose/time.html",
        bulletin=view,
        form=shown,
        remarks=found,
        classes=OFFERED_CLASSES,
        lunar_choices=LUNAR_CHOICES,
        today=today,
        query=query(form),
    )
    return page, status


def _check_page(
    view: BulletinView, form: PlanForm, plan: NewPlan, told: Remarks | None = None, status: int = 200
) -> ResponseReturnValue:
    found = planning.check(desk(), plan)
    page = render_template(
        "compose/check.html",
        bulletin=view,
        form=form,
        rule=plan.when.rule if isinstance(plan.when, Repeating) else None,
        coming=found.occurrences or _beyond(plan, found.now),
        check=found,
        remarks=told or remarks(found.faults),
        press=new_press(),
        now=found.now,
        questions=_questions(view, found.faults),
        query=query(form),
    )
    return page, status


def _questions(view: BulletinView, faults: tuple[Fault, ...]) -> tuple[Asked, ...]:
    """What must be chosen before it can be sent."""
    wording = corrections.wording(desk(), view.id)
    open_ = any(fault.code is FaultCode.READING_QUESTIONS_OPEN for fault in faults)
    return questions_page(wording.reading) if wording and open_ else ()


def _beyond(plan: NewPlan, now: datetime) -> tuple[datetime, ...]:
    """The first instants of a rare plan, such as one of lunar days, that lie beyond what the units hold."""
    if not isinstance(plan.when, Repeating):
        return ()
    return occurrences(plan.when.rule, now, now + LONGEST_WINDOW)[:_SHOWN_BEYOND]


def query(form: PlanForm) -> str:
    """The form as the end of an address, question mark included."""
    return "?" + urlencode(form.pairs())
