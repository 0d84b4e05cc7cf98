"""The sample commune is enrolled as a real one is: by the technician's own commands and each unit's own key."""

import contextlib
import io
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from controller.__main__ import main as controller
from edge.adapters import unit_key
from loalang.demo.sample import COMMUNE_ID, COMMUNE_NAME, OFFICER, OFFICER_NAME, VILLAGES, SampleUnit
from protocol.keys import encode_bytes

OBSERVER = "observer"
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

    def unit(self, unit: SampleUnit) -> Path:
        """The data folder of a unit."""
        return self.root / "units" / unit.id

    def sound(self, unit: SampleUnit) -> Path:
        """The folder where the sound of a unit lands, a WAV for each broadcast."""
        return self.unit(unit) / "sound"


@dataclass(frozen=True, slots=True)
class Login:
    """How the officer signs in, and how a technician watches MQTT."""

    name: str
    password: str
    observer: str
    observer_password: str

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
    for village in VILLAGES:
        languages = [word for language in village.languages for word in ("--language", language)]
        about = ["--village", village.id, "--name", village.name, "--households", str(village.households)]
        _told(["village", *where, *about, *languages])
    for unit in units:
        _enrol(places, unit, where)


def _make(places: Places, where: Sequence[str]) -> None:
    login = Login(OFFICER, secrets.token_urlsafe(9), OBSERVER, secrets.token_urlsafe(18))
    commune = ["--commune", COMMUNE_ID, "--name", COMMUNE_NAME]
    person = ["--user", OFFICER, "--shown-name", OFFICER_NAME]
    with _password_file(places, login.password) as file:
        _told(["init", *where, *commune, *person, "--password-file", file])
    with _password_file(places, login.observer_password) as file:
        _told(["observe", *where, "--user", OBSERVER, "--password-file", file])
    _write_privately(places.login, json.dumps(asdict(login)))


@contextlib.contextmanager
def _password_file(places: Places, password: str) -> Iterator[str]:
    """A password goes by file, never by command line: everybody on a machine can read those."""
    path = places.root / "password"
    _write_privately(path, password)
    yield str(path)
    path.unlink()


def _enrol(places: Places, unit: SampleUnit, where: Sequence[str]) -> None:
    folder = places.unit(unit)
    folder.mkdir(parents=True, exist_ok=True)
    key = encode_bytes(unit_key.read_or_make(folder).public)
    villages = [word for village in unit.villages for word in ("--village", village)]
    about = ["--unit", unit.id, "--name", unit.name, "--key", key, "--unit-data", str(folder)]
    _write_privately(folder / "unit.toml", _told(["enrol", *where, *about, *villages]) + SIMULATED)


def _told(command: Sequence[str]) -> str:
    """Run a command of `loalang controller` and return what it printed."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = controller(command)
    if code != 0:
        raise EnrolmentFailed(err.getvalue().strip() or f"{command[0]}: {code}")
    return out.getvalue()


def _write_privately(path: Path, text: str) -> None:
    draft = path.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
