"""Mosquitto 2 as the embedded broker: a generated configuration, password file and access list.

Taken where it is installed: it serves a province from one core (19,000 clients were measured), and it is packaged,
patched and understood everywhere. The generated lines are explained in docs/mosquitto.md.
"""

import re
import shutil
import subprocess
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from os import geteuid
from pathlib import Path

from controller.adapters.broker.accounts import Account, read_accounts
from controller.adapters.broker.child import tied_to_parent
from controller.adapters.broker.settings import Limits
from controller.adapters.broker.supervision import BrokerFailed, EmbeddedBroker
from controller.adapters.private_file import write_private

_PLACES = ("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto")
CONFIGURATION, PASSWORDS, ACL = "mosquitto.conf", "passwords", "acl"
_STAY_ROOT = ("user root",)
"""Started by root, Mosquitto drops to another user: it could not read its files then, and loses its tie to us."""
LOG_LINES = ("log_dest stderr", "log_timestamp false", "log_type error", "log_type warning", "log_type notice")
_PACKET_OVERHEAD = 1024
"""Bytes of a PUBLISH beside its payload: header, topic (at most 512 bytes) and packet id."""


def find_mosquitto() -> Path | None:
    """Return the installed Mosquitto when it is version 2 or later, which is the first that reads our hashes."""
    found = shutil.which("mosquitto") or next((place for place in _PLACES if Path(place).is_file()), None)
    if found is None:
        return None
    try:
        told = subprocess.run([found, "-h"], capture_output=True, text=True, timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = re.match(r"mosquitto version (\d+)\.", told)
    return Path(found) if version is not None and int(version[1]) >= 2 else None


@dataclass(frozen=True, slots=True)
class Door:
    """One address to listen on."""

    host: str
    port: int
    tls: bool


@dataclass(frozen=True, slots=True)
class Places:
    """Where Mosquitto finds its files: in the lines of its configuration, not necessarily on this machine."""

    passwords: str
    acl: str
    certificate: str | None


class MosquittoBroker(EmbeddedBroker):
    """Mosquitto as our child, killed by the kernel when we are gone."""

    name = "mosquitto"

    def _prepare(self, port: int) -> list[str]:
        program = find_mosquitto()
        if program is None:
            raise BrokerFailed("mosquitto 2 is not installed (Debian: apt install mosquitto)")
        doors = self._doors(port)
        at = self._places()
        self._write([*common_lines(at, self.settings.limits), *door_lines(doors, at, self.settings.limits)])
        command = [str(program), "-c", str(self.folder / CONFIGURATION)]
        return tied_to_parent(command, self.settings.limits.connections * len(doors))

    def _refresh(self, port: int) -> None:  # noqa: ARG002 - the doors stay as they were at the start
        """Write the configuration without its doors.

        Mosquitto 2.0.11 that meets a `listener` while it reads its configuration again sets that one's limits back to
        none, and then passes over the lines that would set them.
        """
        self._write(common_lines(self._places(), self.settings.limits))

    def _write(self, lines: Sequence[str]) -> None:
        write_lists(self.folder, self.accounts_file)
        lines = [*_STAY_ROOT[: geteuid() == 0], *LOG_LINES, *lines]
        write_private(self.folder / CONFIGURATION, "".join(f"{line}\n" for line in lines).encode())

    def _places(self) -> Places:
        certificate = None if self.settings.tls is None else str(self.settings.tls.certificates.server)
        return Places(str(self.folder / PASSWORDS), str(self.folder / ACL), certificate)

    def _doors(self, port: int) -> list[Door]:
        """Every address to listen on, with the ports that were really taken."""
        doors, tls = [Door(self.settings.host, port, tls=False)], self.settings.tls
        if tls is not None and self.tls_port is not None:
            doors.append(Door(tls.host, self.tls_port, tls=True))
        return doors


def write_lists(folder: Path, accounts_file: Path) -> None:
    """Write `passwords` and `acl` into the folder.

    Raises:
        AccountsUnreadable: as `read_accounts`.
        OSError: the folder cannot be written.
    """
    accounts = read_accounts(accounts_file).values()
    write_private(folder / PASSWORDS, password_lines(accounts).encode())
    write_private(folder / ACL, acl_lines(accounts).encode())


def common_lines(at: Places, limits: Limits) -> list[str]:
    """Return the lines of `mosquitto.conf` that hold for every door; docs/mosquitto.md says why each is there."""
    return [
        "per_listener_settings false",
        "allow_anonymous false",
        f"password_file {at.passwords}",
        f"acl_file {at.acl}",
        f"message_size_limit {limits.message_bytes}",
        f"max_packet_size {limits.message_bytes + _PACKET_OVERHEAD}",
        f"max_inflight_messages {limits.inflight}",
        f"max_queued_messages {limits.queued}",
        f"max_queued_bytes {limits.queued_bytes}",
        "persistent_client_expiration 1h",
        "persistence false",
        "sys_interval 0",
        "set_tcp_nodelay true",
    ]


def door_lines(doors: Sequence[Door], at: Places, limits: Limits) -> list[str]:
    """Return the lines of the doors: what follows a `listener` holds for that one alone, so it is said for each."""
    return [line for door in doors for line in _listener_lines(door, at, limits)]


def _listener_lines(door: Door, at: Places, limits: Limits) -> list[str]:
    lines = [
        f"listener {door.port} {door.host}",
        f"max_connections {limits.connections}",
        "max_qos 1",
        "use_username_as_clientid true",
    ]
    if door.tls and at.certificate is not None:
        lines += [f"certfile {at.certificate}", f"keyfile {at.certificate}", "tls_version tlsv1.2"]
    return lines


def password_lines(accounts: Collection[Account]) -> str:
    """Return the content of Mosquitto's password file."""
    return "".join(f"{account.user}:{account.password_hash}\n" for account in accounts)


def acl_lines(accounts: Collection[Account]) -> str:
    """Return the content of Mosquitto's access list: who is not named there may do nothing."""
    return "\n".join(_acl_of(account) for account in accounts)


def _acl_of(account: Account) -> str:
    reads = "".join(f"topic read {each}\n" for each in account.grants.read)
    writes = "".join(f"topic write {each}\n" for each in account.grants.write)
    return f"user {account.user}\n{reads}{writes}"
