"""The configuration file of a newly enrolled unit: what it must trust, and where it finds its commune."""

import json
from dataclasses import dataclass
from pathlib import PurePosixPath

from controller.services.desk import Desk
from controller.services.enrolment import Enrolled


@dataclass(frozen=True, slots=True)
class BrokerTls:
    """The broker is reached by TLS; `ca_pem` is the certificate of who vouches for it, or None: the machine's own."""

    ca_pem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerPlace:
    """Where a unit finds the broker; without `tls` in the clear."""

    host: str
    port: int
    tls: BrokerTls | None = None


def unit_file(desk: Desk, enrolled: Enrolled, *, clips: str, broker: BrokerPlace, data: PurePosixPath | str) -> str:
    """Return the text of `unit.toml`. It holds the broker password, so it belongs to the unit alone.

    Of keys it names the root key only, and carries the delegation of today, so that the unit obeys before the broker
    has told it anything.
    """
    in_force = desk.keys.in_force
    sections: dict[str, dict[str, str | int | bool]] = {
        "": {"commune": desk.commune, "unit": enrolled.unit, "data": str(data)},
        "keys": {"root": in_force.root.text, "delegation": in_force.signed.decode("utf-8")},
        "controller": {"clips": clips},
        "mqtt": {
            "host": broker.host,
            "port": broker.port,
            "user": f"{desk.commune}.{enrolled.unit}",
            "password": enrolled.password,
            **_tls(broker.tls),
        },
    }
    return "\n".join(_section(name, values) for name, values in sections.items())


def _tls(tls: BrokerTls | None) -> dict[str, str | int | bool]:
    if tls is None:
        return {}
    return {"tls": True} if tls.ca_pem is None else {"tls": True, "ca_pem": tls.ca_pem}


def _section(name: str, values: dict[str, str | int | bool]) -> str:
    """A table of TOML; its strings are written as JSON, which TOML's basic strings contain."""
    head = f"[{name}]\n" if name else ""
    return head + "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
