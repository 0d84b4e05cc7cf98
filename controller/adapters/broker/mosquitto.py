"""Mosquitto 2 as the embedded broker: a generated configuration, password file and access list.

Taken where it is installed: it serves a province from one core (19,000 clients were measured), and it is packaged,
patched and understood everywhere. The generated lines are explained in docs/mosquitto.md.
"""

import re
import shutil
import subprocess
from collections.abc import Collection
from os import geteuid
from pathlib import Path

from controller.adapters.broker.accounts import Account, read_accounts, write_privately
from controller.adapters.broker.child import tied_to_parent
from controller.adapters.broker.settings import BrokerSettings, Limits
from controller.adapters.broker.supervision import BrokerFailed, EmbeddedBroker

_PLACES = ("/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto")
_STAY_ROOT = ("user root",)
"""Started by root, Mosquitto drops to another user: it could not read its files then, and loses its tie to us."""
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


class MosquittoBroker(EmbeddedBroker):
    """Mosquitto as our child, killed by the kernel when we are gone."""

    name = "mosquitto"

    def _prepare(self, port: int) -> list[str]:
        program = find_mosquitto()
        if program is None:
            raise BrokerFailed("mosquitto 2 is not installed (Debian: apt install mosquitto)")
        configuration = write_configuration(self.folder, self.settings, port, self.accounts_file)
        return tied_to_parent([str(program), "-c", str(configuration)])


def write_configuration(folder: Path, settings: BrokerSettings, port: int, accounts_file: Path) -> Path:
    """Write `mosquitto.conf`, `passwords` and `acl` into the folder and return the first one's path.

    Raises:
        AccountsUnreadable: as `read_accounts`.
        OSError: the folder cannot be written.
    """
    accounts = read_accounts(accounts_file).values()
    write_privately(folder / "passwords", password_lines(accounts).encode())
    write_privately(folder / "acl", acl_lines(accounts).encode())
    configuration = folder / "mosquitto.conf"
    write_privately(configuration, configuration_lines(folder, settings.host, port, settings.limits).encode())
    return configuration


def configuration_lines(folder: Path, host: str, port: int, limits: Limits) -> str:
    """Return the content of `mosquitto.conf`; docs/mosquitto.md says why each line is there."""
    lines = [
        *_STAY_ROOT[: geteuid() == 0],
        f"listener {port} {host}",
        f"max_connections {limits.connections}",
        "max_qos 1",
        "use_username_as_clientid true",
        "allow_anonymous false",
        f"password_file {folder / 'passwords'}",
        f"acl_file {folder / 'acl'}",
        f"message_size_limit {limits.message_bytes}",
        f"max_packet_size {limits.message_bytes + _PACKET_OVERHEAD}",
        f"max_inflight_messages {limits.inflight}",
        f"max_queued_messages {limits.queued}",
        f"max_queued_bytes {limits.queued_bytes}",
        "persistence false",
        "sys_interval 0",
        "set_tcp_nodelay true",
        "log_dest stderr",
        "log_timestamp false",
        "log_type error",
        "log_type warning",
        "log_type notice",
    ]
    return "\n".join(lines) + "\n"


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
