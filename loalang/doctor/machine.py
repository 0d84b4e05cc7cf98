"""What a controller and a unit have in common: a disk with room, and addresses that answer."""

import contextlib
import os
import shutil
import socket
from pathlib import Path
from urllib.parse import urlsplit

from loalang.doctor.finding import Finding, fail, warn, well

LITTLE_BYTES = 500_000_000
REACH_S = 5.0


def folder(data: Path) -> Finding:
    """Whether the data folder can be written and has room for clips."""
    if not data.is_dir():
        return fail("folder", "missing", folder=str(data))
    if not os.access(data, os.W_OK | os.X_OK):
        return fail("folder", "closed", folder=str(data))
    free = shutil.disk_usage(data).free
    if free < LITTLE_BYTES:
        return warn("folder", "full", folder=str(data), megabytes=free // 1_000_000)
    return well("folder")


def answers(check: str, host: str, port: int) -> Finding:
    """Whether something listens at an address."""
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=REACH_S):
        return well(check)
    return fail(check, "silent", address=f"{host}:{port}")


def address_of(url: str) -> tuple[str, int]:
    """Return host and port of an http(s) address."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
