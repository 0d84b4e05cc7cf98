"""Readiness in an officer's words: what is wrong, with its facts, and what to do next."""

from datetime import datetime

from controller.domain.readiness import Because, Hindrance, Holding, Readiness
from controller.services.unit_settings import written
from controller.web.layout.moments import full_date, lasting
from words import say


def readiness_words(readiness: Readiness, now: datetime) -> str:
    """One sentence: that it is ready, or the first thing that prevents it."""
    first = readiness.reasons[0] if readiness.reasons else None
    if first is None or not first.prevents:
        return say(f"verdict-{readiness.verdict}")
    return because_words(first, now)


def because_words(because: Because, now: datetime) -> str:
    """One reason with its facts."""
    match because.hindrance:
        case Hindrance.NO_CONTACT:
            span = lasting((now - because.since).total_seconds()) if because.since else ""
            return say("ready-no-contact", span=span, holding=_holding(because))
        case Hindrance.CLIP_MISSING if because.percent is None:
            return say("ready-clip-missing-unsaid", clips=because.clips or 1)
        case Hindrance.CLIP_MISSING:
            return say("ready-clip-missing", clips=because.clips or 1, percent=because.percent or 0)
        case Hindrance.DISK_FAILED:
            return say("ready-disk-failed", disk=say(f"disk-{because.disk}"))
        case Hindrance.CLOCK_UNTRUSTED:
            return say("ready-clock-untrusted", clock=say(f"clock-{because.clock}").lower())
        case Hindrance.CLOCK_DISPUTED:
            return say("ready-clock-disputed", span=lasting(because.seconds or 0))
        case Hindrance.QUIET_HOURS:
            return say("ready-quiet-hours", hours=written(because.hours or ()))
        case Hindrance.TOO_LONG:
            minutes = -(-int(because.seconds or 0) // 60)
            return say("ready-too-long", minutes=minutes, limit=(because.limit_s or 0) // 60)
    return say(f"ready-{because.hindrance}")


def because_act(because: Because) -> str:
    """What a person can do about it."""
    if because.hindrance is Hindrance.NO_CONTACT and because.holding is Holding.BROADCAST:
        return say("ready-do-no-contact-broadcast")
    return say(f"ready-do-{because.hindrance}")


def verdict_look(readiness: Readiness) -> str:
    """The colour of a verdict."""
    return "ok" if readiness.certain and not readiness.reasons else "info" if readiness.certain else "warn"


def _holding(because: Because) -> str:
    if because.holding is Holding.PREVIOUS and because.plan_until is not None:
        return say("ready-holding-previous-until", date=full_date(because.plan_until))
    return say(f"ready-holding-{because.holding or Holding.NOTHING}")
