"""What was found in a sound, in words."""

from controller.services.views import SoundView
from words import say

_WORTH_SAYING_MS = 500
"""A shorter silence is what everybody leaves before the first word."""


def cut_words(found: SoundView) -> str:
    """How much silence was cut off, in seconds with one decimal; nothing where it was hardly any."""
    lead, tail = _seconds(found.cut_lead_ms), _seconds(found.cut_tail_ms)
    if lead and tail:
        return say("sound-cut-both", lead=lead, tail=tail)
    if lead:
        return say("sound-cut-lead", seconds=lead)
    return say("sound-cut-tail", seconds=tail) if tail else ""


def minutes(milliseconds: int) -> str:
    """A length as a player shows it: 0:12; rounded up."""
    whole, rest = divmod(-(-milliseconds // 1000), 60)
    return f"{whole}:{rest:02}"


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.1f}".replace(".", ",") if milliseconds >= _WORTH_SAYING_MS else ""
