"""The voices put together as the configuration says."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from audio.ffmpeg import Ffmpeg
from audio.speech.cache import PassageCache
from audio.speech.espeak import Espeak, EspeakVoice
from audio.speech.https_description import HttpsVoice, Region
from audio.speech.order import Haste, VoiceOrder, utc_now
from audio.speech.piper import Piper, PiperSettings
from audio.speech.piper_voice import VoiceFolder
from audio.speech.port import SpeechEngine
from controller.speech_config import ESPEAK, GTTS, PIPER, PiperSpeech, Speech, voice_named

VOICES: Final = "voices"
KEPT: Final = "passages"
_ESPEAK_VOICES: Final = {
    Region.NORTH: "vi",
    Region.CENTRAL: "vi-vn-x-central",
    Region.SOUTH: "vi-vn-x-south",
}


def voice_folder(data: Path) -> VoiceFolder:
    """Where the voices for Piper lie in a data folder."""
    return VoiceFolder(data / VOICES)


def voice_order(speech: Speech, data: Path, ffmpeg: Ffmpeg, clock: Callable[[], datetime] = utc_now) -> VoiceOrder:
    """Return the voices in their order, with what they spoke before."""
    emergency = None if speech.emergency is None else frozenset(engine_name(name) for name in speech.emergency)
    return VoiceOrder(
        [engine for _name, engine in engines(speech, data, ffmpeg)],
        cache=PassageCache(data / KEPT, speech.kept_mb * 1_000_000) if speech.kept_mb else None,
        haste=Haste(emergency, speech.emergency_s),
        clock=clock,
    )


def engines(speech: Speech, data: Path, ffmpeg: Ffmpeg) -> list[tuple[str, SpeechEngine]]:
    """Return each engine under its name in the order of asking."""
    folder = voice_folder(data)
    asked = speech.asked(voice_installed=bool(folder.names()))
    return [(name, _engine(name, speech, folder, ffmpeg)) for name in asked]


def engine_name(name: str) -> str:
    """What an engine of the order calls itself: all voices of Piper are Piper."""
    return name if voice_named(name) is None else PIPER


def _engine(name: str, speech: Speech, folder: VoiceFolder, ffmpeg: Ffmpeg) -> SpeechEngine:
    if name == ESPEAK:
        return Espeak(EspeakVoice(_ESPEAK_VOICES[speech.region], speech.espeak.rate, speech.espeak.volume))
    if name == GTTS:
        return _google(speech, ffmpeg)
    if name == PIPER or voice_named(name) is not None:
        wanted = voice_named(name) or speech.piper.voice
        return Piper(lambda: folder.chosen(wanted), piper_settings(speech.piper))
    return _service(next(one for one in speech.https if one.name == name), speech.region, ffmpeg)


def piper_settings(speech: PiperSpeech) -> PiperSettings:
    """How Piper speaks."""
    return PiperSettings(
        program=speech.command(),
        speed=speech.speed,
        noise=speech.noise,
        rhythm=speech.rhythm,
        pause_s=speech.pause_s,
        volume=speech.volume,
    )


def _google(speech: Speech, ffmpeg: Ffmpeg) -> SpeechEngine:
    from audio.speech.google import Google, GoogleVoice  # only who chose it pays for its imports
    from audio.speech.pace import Pace

    chosen = GoogleVoice(passage_s=speech.gtts.passage_s, slow=speech.gtts.slow)
    return Google(ffmpeg, chosen, Pace(between_s=speech.gtts.between_s))


def _service(described: HttpsVoice, region: Region, ffmpeg: Ffmpeg) -> SpeechEngine:
    from audio.speech.https_voice import HttpsEngine  # likewise
    from audio.speech.pace import Pace
    from audio.speech.visit import Patience, Service

    patience = Patience(described.connect_s, described.read_s, described.passage_s, described.ca)
    return HttpsEngine(described, region, ffmpeg, Service(patience, Pace(between_s=described.between_s)))
