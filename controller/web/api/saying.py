"""One call that composes and plans: what an officer does in two pages, for a program."""

from dataclasses import dataclass

from audio.reading import Question
from controller.services import composing, emergency_lock, planning, pronunciation, unit_list
from controller.services.desk import Desk
from controller.services.faults import Fault, FaultCode, Invalid, refuse
from controller.services.views import User
from controller.web.api.requests import Say
from schedules.vocabulary import BroadcastClass

PROGRAM = User(id="program", name="program", shown_name="API", epoch=0)
"""Who is written down as the author of what a program asked for."""


@dataclass(frozen=True, slots=True)
class Said:
    """The broadcast, and the abbreviations that were read as is likeliest, because nobody could be asked."""

    broadcast: str
    questions: tuple[Question, ...]


def say(desk: Desk, wanted: Say) -> Said:
    """Make and plan a bulletin; `Invalid`, and then nothing was made. A press is carried out once."""
    if BroadcastClass(wanted.class_) is BroadcastClass.EMERGENCY:
        _refuse_emergency(desk, wanted)
    when = planning.Now() if wanted.at is None else planning.At(wanted.at)
    class_ = BroadcastClass(wanted.class_)
    plan = planning.NewPlan(bulletin="", villages=_villages(desk, wanted.to), when=when, class_=class_)
    if wanted.press is None:
        refuse(list(planning.foreseen(desk, plan)))
    bulletin = composing.create_bulletin(desk, PROGRAM, _bulletin(wanted))
    planned = planning.plan(
        desk,
        PROGRAM,
        planning.NewPlan(
            bulletin=bulletin,
            villages=plan.villages,
            when=when,
            class_=class_,
            press=wanted.press,
            likely_readings=True,
        ),
    )
    if planned.broadcast is None:
        raise Invalid(Fault("press", FaultCode.PRESS_USED))
    return Said(planned.broadcast, pronunciation.preview(desk, wanted.text).questions)


def _refuse_emergency(desk: Desk, wanted: Say) -> None:
    """Before anything is made: it must name whom it is for, and a person must have typed the code for programs."""
    locked = emergency_lock.refusal(desk, PROGRAM, desk.clock())
    unnamed = Fault("to", FaultCode.EMERGENCY_TARGETS) if wanted.to == "all" else None
    refuse([fault for fault in (locked, unnamed) if fault is not None])


def _bulletin(wanted: Say) -> composing.NewBulletin:
    return composing.NewBulletin(
        title=wanted.title, text=wanted.text, repeat=wanted.repeat, status=wanted.status, press=wanted.press
    )


def _villages(desk: Desk, to: str | tuple[str, ...]) -> tuple[str, ...]:
    """Villages by their ids; the id of a unit stands for the villages that it serves."""
    villages = unit_list.villages(desk)
    if to == "all":
        return tuple(village.id for village in villages)
    known = {village.id for village in villages}
    chosen: list[str] = []
    for place in to:
        served = [village.id for village in villages if place in village.units]
        chosen += [place] if place in known or not served else served
    return tuple(dict.fromkeys(chosen))
