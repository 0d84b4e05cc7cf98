"""The first page and its live part."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from controller.services import cancelling
from controller.services.alarms import STANDING, alarms, dismiss
from controller.services.faults import Invalid
from controller.services.home import home
from controller.services.views import AlarmKind, AlarmView
from controller.web.layout.days import by_day
from controller.web.layout.faults import sentence
from controller.web.layout.moments import clock_time
from controller.web.layout.place import desk, user
from words import knows, say

blueprint = Blueprint("home", __name__, template_folder="templates")

_SHOWN_ALARMS = 100
_DETAILS = {
    AlarmKind.SPEECH_FAILED: "voice",
    AlarmKind.DISK_FAILED: "disk",
    AlarmKind.CLOCK_UNTRUSTED: "clock",
    AlarmKind.NOT_READY_SOON: "no",
    AlarmKind.CONTROLLER_SET_BACK: "no",
}
"""In which list of words an alarm's detail is looked up, where it is not a reason."""


def alarm_sentence(alarm: AlarmView) -> str:
    """What happened, in one sentence, with the names of what it happened to and the reason when there is one."""
    places = ", ".join(alarm.places)
    sentence = say(
        f"alarm-{_key(alarm)}",
        unit=alarm.unit_name or "",
        title=alarm.title or "",
        units=say("alarm-units-more", units=places, more=alarm.more) if alarm.more else places,
        time=clock_time(alarm.start) if alarm.start else "",
    )
    reason = _reason(alarm)
    return say("alarm-because", sentence=sentence, reason=reason) if reason else sentence


def alarm_address(alarm: AlarmView) -> str | None:
    """Where a person goes to do something about it."""
    if alarm.kind is AlarmKind.CONTROLLER_SET_BACK:
        return url_for("recovery.page")
    if alarm.broadcast:
        return url_for("result.page", broadcast_id=alarm.broadcast)
    return url_for("units.page", _anchor=alarm.unit) if alarm.unit else None


def _key(alarm: AlarmView) -> str:
    """A plan that has ended is another sentence than one that ends soon."""
    return "plan-ended" if alarm.kind is AlarmKind.PLAN_ENDING and alarm.detail == "ended" else alarm.kind


def _reason(alarm: AlarmView) -> str:
    kind = _DETAILS.get(alarm.kind, "reason")
    key = f"{kind}-{alarm.detail.replace('_', '-')}"
    return say(key).rstrip(".") if alarm.detail and knows(key) else ""


@blueprint.get("/")
def page() -> ResponseReturnValue:
    """The whole page."""
    return render_template("home/page.html", **_shown())


@blueprint.get("/dang-phat")
def live() -> ResponseReturnValue:
    """The part that is fetched again when something changed."""
    return render_template("home/live.html", **_shown())


@blueprint.post("/dung-phat")
def stop() -> ResponseReturnValue:
    """Silence everything that sounds now. Asks nothing back: silence is the safe state."""
    cancelling.stop_now(desk(), user())
    flash(say("stop-sent"), "ok")
    return redirect(url_for("home.page"), 303)


@blueprint.get("/canh-bao")
def warnings() -> ResponseReturnValue:
    """All alarms, open ones first, with when they ended."""
    found = alarms(desk(), limit=_SHOWN_ALARMS)
    return render_template("home/alarms.html", alarms=found, standing=STANDING)


@blueprint.post("/canh-bao/<alarm_id>/cat")
def put_away(alarm_id: str) -> ResponseReturnValue:
    """Put away an alarm about something past."""
    try:
        dismiss(desk(), user(), alarm=alarm_id)
        flash(say("alarm-dismissed"), "ok")
    except Invalid as invalid:
        flash(sentence(invalid.faults[0]), "warn")
    return redirect(url_for("home.warnings"), 303)


def _shown() -> dict[str, object]:
    shown = home(desk())
    return {"home": shown, "now": shown.now, "days": by_day(shown.next_24h)}
