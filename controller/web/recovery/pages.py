"""The page of recovery: it explains before it asks, and says of each choice what will become of what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from controller.domain.setback import Choice, SetBack
from controller.services import recovery
from controller.services.faults import Invalid
from controller.services.views import HeldBroadcast
from controller.web.layout.faults import sentence
from controller.web.layout.place import desk, user
from protocol.names import UnitId
from words import say

blueprint = Blueprint("recovery", __name__, template_folder="templates")

SHOWN = 8
"""How many lines of a list are shown before the rest is only counted."""
_CHOICES = {"giu": (Choice.KEEP, "recovery-kept"), "thay": (Choice.REPLACE, "recovery-replaced")}


@blueprint.get("/khoi-phuc")
def page() -> ResponseReturnValue:
    """What happened, unit by unit."""
    return render_template("recovery/page.html", **_shown())


@blueprint.get("/khoi-phuc/dien-bien")
def live() -> ResponseReturnValue:
    """The part that is fetched again when a unit has sent what it holds."""
    return render_template("recovery/live.html", **_shown())


@blueprint.post("/khoi-phuc/<choice>")
def choose(choice: str) -> ResponseReturnValue:
    """Keep what the units hold, or replace it."""
    chosen, told = _CHOICES.get(choice, (None, ""))
    units = [UnitId(unit) for unit in request.form.getlist("unit")]
    if chosen is None or not units:
        return redirect(url_for("recovery.page"), 303)
    try:
        recovery.choose(desk(), user(), units=units, choice=chosen)
        flash(say(told), "ok")
    except Invalid as invalid:
        flash(sentence(invalid.faults[0]), "warn")
    return redirect(url_for("recovery.page"), 303)


@dataclass(frozen=True, slots=True)
class Line:
    """One bulletin of a list, with its first instant and how often it stands there."""

    title: str
    start: datetime
    count: int


def by_title(items: Sequence[HeldBroadcast]) -> tuple[Line, ...]:
    """The sittings of one bulletin as one line, in the order of their first: a repeating plan would fill the page."""
    found: dict[str, list[HeldBroadcast]] = {}
    for item in items:
        found.setdefault(item.title, []).append(item)
    return tuple(Line(title, same[0].start, len(same)) for title, same in found.items())


def _shown() -> dict[str, object]:
    found = recovery.setbacks(desk())
    return {
        "setbacks": found,
        "needs_root": SetBack.DELEGATION,
        "keepable": [one.unit for one in found if one.can_keep],
        "replaceable": [one.unit for one in found if one.can_replace],
        "shown": SHOWN,
        "by_title": by_title,
        "now": desk().clock(),
    }
