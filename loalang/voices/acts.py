"""What the words of `loalang voices` do."""

import argparse
import time
import wave
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from audio.ffmpeg import Ffmpeg
from audio.reading import read
from audio.speech.order import Spoken, VoiceOrder
from audio.speech.piper_voice import BadVoice, VoiceFolder
from audio.speech.port import Passage, SpeechEngine, SpeechFailed
from audio.speech.voice_install import Offer, install
from controller.adapters.studio import passages
from controller.config import ordered, read_config
from controller.voices import engines, piper_settings, voice_folder
from loalang.terminal import LANGUAGE, say, say_code, tell
from words import knows

_PAUSE_S = 0.6
_MEGABYTE = 1_000_000
_SHORT_HASH = 16


class NothingToSay(Exception):
    """The text holds no letter and no digit."""


def list_voices(options: argparse.Namespace) -> int:
    """Print the order of asking and the voices that are installed; 1 when one of them cannot speak. Asks nobody."""
    speech = read_config(options.data).speech
    print(say("voices-order"))
    checks = [
        _line(number, engine) for number, (_name, engine) in enumerate(engines(speech, options.data, Ffmpeg()), start=1)
    ]
    folder = voice_folder(options.data)
    print(say("voices-installed") if folder.names() else say("voices-none-installed"))
    checks += [_installed_line(folder, name) for name in folder.names()]
    return 0 if all(checks) else 1


def install_voice(options: argparse.Namespace) -> int:
    """Install a voice for Piper, after it has spoken one sentence."""
    settings = piper_settings(read_config(options.data).speech.piper)
    offer = Offer(
        source=options.source, card=options.card, sha256=options.sha256, name=options.name, authorities=options.ca
    )
    welcome = install(offer, voice_folder(options.data), settings, datetime.now(UTC), _Progress().told)
    record = welcome.voice.record
    print(say("voices-done", name=record.name, language=record.language, seconds=_seconds(welcome.said)))
    print(say("voices-hash", sha256=record.model_sha256))
    if options.sha256 is None:
        print(say("voices-hash-first"))
    print(say("voices-licence"))
    if options.out is not None:
        _write([welcome.said], options.out)
    print(say("voices-use"))
    return 0


def try_voice(options: argparse.Namespace) -> int:
    """Speak a text with the voices in their order, or with one of them, and write it to a file."""
    speech = read_config(options.data).speech
    if options.engine is not None:
        speech = ordered(speech, options.engine)
    asked = engines(speech, options.data, Ffmpeg())[: 1 if options.engine else None]
    texts = list(passages(read(options.text).lines if options.language == "vi" else options.text.splitlines()))
    if not texts:
        raise NothingToSay
    for text in texts:
        print(say("voices-will-say", text=text))
    began = time.monotonic()
    spoken = VoiceOrder([engine for _name, engine in asked]).speak(texts, options.language)
    took = time.monotonic() - began
    for failure in spoken.failures:
        print(silent(failure.engine, failure.reason, failure.detail))
    print(_told(spoken, took))
    _write(spoken.passages, options.out or Path(say("voices-file")))
    return 0


def remove_voice(options: argparse.Namespace) -> int:
    """Remove a voice."""
    voice_folder(options.data).remove(options.name)
    print(say("voices-removed", name=options.name))
    return 0


def silent(engine: str, reason: str, detail: str) -> str:
    """Return the sentence for an engine that gave no sound."""
    return say("voices-silent", engine=_name(engine), reason=say_code("voice", reason), detail=detail)


class _Progress:
    """Says now and then how much of a voice has come."""

    def __init__(self) -> None:
        self._said = 0

    def told(self, come: int) -> None:
        if come // (10 * _MEGABYTE) > self._said:
            self._said = come // (10 * _MEGABYTE)
            tell(say("voices-coming", megabytes=come // _MEGABYTE))


def _line(number: int, engine: SpeechEngine) -> bool:
    try:
        engine.check()
    except SpeechFailed as failure:
        print(f" {number}. {silent(engine.name, failure.reason, failure.detail)}")
        return False
    where = say("voices-here") if engine.offline else say("voices-by-internet")
    print(f" {number}. {say('voices-ready', engine=_name(engine.name), voice=engine.voice, where=where)}")
    return True


def _installed_line(folder: VoiceFolder, name: str) -> bool:
    try:
        voice = folder.voice(name)
        voice.verify()
    except BadVoice as error:
        print(say("voices-damaged", name=name, reason=str(error)))
        return False
    record = voice.record
    print(
        say(
            "voices-whole",
            name=name,
            language=record.language,
            rate=str(record.rate),
            day=f"{record.at:%d/%m/%Y}",
            source=record.source,
            sha256=record.model_sha256[:_SHORT_HASH],
        )
    )
    return True


def _name(engine: str) -> str:
    """What an engine is called; a service is called as the configuration names it."""
    return say_code("engine", engine) if knows(f"engine-{engine}", LANGUAGE) else engine


def _told(spoken: Spoken, took_s: float) -> str:
    seconds = sum(passage.duration_ms for passage in spoken.passages) / 1000
    return say(
        "voices-spoke",
        engine=_name(spoken.engine),
        voice=spoken.voice,
        seconds=f"{seconds:.1f}",
        took=f"{took_s:.1f}",
    )


def _seconds(passage: Passage) -> str:
    return f"{passage.duration_ms / 1000:.1f}"


def _write(spoken: Sequence[Passage], path: Path) -> None:
    rate = spoken[0].rate
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", "not compressed"))
        file.writeframes(bytes(2 * int(rate * _PAUSE_S)).join(passage.samples for passage in spoken))
    print(say("voices-written", file=str(path)))
