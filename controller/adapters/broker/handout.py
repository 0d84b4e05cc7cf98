"""Everything that the administrator of a Mosquitto of their own installs, in one folder, with an explanation.

The same lines as our own child gets (`mosquitto.configuration_lines`), so that one contract suite speaks for both. The
folder can be written again at any time: what has not changed is left alone, and what somebody else has changed or put
there is not overwritten unasked.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import msgspec

from controller.adapters.broker.accounts import read_accounts
from controller.adapters.broker.child import SPARE
from controller.adapters.broker.explanation import explanation
from controller.adapters.broker.mosquitto import (
    ACL,
    CONFIGURATION,
    LOG_LINES,
    PASSWORDS,
    Door,
    Places,
    acl_lines,
    common_lines,
    door_lines,
    password_lines,
)
from controller.adapters.broker.settings import Limits, TlsSettings
from controller.adapters.private_file import write_private

RELOAD = "reload.conf"
LEDGER = ".written.json"
"""What we wrote, by name and SHA-256: whatever else stands there is somebody else's."""
DROP_IN = "systemd/mosquitto.service.d/loalang.conf"
FOLLOW = "systemd/loalang-broker-files"
DOCUMENTS = {"vi": "DOC-TRUOC.md", "en": "README.md"}

_CA, _SERVER = "ca.pem", "server.pem"


class ForeignFiles(Exception):
    """Files of these names stand there that we did not write, or that were changed since. Nothing was written."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(", ".join(names))
        self.names = names


@dataclass(frozen=True, slots=True, kw_only=True)
class Handout:
    """What the files say: for whom, where they will lie, and from which data folder they come."""

    data: Path
    accounts_file: Path
    at: PurePosixPath
    """The folder's name on the broker's machine, as it stands in the configuration."""
    tls: TlsSettings
    limits: Limits

    def files(self) -> dict[str, bytes]:
        """Return the content of every file by its name below the folder.

        Raises:
            AccountsUnreadable: as `read_accounts`.
            OSError: there are no certificates yet.
        """
        accounts = read_accounts(self.accounts_file).values()
        certificates = self.tls.certificates
        return {
            CONFIGURATION: _text([*self._common(), *self._doors()]),
            RELOAD: _text(self._common()),
            PASSWORDS: password_lines(accounts).encode(),
            ACL: acl_lines(accounts).encode(),
            _CA: certificates.ca.read_bytes(),
            _SERVER: certificates.server.read_bytes(),
            DROP_IN: _text(self._drop_in()),
            f"{FOLLOW}.path": _text(self._follow_path()),
            f"{FOLLOW}.timer": _text(_FOLLOW_TIMER),
            f"{FOLLOW}.service": _text(self._follow_service()),
            **{
                name: explanation(language, [*self._common(), *self._doors()], self.at).encode()
                for language, name in DOCUMENTS.items()
            },
        }

    def _common(self) -> list[str]:
        return [*LOG_LINES, *common_lines(self._places(), self.limits)]

    def _doors(self) -> list[str]:
        return door_lines([Door(self.tls.host, self.tls.port, tls=True)], self._places(), self.limits)

    def _places(self) -> Places:
        return Places(str(self.at / PASSWORDS), str(self.at / ACL), str(self.at / _SERVER))

    def _drop_in(self) -> list[str]:
        """Run Mosquitto with these files only, bounded from outside, and read again without its doors.

        A Mosquitto 2.0.11 that reads a `listener` again forgets its limits: see `MosquittoBroker`.
        """
        run = "/run/mosquitto/loalang.conf"
        put = "/usr/bin/install -o mosquitto -m 0600"
        return [
            "[Service]",
            f"ExecStartPre={put} {self.at / CONFIGURATION} {run}",
            "ExecStart=",
            f"ExecStart=/usr/sbin/mosquitto -c {run}",
            "ExecReload=",
            f"ExecReload={put} {self.at / RELOAD} {run}",
            "ExecReload=/bin/kill -HUP $MAINPID",
            "Restart=always",
            "RestartSec=2",
            f"LimitNOFILE={self.limits.connections + SPARE}",
            "MemoryMax=1G",
        ]

    def _follow_path(self) -> list[str]:
        return ["[Path]", f"PathChanged={self.accounts_file}", "[Install]", "WantedBy=multi-user.target"]

    def _follow_service(self) -> list[str]:
        hosts = "".join(f" --host {name}" for name in self.tls.names)
        command = f"/opt/loalang/bin/loalang controller broker-files --data {self.data} --to {self.at}{hosts}"
        return [
            "[Service]",
            "Type=oneshot",
            f"ExecStart={command}",
            "ExecStartPost=systemctl try-reload-or-restart mosquitto.service",
        ]


_FOLLOW_TIMER = ["[Timer]", "OnCalendar=monthly", "Persistent=true", "[Install]", "WantedBy=timers.target"]


def write_handout(folder: Path, files: Mapping[str, bytes], *, overwrite: bool = False) -> tuple[str, ...]:
    """Write the files that are missing or differ, and return their names.

    Written by root, they belong to whom the folder belongs to: an administrator makes it for Mosquitto's user once.

    Raises:
        ForeignFiles: something else stands there, and `overwrite` was not said.
        OSError: the folder cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    held = {name: _digest(folder / name) for name in files}
    wanted = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    changed = tuple(name for name in files if held[name] != wanted[name])
    ours = _ledger(folder)
    foreign = tuple(name for name in changed if held[name] is not None and held[name] != ours.get(name))
    if foreign and not overwrite:
        raise ForeignFiles(foreign)
    for name in changed:
        _put(folder, name, files[name])
    if changed or ours != wanted:
        _put(folder, LEDGER, msgspec.json.encode(wanted))
    return changed


def _put(folder: Path, name: str, content: bytes) -> None:
    path = folder / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(path, content)
    if os.geteuid() == 0:
        owner = folder.stat()
        for each in (path, *(parent for parent in path.parents if folder in parent.parents)):
            os.chown(each, owner.st_uid, owner.st_gid)


def _digest(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None


def _ledger(folder: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode((folder / LEDGER).read_bytes(), type=dict[str, str])
    except (FileNotFoundError, msgspec.DecodeError):
        return {}


def _text(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
