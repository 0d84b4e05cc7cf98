"""What every template may say without being handed it: words, times, icons' names, who is signed in, the tabs."""

from typing import Any

from flask import Flask, current_app, url_for

from controller.domain.outcome import Outcome
from controller.services.home import home
from controller.services.unit_settings import written
from controller.services.views import BulletinView, TargetView
from controller.web.home.pages import alarm_address, alarm_sentence
from controller.web.layout import moments, readiness_words, sentences
from controller.web.layout.place import desk, user_or_none
from controller.web.layout.security import allow_recording
from controller.web.layout.sound_words import cut_words, minutes
from controller.web.layout.vendor import asset, vendor
from controller.web.layout.wall_time import Unreadable, read_date
from controller.web.layout.waveform import outline
from controller.web.result.tally import marks
from words import say, say_code

TABS = (
    ("home.page", "home", "home"),
    ("compose.page", "write", "compose"),
    ("result.log", "log", "log"),
    ("result.plans", "calendar", "plans"),
    ("units.page", "horn", "units"),
)
_LOOKS = {
    Outcome.HEARD: "ok",
    Outcome.PLAYING: "info",
    Outcome.PARTLY: "warn",
    Outcome.MISSED: "bad",
    Outcome.UNKNOWN: "warn",
}
_COMMUNE_NAME = "loalang.commune-name"


def furnish(app: Flask) -> None:
    """Give the templates their words."""
    app.context_processor(_person)
    app.jinja_env.globals.update(
        say=say,
        say_code=say_code,
        asset=asset,
        vendor=vendor,
        tabs=TABS,
        alarm_sentence=alarm_sentence,
        alarm_address=alarm_address,
        marks=marks,
        outcome_look=outcome_look,
        step_url=step_url,
        date_words=date_words,
        decimal=decimal,
        count_text=count_text,
        tri=tri,
        **{name: getattr(moments, name) for name in _MOMENTS},
        **{name: getattr(sentences, name) for name in _SENTENCES},
        **{name: getattr(readiness_words, name) for name in _READINESS},
        hours_text=written,
        allow_recording=allow_recording,
        upload_limit_mb=upload_limit_mb,
        outline=outline,
        cut_words=cut_words,
        minutes=minutes,
    )


_MOMENTS = (
    *("clock_time", "clock_seconds", "numeric_date", "full_date", "day_title", "lunar_date"),
    *("ago", "lasting", "length"),
)
_READINESS = ("readiness_words", "because_words", "because_act", "verdict_look")
_SENTENCES = (
    "unit_remark",
    "sitting_remark",
    "target_sentence",
    "engine_name",
    "heard_by",
    "language_names",
    "missing_by",
    "rendition_look",
    "voice_of",
    "rule_words",
    "collision_words",
)


def _person() -> dict[str, Any]:
    return {"signed_in": user_or_none(), "commune_name": commune_name()}


def commune_name() -> str:
    """The commune's name; asked once, because it stands on every page and hardly ever changes."""
    kept = current_app.extensions
    if not kept.get(_COMMUNE_NAME):
        kept[_COMMUNE_NAME] = home(desk()).commune_name
    return str(kept[_COMMUNE_NAME])


def outcome_look(target: TargetView) -> str:
    """The colour of what became of a broadcast at a unit."""
    return _LOOKS.get(target.outcome, "quiet")


def step_url(step: str, bulletin: BulletinView, query: str = "") -> str:
    """The address of a step of composing, with what was chosen so far."""
    names = {"write": "compose.edit", "listen": "compose.listen", "villages": "compose.villages"}
    address = url_for(names.get(step, "compose.time"), bulletin_id=bulletin.id)
    return address + query if step in {"villages", "time"} else address


def upload_limit_mb() -> int:
    """The size of the largest file that is taken, in MB."""
    return desk().settings.max_upload_bytes >> 20


def date_words(written: str) -> str:
    """Weekday and lunar day of a date in a field; nothing while it is none."""
    try:
        day = read_date(written)
        return say("day-both", date=moments.full_date(day), lunar=moments.lunar_date(day))
    except (Unreadable, ValueError):
        return ""


def decimal(number: float) -> str:
    """A number with one decimal and a comma, as it is written in Vietnamese."""
    return f"{number:.1f}".replace(".", ",")


def count_text(text: str) -> str:
    """How many characters, with dots between thousands."""
    return f"{len(text):,}".replace(",", ".")


def tri(value: bool | None) -> str:  # noqa: FBT001 - a value, not a switch
    """A key for yes, no, and not reported."""
    return "unknown" if value is None else "yes" if value else "no"
