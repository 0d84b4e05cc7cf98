"""The page of the emergency lock; `assembling` adds its own addresses to the same blueprint."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from controller.services import emergency_lock
from controller.services.faults import Invalid
from controller.web.emergency import assembling
from controller.web.emergency.blueprint import blueprint
from controller.web.layout.faults import NONE, Remark, Remarks, remarks
from controller.web.layout.place import desk, user
from words import say

__all__ = ["assembling", "blueprint"]


@blueprint.get("/khan-cap")
def page() -> ResponseReturnValue:
    """How the lock is, and the form for the code."""
    return _shown(NONE)


@blueprint.post("/khan-cap/mo")
def unlock() -> ResponseReturnValue:
    """Open the lock with the code, for who typed it. The code is never shown again, nor kept."""
    try:
        emergency_lock.unlock(desk(), user(), code=request.form.get("code", ""))
    except emergency_lock.Throttled as throttled:
        words = say("emergency-throttled", seconds=throttled.wait_s)
        return _shown(Remarks((Remark("code", words),))), 429, {"Retry-After": str(throttled.wait_s)}
    except Invalid as invalid:
        return _shown(remarks(invalid.faults)), 422
    flash(say("emergency-opened"), "warn")
    return redirect(url_for("emergency.page"), 303)


@blueprint.post("/khan-cap/khoa")
def lock() -> ResponseReturnValue:
    """Close the lock for everybody."""
    emergency_lock.lock(desk(), user())
    flash(say("emergency-closed"), "ok")
    return redirect(url_for("emergency.page"), 303)


def _shown(found: Remarks) -> str:
    now = desk().clock()
    lock_now = emergency_lock.state(desk(), user(), now)
    return render_template("emergency/page.html", lock=lock_now, now=now, remarks=found)
