"""The configuration file of a newly enrolled unit: what it must trust, and where it finds its commune."""

import json
from pathlib import PurePosixPath

from controller.services.desk import Desk
from controller.services.enrolment import Enrolled
from protocol.keys import encode_bytes


def unit_file(desk: Desk, enrolled: Enrolled, *, clips: str, broker: tuple[str, int], data: PurePosixPath | str) -> str:
    """Return the text of `unit.toml`. It holds the broker password, so it belongs to the unit alone."""
    host, port = broker
    sections: dict[str, dict[str, str | int]] = {
        "": {"commune": desk.commune, "unit": enrolled.unit, "data": str(data)},
        "keys": {
            "schedule": encode_bytes(desk.schedule_key.public),
            "emergency": encode_bytes(desk.emergency_key.public),
        },
        "controller": {"clips": clips},
        "mqtt": {
            "host": host,
            "port": port,
            "user": f"{desk.commune}.{enrolled.unit}",
            "password": enrolled.password,
        },
    }
    return "\n".join(_section(name, values) for name, values in sections.items())


def _section(name: str, values: dict[str, str | int]) -> str:
    """A table of TOML; its strings are written as JSON, which TOML's basic strings contain."""
    head = f"[{name}]\n" if name else ""
    return head + "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
