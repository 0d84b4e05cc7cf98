"""The looks at a unit: its folder, its key, its relay and sound card, its clock, and the ways to its controller."""

import importlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from edge import config
from edge.adapters.clock import kernel_trust
from edge.config import BadConfiguration, Configuration
from loalang.doctor import machine
from loalang.doctor.finding import Finding, Look, fail, warn, well
from protocol.names import ClockTrust


def looks(path: Path, *, simulate: bool) -> Iterator[Look]:
    """All looks at the unit that this file configures; without a usable file there is only one."""
    try:
        configuration = config.read(path, simulate=simulate)
    except BadConfiguration as error:
        yield partial(fail, "configuration", "bad", reason=str(error))
        return
    yield partial(well, "configuration")
    yield partial(machine.folder, configuration.data)
    yield partial(key, configuration.data)
    if not simulate:
        yield relay
        yield partial(sound, configuration)
        yield clock
    mqtt = configuration.file.mqtt
    yield partial(machine.answers, "broker", mqtt.host, mqtt.port)
    yield partial(machine.answers, "clips", *machine.address_of(configuration.file.controller.clips))


def key(data: Path) -> Finding:
    """Whether the unit's own key is there, readable by its owner only. Makes none."""
    path = data / "unit.key"
    if not path.exists():
        return warn("unit-key", "missing")
    return fail("unit-key", "open", file=str(path)) if path.stat().st_mode & 0o077 else well("unit-key")


def relay() -> Finding:
    """Whether this machine has the pins of a Raspberry Pi. Touches none: the running unit holds them."""
    try:
        importlib.import_module("RPi.GPIO")
    except (ImportError, RuntimeError) as error:
        return fail("relay", "missing", reason=str(error))
    return well("relay")


def sound(configuration: Configuration) -> Finding:
    """Whether the sound card is there by its name. Does not open it: the running unit holds it."""
    try:
        alsa = importlib.import_module("alsaaudio")
    except ImportError as error:
        return fail("sound", "no-library", reason=str(error))
    device = configuration.file.sound.device
    known = alsa.pcms(alsa.PCM_PLAYBACK)
    return well("sound") if device in known else fail("sound", "missing", device=device, known=", ".join(known))


def clock() -> Finding:
    """Whether a time service keeps this machine's clock; without one the unit asks the controller for the time."""
    trust = kernel_trust()
    return well("clock") if trust is ClockTrust.TRUSTED else warn("clock", "untrusted", trust=str(trust))
