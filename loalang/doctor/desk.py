"""The looks at a controller: its folder, its configuration, its voices, its studio, and whether it runs."""

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from audio.ffmpeg import Ffmpeg
from audio.speech.espeak import Espeak
from audio.speech.port import SpeechFailed
from controller.adapters.secrets import SecretUnreadable, open_secrets
from controller.config import BadConfiguration, read_config
from loalang.desk_client import DeskRefused, DeskUnreachable, find_desk
from loalang.doctor import machine
from loalang.doctor.finding import Finding, Look, fail, warn, well

SENTENCE = "Kính thưa bà con."


def looks(data: Path) -> Iterator[Look]:
    """All looks at the controller of a data folder."""
    yield partial(machine.folder, data)
    yield partial(configuration, data)
    yield partial(keys, data)
    yield programs
    yield ffmpeg
    yield voice
    yield partial(running, data)


def configuration(data: Path) -> Finding:
    """Whether controller.toml can be used."""
    try:
        read_config(data)
    except BadConfiguration as error:
        return fail("configuration", "bad", reason=str(error))
    return well("configuration")


def keys(data: Path) -> Finding:
    """Whether the keys are there and nobody else can read them. Makes none."""
    if not (data / "keys").is_dir():
        return fail("keys", "missing", folder=str(data))
    try:
        open_secrets(data)
    except SecretUnreadable as error:
        return fail("keys", "unreadable", reason=str(error))
    return well("keys")


def programs() -> Finding:
    """Whether the programs that hold decoders in their limits are there (util-linux)."""
    missing = [name for name in ("prlimit", "setpriv") if shutil.which(name) is None]
    return fail("programs", "missing", names=", ".join(missing)) if missing else well("programs")


def ffmpeg() -> Finding:
    """Whether the studio's ffmpeg is there."""
    try:
        Ffmpeg()
    except (FileNotFoundError, RuntimeError) as error:
        return fail("ffmpeg", "missing", reason=str(error))
    return well("ffmpeg")


def voice() -> Finding:
    """Whether the voice that always works does."""
    try:
        Espeak().speak(SENTENCE, "vi")
    except SpeechFailed as error:
        return fail("voice", "silent", reason=str(error))
    return well("voice")


def running(data: Path) -> Finding:
    """Whether the controller answers and has reached its broker."""
    try:
        health = find_desk(data).health()
    except (DeskUnreachable, DeskRefused):
        return warn("running", "silent", folder=str(data))
    return well("running") if health["broker"] else fail("running", "no-broker")
