"""`loalang demo`: sets the stage, speaks the sample bulletin, and keeps the system running until Ctrl-C."""

import argparse
import fcntl
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from loalang.demo.commune import EnrolmentFailed, Login, Places, Ports
from loalang.demo.processes import end_leftovers
from loalang.demo.sample import BULLETIN, BULLETIN_TITLE
from loalang.demo.stage import DemoFailed, Stage
from loalang.desk_client import DeskClient, DeskRefused, DeskUnreachable
from loalang.narration import ZONE, Narrator
from loalang.terminal import say, tell

WEB_PORT = 8080
MQTT_PORT = 18883
LEAD_S = 12.0
"""How far ahead the sample bulletin is planned: enough to be spoken, sent and stored before its instant."""


def main(argv: Sequence[str]) -> int:
    """Run the demonstration; 0 after Ctrl-C, 1 when it could not run."""
    options = _parser().parse_args(argv)
    places = Places(options.folder.resolve())
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)  # also where it was started with it ignored, as in the background
    began = time.monotonic()
    tell(say("demo-hello"))
    try:
        with _alone(places):
            _free(options.port, "--port")
            _free(options.mqtt_port, "--mqtt-port")
            return _perform(places, options, began)
    except (DemoFailed, EnrolmentFailed, DeskUnreachable, DeskRefused) as error:
        print(error, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="loalang demo", description=say("command-demo"))
    parser.add_argument("--port", type=int, default=WEB_PORT, help=say("demo-help-port"))
    parser.add_argument("--mqtt-port", type=int, default=MQTT_PORT, help=say("demo-help-mqtt-port"))
    parser.add_argument("--folder", type=Path, default=Path("var/demo"), help=say("demo-help-folder"))
    parser.add_argument("--once", action="store_true", help=say("demo-help-once"))
    return parser


def _perform(places: Places, options: argparse.Namespace, began: float) -> int:
    stage = Stage(places, Ports(options.port, options.mqtt_port), tell)
    heard = False
    try:
        desk = stage.open()
        heard = _sample_bulletin(desk)
        _sum_up(stage, desk, heard=heard, seconds=time.monotonic() - began)
        while not options.once:
            stage.tend()
            time.sleep(1.0)
    except KeyboardInterrupt:
        tell("")
    finally:
        tell(say("demo-ending"))
        stage.close()
    tell(say("demo-ended", folder=str(places.root)))
    return 0 if heard or not options.once else 1


def _sample_bulletin(desk: DeskClient) -> bool:
    at = (datetime.now(UTC) + timedelta(seconds=LEAD_S)).replace(microsecond=0)
    tell(say("demo-bulletin", title=BULLETIN_TITLE, at=f"{at.astimezone(ZONE):%H:%M:%S}"))
    sent = desk.say(BULLETIN, to=[], title=BULLETIN_TITLE, at=at)
    return Narrator(desk, tell).follow(sent.broadcast, patience_s=120.0)


def _sum_up(stage: Stage, desk: DeskClient, *, heard: bool, seconds: float) -> None:
    tell("")
    if heard:
        tell(say("demo-heard", units=len(stage.units), seconds=f"{seconds:.0f}"))
    else:
        tell(say("demo-not-heard", logs=str(stage.places.root)))
    login = Login.load(stage.places)
    tell("")
    tell(say("demo-page", url=desk.url))
    tell(say("demo-login", name=login.name, password=login.password))
    tell(say("demo-observe", port=str(stage.ports.mqtt), user=login.observer, password=login.observer_password))
    tell(say("demo-try"))
    tell(say("demo-sound"))
    for unit in stage.units:
        tell(f"  {stage.places.sound(unit)}/")
    tell("")
    tell(say("demo-keep-running"))


@contextmanager
def _alone(places: Places) -> Iterator[None]:
    """Hold the folder for this demonstration, and clean up after one that was killed."""
    places.root.mkdir(parents=True, exist_ok=True)
    with (places.root / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoFailed(say("demo-already", folder=str(places.root))) from None
        if ended := end_leftovers(places.notes, str(places.root)):
            tell(say("demo-leftovers", count=ended))
        yield


def _free(port: int, option: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            words = say("demo-port-taken", port=str(port), option=option, other=str(port + 10))
            raise DemoFailed(words) from None


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
