"""An emergency put together from phrases: choose, see who will understand it, send."""

from dataclasses import dataclass
from typing import Self

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from controller.domain.languages import DEFAULT
from controller.domain.phrases import Part, Phrase, of_village
from controller.services import assembled, emergency_lock, phrases, unit_list
from controller.services.assembled import MOST_ROUNDS, NewEmergency
from controller.services.faults import Fault, Invalid
from controller.web.compose.clusters import grouped
from controller.web.compose.press import new_press, press_of
from controller.web.emergency.blueprint import blueprint
from controller.web.layout.faults import NONE, Remark, Remarks, remarks
from controller.web.layout.place import desk, user
from schedules.vocabulary import Status
from words import say

_STEPS = (Part.BEGIN, Part.HAZARD, Part.PLACE, Part.ACT, Part.END)
_FIRST = (Phrase.ATTENTION,)
"""Chosen before anybody has chosen anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What stands in the form, exactly as chosen."""

    phrases: tuple[str, ...] = ()
    villages: tuple[str, ...] = ()
    status: str = Status.ACTUAL
    rounds: str = "2"

    @classmethod
    def read(cls, fields: MultiDict[str, str]) -> Self:
        """The form from the address or from posted fields."""
        return cls(
            phrases=tuple(dict.fromkeys(fields.getlist("phrase"))) or _FIRST,
            villages=tuple(dict.fromkeys(fields.getlist("village"))),
            status=fields.get("status", Status.ACTUAL),
            rounds=fields.get("rounds", "2"),
        )

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The form as names and values again, for hidden fields and for addresses."""
        many = (("phrase", self.phrases), ("village", self.villages))
        named = tuple((name, value) for name, values in many for value in values)
        return (*named, ("status", self.status), ("rounds", self.rounds))

    def asked(self, press: str | None = None) -> NewEmergency:
        """What the desk is asked for; what is none of the offered choices is refused by it.

        The phrase that leads to the villages is followed by the names of those that were chosen.
        """
        named = [of_village(village) for village in self.villages] if Phrase.VILLAGES in self.phrases else []
        return NewEmergency(
            phrases=(*self.phrases, *named),
            villages=self.villages,
            status=Status(self.status) if self.status in set(Status) else Status.ACTUAL,
            rounds=int(self.rounds) if self.rounds.isdecimal() and len(self.rounds) < 3 else 0,
            press=press,
        )


@blueprint.get("/khan-cap/ghep")
def assemble() -> ResponseReturnValue:
    """Choose the phrases and the villages."""
    return choosing(Choice.read(request.args))


@blueprint.get("/khan-cap/ghep/kiem-tra")
def check() -> ResponseReturnValue:
    """Show what will be heard where, in which languages, before anything is sent."""
    choice = Choice.read(request.args)
    return _checked(choice, assembled.check(desk(), choice.asked()).faults)


@blueprint.post("/khan-cap/ghep/phat")
def send() -> ResponseReturnValue:
    """Start it; with the code in the same form, the lock is opened first. The same press starts it once."""
    choice = Choice.read(request.form)
    try:
        if code := request.form.get("code", ""):
            emergency_lock.unlock(desk(), user(), code=code)
        broadcast = assembled.send(desk(), user(), choice.asked(press_of(request.form)))
    except emergency_lock.Throttled as throttled:
        told = Remarks((Remark("code", say("emergency-throttled", seconds=throttled.wait_s)),))
        page, _ = _check_page(choice, told, 429)
        return page, 429, {"Retry-After": str(throttled.wait_s)}
    except Invalid as invalid:
        return _checked(choice, invalid.faults, 422)
    return redirect(url_for("result.page", broadcast_id=broadcast), 303)


def choosing(choice: Choice, found: Remarks = NONE, status: int = 200) -> ResponseReturnValue:
    """The form, with what is chosen in it and what is wrong with it."""
    standard = phrases.bank(desk(), DEFAULT).phrases
    page = render_template(
        "emergency/assemble.html",
        choice=choice,
        remarks=found,
        parts={part: tuple(view for view in standard if view.part is part) for part in _STEPS},
        groups=grouped(unit_list.villages(desk()), unit_list.units(desk())),
        statuses=tuple(Status),
        most_rounds=MOST_ROUNDS,
    )
    return page, status


_IN_FORM = {"phrases", "villages", "rounds", "status"}


def _checked(choice: Choice, faults: tuple[Fault, ...], status: int = 200) -> ResponseReturnValue:
    """The form again, when what was chosen is at fault; else the page before sending."""
    if any(fault.field in _IN_FORM for fault in faults):
        return choosing(choice, remarks(faults), 422)
    return _check_page(choice, remarks(faults), status)


def _check_page(choice: Choice, found: Remarks, status: int) -> tuple[str, int]:
    now = desk().clock()
    page = render_template(
        "emergency/check.html",
        choice=choice,
        remarks=found,
        found=assembled.check(desk(), choice.asked()),
        lock=emergency_lock.state(desk(), user(), now),
        press=new_press(),
    )
    return page, status
