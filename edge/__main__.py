"""Starts one unit. The only place where adapters are chosen: real pins and card, or simulated ones.

python -m edge --config unit.toml [--simulate]     run
python -m edge init --config unit.toml             make the unit's key if there is none, print its public half
python -m edge relay-off --config unit.toml        switch the amplifier off and end (for ExecStopPost)
"""

import argparse
import importlib
import logging
import secrets
import signal
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType

from edge import config
from edge.adapters import logbook, unit_key, wav_sink
from edge.adapters.alsa_output import AlsaOutput
from edge.adapters.clip_folder import ClipFolder
from edge.adapters.clip_supply import ClipSupply
from edge.adapters.clock import MachineClock, assumed_trust, kernel_trust, machine_boot
from edge.adapters.download import Source
from edge.adapters.gpio_relay import GpioRelay
from edge.adapters.last_resort import LastResort
from edge.adapters.logbook import facts
from edge.adapters.machine import Machine
from edge.adapters.memory import DiskMemory, NewerMemory
from edge.adapters.mqtt import Broker, Link
from edge.adapters.notify import Notifier
from edge.adapters.performance import Stage
from edge.adapters.player import Player
from edge.adapters.relay_guard import RelayGuard
from edge.adapters.simulated_relay import SimulatedRelay
from edge.adapters.stick import Stick
from edge.adapters.tls import broker_trust, clip_trust
from edge.config import BadConfiguration, Configuration
from edge.core.events import Leaving
from edge.core.ports import Output, Relay, RelayFailed
from edge.core.setting import Setting
from edge.runtime import Inbox, Parts, Runtime
from protocol.keys import encode_bytes

log = logging.getLogger("edge")

DEFAULT_CONFIG = Path("/etc/loalang/unit.toml")
BAD_START = 78
"""EX_CONFIG of sysexits.h: restarting will not help until a technician has been here."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return 0, or 78 when the unit cannot start as it is configured."""
    arguments = _arguments(argv)
    try:
        if arguments.command == "init" and arguments.data is not None:
            return _init(arguments.data)
        configuration = config.read(arguments.config, simulate=arguments.simulate)
        match arguments.command:
            case "init":
                return _init(configuration.data)
            case "relay-off":
                _relay(configuration, simulate=arguments.simulate).close()
            case _:
                _run(configuration, simulate=arguments.simulate)
    except (BadConfiguration, unit_key.BadUnitKey, NewerMemory, RelayFailed) as error:
        sys.stderr.write(f"{error}\n")
        return BAD_START
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="loalang edge", description="Một cụm loa của Loa Làng.")
    parser.add_argument("command", nargs="?", choices=["run", "init", "relay-off"], default="run")
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG, help="tệp cấu hình unit.toml")
    parser.add_argument("--data", type=Path, help="init: thư mục dữ liệu, khi chưa có unit.toml")
    parser.add_argument("--simulate", action="store_true", help="không có chân GPIO và card âm thanh: ghi ra tệp")
    return parser.parse_args(argv)


def _init(data: Path) -> int:
    """Before the unit is enrolled there is no configuration: the key comes first, and the desk is told of it."""
    sys.stdout.write(encode_bytes(unit_key.read_or_make(data).public) + "\n")
    return 0


def _run(configuration: Configuration, *, simulate: bool) -> None:
    logbook.begin()
    _make_folders(configuration.data)
    inbox = Inbox()
    guard = RelayGuard(_relay(configuration, simulate=simulate), inbox.post)
    last_resort = LastResort(guard)
    last_resort.install()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: inbox.post(Leaving()))
    setting = _setting(configuration, simulate=simulate)
    output = _output(configuration, simulate=simulate)
    parts = _parts(configuration, setting, inbox, guard, output)
    guard.start(on_limit=parts.player.limit, on_stuck=last_resort.stuck)
    stick = _stick(configuration, parts, inbox)
    for part in (parts.player, parts.supply, parts.link, stick):
        part.start()
    Runtime(setting, parts, inbox).run()
    parts.player.close()
    guard.close()
    output.close()
    parts.link.close()
    stick.close()
    parts.supply.close()
    parts.memory.close()


def _make_folders(data: Path) -> None:
    """Without them there is no key to sign with and nowhere for clips; a technician must come."""
    try:
        for folder in (data, data / "clips", data / "inbox"):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadConfiguration(f"Không dùng được thư mục dữ liệu {data}: {error}") from error


def _setting(configuration: Configuration, *, simulate: bool) -> Setting:
    file = configuration.file
    return Setting(
        commune=file.commune,
        unit=file.unit,
        root=configuration.root,
        delegation=configuration.delegation,
        machine_boot=machine_boot(),
        boot=f"b-{secrets.token_hex(8)}",
        software=_version(),
        simulated=simulate,
        settle_s=file.relay.settle_ms / 1000,
        tail_s=file.relay.tail_ms / 1000,
        max_on_s=file.relay.max_on_s,
    )


def _parts(configuration: Configuration, setting: Setting, inbox: Inbox, guard: RelayGuard, output: Output) -> Parts:
    data = configuration.data
    folder = ClipFolder(data / "clips")
    trust = assumed_trust if configuration.assume_trusted_clock else kernel_trust
    memory = DiskMemory(data / "memory.sqlite3")
    if memory.set_aside is not None:
        log.warning("memory-was-damaged", extra=facts(set_aside=memory.set_aside))
    return Parts(
        clock=MachineClock(trust),
        memory=memory,
        supply=ClipSupply(folder, _source(configuration), inbox.post),
        player=Player(Stage(output, guard, folder.path, inbox.post, setting.settle_s, setting.tail_s)),
        link=Link(_broker(configuration), setting.commune, setting.unit, inbox.post),
        machine=Machine(data),
        notifier=Notifier(),
        key=unit_key.read_or_make(data),
    )


def _source(configuration: Configuration) -> Source:
    """Where clips come from; over https, the authority of the broker's certificate may vouch for it too."""
    base = configuration.file.controller.clips
    return Source(base, clip_trust(configuration.authority) if base.startswith("https:") else None)


def _stick(configuration: Configuration, parts: Parts, inbox: Inbox) -> Stick:
    own = configuration.data / "inbox"
    own.mkdir(exist_ok=True)
    mounted = configuration.file.stick
    return Stick([own, *([] if mounted is None else [configuration.folder / mounted])], parts.supply, inbox.post)


def _broker(configuration: Configuration) -> Broker:
    mqtt = configuration.file.mqtt
    return Broker(
        host=mqtt.host,
        port=mqtt.port,
        user=configuration.user,
        password=configuration.password,
        tls=broker_trust(configuration.authority) if mqtt.tls else None,
        keepalive_s=mqtt.keepalive,
    )


def _relay(configuration: Configuration, *, simulate: bool) -> Relay:
    relay = configuration.file.relay
    if simulate:
        configuration.data.mkdir(parents=True, exist_ok=True)
        return SimulatedRelay(configuration.data / "relay.log")
    return GpioRelay(_module("RPi.GPIO", "rpi-lgpio"), relay.pin, active_high=relay.active_high)


def _output(configuration: Configuration, *, simulate: bool) -> Output:
    if simulate:
        folder = configuration.data / "sound"
        log.info("sound-is-simulated", extra=facts(folder=folder, repaired=wav_sink.repair(folder)))
        return wav_sink.WavSink(folder)
    return AlsaOutput(_module("alsaaudio", "pyalsaaudio"), configuration.file.sound.device)


def _module(name: str, package: str) -> ModuleType:
    """Import what exists on a real unit only."""
    try:
        return importlib.import_module(name)
    except (ImportError, RuntimeError) as error:
        raise BadConfiguration(f"Máy này không dùng được {name} (gói {package}): {error}") from error


def _version() -> str:
    try:
        return version("loalang")
    except PackageNotFoundError:
        return "0"


if __name__ == "__main__":
    sys.exit(main())
