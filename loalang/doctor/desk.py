"""The looks at a controller: its folder, its configuration, its voices, its studio, and whether it runs."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec

from audio.child import best_confinement
from audio.ffmpeg import Ffmpeg
from audio.speech.espeak import Espeak
from audio.speech.port import SpeechFailed
from controller.adapters.kernel_clock import kernel_says_synchronised
from controller.adapters.key_folder import KeyFolder
from controller.adapters.secrets import SecretUnreadable, open_secrets
from controller.config import BadConfiguration, Clock, read_config
from controller.services.ports import KeyTrouble
from loalang.desk_client import DeskRefused, DeskUnreachable, find_desk
from loalang.doctor import machine
from loalang.doctor.finding import Finding, Look, fail, warn, well
from protocol.envelope import Refused, open_delegation
from protocol.keys import decode_bytes, key_id
from protocol.messages import Delegation
from protocol.names import CommuneId, Role

SENTENCE = "Kính thưa bà con."


def looks(data: Path) -> Iterator[Look]:
    """All looks at the controller of a data folder."""
    yield partial(machine.folder, data)
    yield partial(configuration, data)
    yield partial(keys, data)
    yield partial(clock, data)
    yield confinement
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
    """Whether the keys are there and as they should be: closed to others, the root key put away. Makes none."""
    if not (data / "keys").is_dir():
        return fail("keys", "missing", folder=str(data))
    try:
        open_secrets(data)
        return _keys(KeyFolder(data / "keys", CommuneId("")), data)
    except SecretUnreadable as error:
        return fail("keys", "unreadable", reason=str(error))
    except (KeyTrouble, Refused, msgspec.DecodeError) as error:
        return fail("keys", "lost", reason=str(error))


def _keys(folder: KeyFolder, data: Path) -> Finding:
    root, copy = folder.root(), folder.delegation()
    if root is None or copy is None:
        older = folder.former_keys() is not None
        return warn("keys", "emergency-open", folder=str(data)) if older else fail("keys", "missing", folder=str(data))
    claimed = msgspec.json.decode(copy.partition(b"\n")[2], type=Delegation)
    delegation = open_delegation(copy, root, claimed.commune)
    named = {key.role: key_id(decode_bytes(key.public, 32)) for key in delegation.keys}
    if Role.SCHEDULE not in named or folder.schedule(named[Role.SCHEDULE]) is None:
        raise KeyTrouble(f"no schedule key of delegation {delegation.serial}")
    if Role.EMERGENCY not in named or not folder.emergency_closed(named[Role.EMERGENCY]):
        return warn("keys", "emergency-open", folder=str(data))
    if folder.root_file.exists():
        return warn("keys", "root-on-line", file=str(folder.root_file), folder=str(data))
    return well("keys")


def clock(data: Path) -> Finding:
    """Whether this machine may tell units the time."""
    try:
        assumed = read_config(data).clock is Clock.ASSUME_TRUSTED
    except BadConfiguration:
        assumed = False
    return well("desk-clock") if assumed or kernel_says_synchronised() else warn("desk-clock", "untrusted")


def confinement() -> Finding:
    """Whether strangers' files are read by programs that can do nothing else: tried, not asked."""
    reached = best_confinement()
    return well("confinement") if reached.complete else warn("confinement", "partial", reached=str(reached))


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
