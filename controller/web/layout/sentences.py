"""Short sentences about units, sittings and rules that several screens say alike."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from controller.domain.outcome import BroadcastState, Outcome
from controller.domain.rendition import Language, RenditionKind, RenditionStatus
from controller.services.views import (
    Collision,
    Health,
    RenditionView,
    Sitting,
    TargetView,
    UnitCard,
    VillageHears,
)
from controller.web.layout.moments import ago, clock_time, full_date, lasting, length, numeric_date
from controller.web.layout.readiness_words import readiness_words
from protocol.names import ClockTrust, DiskHealth, Reason
from schedules.almanac import MUNG_MOT, RAM
from schedules.conditions import Condition, OnLunarDays, OnTet
from schedules.patterns import LAST, Monthly, Once, Pattern, Weekly
from schedules.recurrence import Rule
from words import knows, say, say_code

_HOT_C = 75.0
"""Where a Raspberry Pi is close to slowing itself down (80 °C)."""

_BEFORE_AIR = {
    BroadcastState.PLANNED,
    BroadcastState.WAITING_FOR_VOICE,
    BroadcastState.WAITING_FOR_UNLOCK,
    BroadcastState.VOICE_FAILED,
}
_UNCOUNTED = {BroadcastState.CANCELLED, BroadcastState.ON_AIR}
_LISTED_DATES = 6
_LISTED_VILLAGES = 3


def concerns(unit: UnitCard) -> Iterator[str]:
    """What is wrong with a unit that is in contact, the gravest first."""
    if unit.sound_ok is False:
        yield say("concern-sound")
    if unit.clock is not None and unit.clock is not ClockTrust.TRUSTED:
        yield say("concern-clock")
    if not unit.programme_held:
        yield say("concern-programme")
    yield from _trust_concerns(unit)
    if unit.disk is not None and unit.disk is not DiskHealth.OK:
        yield say(f"concern-disk-{unit.disk}")
    if unit.clips_held_up:
        yield say("concern-clips", count=unit.missing_clips)
    if unit.undervoltage:
        yield say("concern-voltage")
    if unit.temperature_c is not None and unit.temperature_c >= _HOT_C:
        yield say("concern-hot", degrees=round(unit.temperature_c))


def _trust_concerns(unit: UnitCard) -> Iterator[str]:
    """Whether desk and unit know the same, and the same time."""
    if unit.set_back:
        yield say("concern-set-back")
    if not unit.delegation_held:
        yield say("concern-delegation")
    if unit.clock_dispute_s is not None:
        yield say("concern-dispute", span=lasting(abs(unit.clock_dispute_s)))


def unit_remark(unit: UnitCard, now: datetime) -> str:
    """One line under a unit's name: what it plays, or what is wrong, or when it was last heard of."""
    if unit.health is Health.REVOKED:
        return say("unit-revoked")
    if unit.health is Health.NEVER or unit.last_seen is None:
        return say("unit-never")
    seen = ago(unit.last_seen, now)
    if unit.health is Health.LOST:
        return say("unit-lost", ago=seen)
    if unit.playing:
        return say("unit-playing", title=unit.playing)
    found = list(concerns(unit))
    return "; ".join(found) if found else say("unit-seen", ago=seen)


def sitting_remark(sitting: Sitting) -> str:
    """One line under a sitting: at how many units it is certain or was heard, how long, and where."""
    parts = []
    if sitting.of and sitting.state not in _UNCOUNTED:
        key = "sitting-ready" if sitting.state in _BEFORE_AIR else "sitting-heard"
        parts.append(say(key, ready=sitting.ready, of=sitting.of))
    if sitting.duration_ms:
        parts.append(length(sitting.duration_ms))
    few = len(sitting.villages) <= _LISTED_VILLAGES
    parts.append(", ".join(sitting.villages) if few else say("sitting-villages", count=len(sitting.villages)))
    return " · ".join(parts)


def target_sentence(target: TargetView, now: datetime) -> str:
    """What is known of a broadcast at one unit, in one sentence; unknown is said to be unknown."""
    if target.outcome is Outcome.WAITING:
        return readiness_words(target.readiness, now) if target.readiness else say("outcome-waiting")
    if target.outcome in {Outcome.HEARD, Outcome.PARTLY}:
        sentence = say(f"outcome-{target.outcome}-long", played=seconds(target.played_ms), of=seconds(target.of_ms))
    else:
        sentence = say(f"outcome-{target.outcome}-long")
    reason = reason_words(target.reason) if target.outcome in {Outcome.MISSED, Outcome.PARTLY} else ""
    return say("alarm-because", sentence=sentence, reason=reason) if reason else sentence


def reason_words(code: str | None) -> str:
    """The words for why something did not sound: a reason, or a refusal; a newer unit's code is shown as it came."""
    if not code:
        return ""
    kind = "reason" if code in set(Reason) or not knows(f"refusal-{code}") else "refusal"
    return say_code(kind, code)


def seconds(milliseconds: int | None) -> int | str:
    """Whole seconds of sound, or a question mark where the unit did not say."""
    return "?" if milliseconds is None else round(milliseconds / 1000)


def engine_name(engine: str) -> str:
    """What a speech engine is called on screen; a service is called as the configuration names it."""
    return say_code("engine", engine) if knows(f"engine-{engine}") else engine


def voice_of(rendition: RenditionView) -> str:
    """Who speaks in a clip: an engine and its voice, or the recording itself."""
    if rendition.kind is RenditionKind.ASSEMBLED:
        return say("voice-assembled")
    if rendition.engine is None:
        return say("voice-recording")
    return say("voice-named", engine=engine_name(rendition.engine), voice=rendition.voice or "")


def language_names(languages: Iterable[Language]) -> str:
    """Languages as they are listed in a sentence, in their order."""
    return _listed(say(f"language-{language}") for language in languages)


def rendition_look(rendition: RenditionView) -> str:
    """The colour of how far a language is."""
    looks = {RenditionStatus.READY: "ok", RenditionStatus.FAILED: "bad", RenditionStatus.UNSPOKEN: "warn"}
    return "quiet" if rendition.left_out else looks.get(rendition.status, "info")


def heard_by(villages: Iterable[VillageHears]) -> tuple[tuple[tuple[Language, ...], tuple[str, ...]], ...]:
    """The villages that hear the same, by what they hear, in the commune's order."""
    groups: dict[tuple[Language, ...], list[str]] = {}
    for village in villages:
        groups.setdefault(village.heard, []).append(village.name)
    return tuple((languages, tuple(names)) for languages, names in groups.items())


def missing_by(villages: Iterable[VillageHears]) -> tuple[tuple[Language, tuple[str, ...]], ...]:
    """The languages that are lacking, each with the villages that lack it."""
    groups: dict[Language, list[str]] = {}
    for village in villages:
        for language in village.missing:
            groups.setdefault(language, []).append(village.name)
    return tuple((language, tuple(names)) for language, names in groups.items())


def rule_words(rule: Rule) -> str:
    """A repeating plan in words: on which days, at which times, between which dates, and with which exceptions."""
    parts = [
        say(
            "rule-core",
            days=_pattern_words(rule.pattern),
            times=", ".join(f"{wall:%H:%M}" for wall in rule.times),
        ),
        say("rule-from", date=numeric_date(rule.start_date)),
    ]
    if rule.end_date:
        parts.append(say("rule-until", date=numeric_date(rule.end_date)))
    parts += map(_condition_words, rule.conditions)
    if rule.except_dates:
        shown = ", ".join(numeric_date(day) for day in rule.except_dates[:_LISTED_DATES])
        more = len(rule.except_dates) - _LISTED_DATES
        parts.append(say("rule-except-more", dates=shown, more=more) if more > 0 else say("rule-except", dates=shown))
    return "; ".join(parts)


def collision_words(collision: Collision) -> str:
    """What becomes of two sittings that want the same units at the same time."""
    conflict = collision.conflict
    this = say("collision-own")
    return say(
        f"collision-{conflict.outcome}",
        yields=say("collision-other", title=collision.yields_title) if collision.own_prevails else this,
        prevails=this if collision.own_prevails else say("collision-other", title=collision.prevails_title),
        units=", ".join(collision.units),
        time=clock_time(conflict.start),
        date=full_date(conflict.start),
    )


def _pattern_words(pattern: Pattern) -> str:
    if isinstance(pattern, Weekly):
        return say("rule-weekly", days=_listed(say(f"weekday-{day.value}") for day in pattern.weekdays))
    if isinstance(pattern, Monthly):
        numbers = [str(day) for day in pattern.days if day != LAST]
        last = [say("rule-last-day")] if LAST in pattern.days else []
        return say("rule-monthly", days=_listed([*numbers, *last]))
    return say("rule-once") if isinstance(pattern, Once) else say("rule-daily")


def _condition_words(condition: Condition) -> str:
    if isinstance(condition, OnLunarDays):
        known = {(MUNG_MOT, RAM): "ram-mung-mot", (RAM,): "ram", (MUNG_MOT,): "mung-mot"}
        name = known.get(condition.days)
        return say(f"lunar-choice-{name}") if name else say("rule-lunar", days=_listed(map(str, condition.days)))
    return say("rule-not-tet" if isinstance(condition, OnTet) else "rule-not-holidays")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
