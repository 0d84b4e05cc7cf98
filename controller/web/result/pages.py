"""The result of one broadcast, the broadcast log, and what is planned."""

from datetime import date, datetime, time, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from controller.services import cancelling, results
from controller.services.faults import Invalid
from controller.services.views import BroadcastView
from controller.web.layout.days import by_day
from controller.web.layout.faults import sentence
from controller.web.layout.moments import local_date
from controller.web.layout.place import desk, user
from controller.web.layout.wall_time import Unreadable, read_date
from controller.web.result.tally import tally
from words import say

blueprint = Blueprint("result", __name__, template_folder="templates")

LOG_DAYS = 7
"""How many days one page of the log shows."""
_MOST = 500


@blueprint.get("/ket-qua/<broadcast_id>")
def page(broadcast_id: str) -> ResponseReturnValue:
    """One broadcast with every unit's evidence."""
    return render_template("result/page.html", **_shown(broadcast_id))


@blueprint.get("/ket-qua/<broadcast_id>/dien-bien")
def live(broadcast_id: str) -> ResponseReturnValue:
    """The part that is fetched again when a receipt arrived."""
    return render_template("result/live.html", **_shown(broadcast_id))


@blueprint.post("/ket-qua/<broadcast_id>/huy")
def cancel(broadcast_id: str) -> ResponseReturnValue:
    """Cancel before it starts, stop where it sounds."""
    try:
        cancelling.cancel_broadcast(desk(), user(), broadcast=_broadcast(broadcast_id).id)
        flash(say("cancel-sent"), "ok")
    except Invalid as invalid:
        flash(sentence(invalid.faults[0]), "warn")
    return redirect(url_for("result.page", broadcast_id=broadcast_id), 303)


@blueprint.get("/nhat-ky")
def log() -> ResponseReturnValue:
    """The broadcast log (nhật ký phát sóng), a week a page, newest first."""
    last = _asked_day()
    since, until = _instant(last - timedelta(days=LOG_DAYS - 1)), _instant(last + timedelta(days=1))
    now = desk().clock()
    found = results.sittings(desk(), since=since, until=min(until, now), limit=_MOST)
    newest = local_date(now)
    return render_template(
        "result/log.html",
        days=by_day(tuple(reversed(found))),
        now=now,
        first=local_date(since),
        last=last,
        older=last - timedelta(days=LOG_DAYS),
        newer=min(newest, last + timedelta(days=LOG_DAYS)) if last < newest else None,
    )


@blueprint.get("/lich")
def plans() -> ResponseReturnValue:
    """What is planned: plans that repeat, and every sitting as far ahead as the units hold it."""
    now = desk().clock()
    coming = results.sittings(desk(), since=now, until=now + desk().horizon, limit=_MOST)
    return render_template(
        "result/plans.html",
        schedules=results.schedules(desk()),
        days=by_day(coming),
        now=now,
        horizon=desk().settings.horizon_days,
    )


@blueprint.post("/lich/<schedule_id>/ket-thuc")
def end_schedule(schedule_id: str) -> ResponseReturnValue:
    """End a repeating plan from now on."""
    try:
        cancelling.end_schedule(desk(), user(), schedule=schedule_id)
        flash(say("schedule-ended"), "ok")
    except Invalid as invalid:
        flash(sentence(invalid.faults[0]), "warn")
    return redirect(url_for("result.plans"), 303)


def _shown(broadcast_id: str) -> dict[str, object]:
    found = _broadcast(broadcast_id)
    return {"broadcast": found, "tally": tally(found.targets), "now": desk().clock()}


def _broadcast(broadcast_id: str) -> BroadcastView:
    found = results.broadcast(desk(), broadcast_id)
    if found is None:
        raise NotFound
    return found


def _asked_day() -> date:
    """The last day of the page of the log that was asked for; today when none can be read."""
    today = local_date(desk().clock())
    try:
        return min(read_date(request.args.get("den", "")), today)
    except Unreadable:
        return today


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=desk().settings.zone)
