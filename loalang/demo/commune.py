"""The sample commune is enrolled as a real one is: by the technician's own commands and each unit's own key."""

import contextlib
import io
import json
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from controller.__main__ import main as controller
from controller.services.emergency_code import new_code
from edge.adapters import unit_key
from loalang.demo.sample import COMMUNE_ID, COMMUNE_NAME, OFFICER, OFFICER_NAME, VILLAGES, SampleUnit
from loalang.keys import main as keys
from protocol.keys import encode_bytes

OBSERVER = "observer"
CONTROLLER_FILE = "controller.toml"
CONTROLLER_CONFIG = 'clock = "assume-trusted"\n'
SIMULATED = """
[simulate]
clock = "assume-trusted"
"""


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything of one demonstration lies."""

    root: Path

    @property
    def controller(self) -> Path:
        """The controller's data folder."""
        return self.root / "controller"

    @property
    def login(self) -> Path:
        """The file with the officer's and the observer's passwords, readable by its owner only."""
        return self.root / "login.json"

    @property
    def notes(self) -> Path:
        """The process ids of the last demonstration."""
        return self.root / "processes"

    @property
    def root_key(self) -> Path:
        """Where the demonstration puts the commune's root key: away from the controller, as it should be."""
        return self.root / "root-key.sealed"

    def unit(self, unit: SampleUnit) -> Path:
        """The data folder of a unit."""
        return self.root / "units" / unit.id

    def sound(self, unit: SampleUnit) -> Path:
        """The folder where the sound of a unit lands, a WAV for each broadcast."""
        return self.unit(unit) / "sound"


@dataclass(frozen=True, slots=True)
class Login:
    """How the officer signs in and starts an emergency, how a technician watches MQTT and opens the root key."""

    name: str
    password: str
    observer: str
    observer_password: str
    emergency_code: str = ""
    root_passphrase: str = ""

    @classmethod
    def load(cls, places: Places) -> "Login":
        """Return what `enrol` wrote."""
        return cls(**json.loads(places.login.read_text("utf-8")))


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the controller's pages and its broker listen."""

    web: int
    mqtt: int


class EnrolmentFailed(Exception):
    """A technician's command did not succeed; the message is what it said."""


def enrol(places: Places, units: Sequence[SampleUnit], ports: Ports) -> None:
    """Make the commune on the first run, and (again) its villages and units, with these ports in their files."""
    where = ["--data", str(places.controller), "--port", str(ports.web), "--mqtt-port", str(ports.mqtt)]
    places.root.mkdir(parents=True, exist_ok=True)
    if not places.login.exists():
        _make(places, where)
    _set_clock(places)
    for village in VILLAGES:
        languages = [word for language in village.languages for word in ("--language", language)]
        about = ["--village", village.id, "--name", village.name, "--households", str(village.households)]
        _told(["village", *where, *about, *languages])
    _put_root_key_away(places)
    for unit in units:
        _enrol(places, unit, where)


def _make(places: Places, where: Sequence[str]) -> None:
    login = Login(
        OFFICER, secrets.token_urlsafe(9), OBSERVER, secrets.token_urlsafe(18), new_code(), secrets.token_urlsafe(18)
    )
    commune = ["--commune", COMMUNE_ID, "--name", COMMUNE_NAME]
    person = ["--user", OFFICER, "--shown-name", OFFICER_NAME]
    with (
        _secret_file(places, "password", login.password) as password,
        _secret_file(places, "code", login.emergency_code) as code,
    ):
        _told(["init", *where, *commune, *person, "--password-file", password, "--emergency-code-file", code])
    with _secret_file(places, "password", login.observer_password) as file:
        _told(["observe", *where, "--user", OBSERVER, "--password-file", file])
    _write_privately(places.login, json.dumps(asdict(login)))


def _set_clock(places: Places) -> None:
    """A demonstration runs in containers too, whose kernel keeps no clock of its own."""
    path = places.controller / CONTROLLER_FILE
    if not path.exists():
        _write_privately(path, CONTROLLER_CONFIG)


def _put_root_key_away(places: Places) -> None:
    """As a commune does on its first day; before that, the demonstration allows itself to sound at any hour."""
    if not (places.controller / "keys" / "root.key").exists():
        return
    login = Login.load(places)
    data = ["--data", str(places.controller)]
    with _secret_file(places, "passphrase", login.root_passphrase or login.observer_password) as file:
        _told(["caps", *data, "--hours", "00:00-24:00"], keys)
        places.root_key.unlink(missing_ok=True)
        _told(["offline", *data, "--to", str(places.root_key), "--passphrase-file", file], keys)


@contextlib.contextmanager
def _secret_file(places: Places, name: str, secret: str) -> Iterator[str]:
    """A secret goes by file, never by command line: everybody on a machine can read those."""
    path = places.root / name
    _write_privately(path, secret)
    yield str(path)
    path.unlink()


def _enrol(places: Places, unit: SampleUnit, where: Sequence[str]) -> None:
    folder = places.unit(unit)
    folder.mkdir(parents=True, exist_ok=True)
    key = encode_bytes(unit_key.read_or_make(folder).public)
    villages = [word for village in unit.villages for word in ("--village", village)]
    about = ["--unit", unit.id, "--name", unit.name, "--key", key, "--unit-data", str(folder)]
    _write_privately(folder / "unit.toml", _told(["enrol", *where, *about, *villages]) + SIMULATED)


def _told(command: Sequence[str], run: Callable[[Sequence[str]], int] = controller) -> str:
    """Run a command of `loalang controller` (or of another) and return what it printed."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(command)
    if code != 0:
        raise EnrolmentFailed(err.getvalue().strip() or f"{command[0]}: {code}")
    return out.getvalue()


def _write_privately(path: Path, text: str) -> None:
    draft = path.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
