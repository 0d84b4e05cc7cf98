"""The `[speech]` part of the configuration: which voices there are, and in which order they are asked.

    [speech]
    order = ["piper", "fpt", "gtts", "espeak"]

An engine that is not named is never asked; eSpeak NG always ends the order, because it is the one that always works.
Only "gtts" and the services of `[[speech.https]]` send a notice over the Internet, and so only who names them.
"""

import re
from collections.abc import Sequence
from typing import Annotated, Final

from msgspec import Meta, Struct

from audio.speech.https_description import HttpsVoice, Region

ESPEAK: Final = "espeak"
GTTS: Final = "gtts"
PIPER: Final = "piper"
_BUILT_IN: Final = (ESPEAK, GTTS, PIPER)
_PIPER_VOICE: Final = re.compile(r"piper:([A-Za-z0-9][A-Za-z0-9_.-]{0,63})")


class GttsSpeech(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Google Translate's voice: no contract, no promise."""

    slow: bool = False
    between_s: Annotated[float, Meta(ge=0.2, le=60)] = 1.0
    """Pause between two requests of 100 characters; shorter ones are refused before long."""
    passage_s: Annotated[float, Meta(ge=10, le=900)] = 180.0


class PiperSpeech(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The neural voice on this machine."""

    voice: str | None = None
    """Its name in `loalang voices list`; None: the only one that is installed."""
    program: str | tuple[str, ...] | None = None
    """The program, or the words of its call; None: where `pip` puts it."""
    speed: Annotated[float, Meta(ge=0.5, le=2.0)] = 0.9
    noise: Annotated[float, Meta(ge=0, le=1.5)] | None = None
    rhythm: Annotated[float, Meta(ge=0, le=1.5)] | None = None
    pause_s: Annotated[float, Meta(ge=0, le=3)] = 0.35
    volume: Annotated[float, Meta(ge=0.05, le=1)] = 0.7

    def command(self) -> tuple[str, ...]:
        """Return the words of the call; empty: to be found."""
        if self.program is None:
            return ()
        return (self.program,) if isinstance(self.program, str) else self.program


class EspeakSpeech(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The voice that always works."""

    rate: Annotated[int, Meta(ge=80, le=300)] = 130
    """Words a minute; 110 to 140 is understood best."""
    volume: Annotated[int, Meta(ge=1, le=100)] = 70


class Speech(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All of `[speech]`."""

    order: tuple[str, ...] | None = None
    """"espeak", "gtts", "piper" or "piper:NAME", and the names of services. None: Piper where a voice is installed."""
    emergency: tuple[str, ...] | None = None
    """Which of them are asked in an emergency; None: those that need no network."""
    emergency_s: Annotated[float, Meta(ge=0.5, le=30)] = 2.0
    """Seconds that an emergency waits for each of them before it takes the next; for eSpeak it always waits."""
    region: Region = Region.NORTH
    """Of the voice, where an engine has several."""
    kept_mb: Annotated[int, Meta(ge=0, le=20_000)] = 200
    """Megabytes for passages that were spoken once, about an hour; 0: nothing is kept."""
    gtts: GttsSpeech = GttsSpeech()
    piper: PiperSpeech = PiperSpeech()
    espeak: EspeakSpeech = EspeakSpeech()
    https: tuple[HttpsVoice, ...] = ()

    def __post_init__(self) -> None:
        """Refuse names that nobody has, and those that two have."""
        names = [service.name for service in self.https]
        for name in names:
            _demand(name not in _BUILT_IN, f"https: {name!r} is the name of a voice of our own")
            _demand(names.count(name) == 1, f"https: two services are named {name!r}")
        for service in self.https:
            speaks = service.voice_of(self.region) or not service.asks_for_voice
            _demand(speaks, f"https: {service.name!r} has no voice for region {self.region}")
        for key, listed in (("order", self.order), ("emergency", self.emergency)):
            for name in listed or ():
                _demand(self._knows(name), f"{key}: {name!r} is none of {', '.join((*_BUILT_IN, *names))}")
                _demand((listed or ()).count(name) == 1, f"{key}: {name!r} stands twice")

    def asked(self, *, voice_installed: bool) -> tuple[str, ...]:
        """Return the order of asking in full; eSpeak is the last unless it was named earlier."""
        named = self.order if self.order is not None else ((PIPER,) if voice_installed else ())
        return named if ESPEAK in named else (*named, ESPEAK)

    def _knows(self, name: str) -> bool:
        return name in _BUILT_IN or voice_named(name) is not None or any(one.name == name for one in self.https)


def voice_named(engine: str) -> str | None:
    """Return NAME of "piper:NAME"; None for any other engine."""
    found = _PIPER_VOICE.fullmatch(engine)
    return None if found is None else found[1]


def named_in(line: str) -> Sequence[str]:
    """Read an order from one line, "gtts,espeak": the form of the command line, and of the first release's files."""
    return [name.strip() for name in line.split(",") if name.strip()]


def _demand(holds: object, what: str) -> None:
    if not holds:
        raise ValueError(what)
