"""Tells systemd that the unit is ready, alive and what it does (sd_notify(3)), where systemd listens."""

import os
import socket


class Notifier:
    """Sends to the socket that systemd names; without one it is silent."""

    def __init__(self, address: str | None = None) -> None:
        """Take the address from NOTIFY_SOCKET unless one is given."""
        self._address = address if address is not None else os.environ.get("NOTIFY_SOCKET", "")

    def ready(self) -> None:
        """The unit is up; it need not have reached anyone for that."""
        self._send("READY=1")

    def alive(self) -> None:
        """The deciding thread is alive: feeds the watchdog."""
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        """The unit was asked to end."""
        self._send("STOPPING=1")

    def _send(self, text: str) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.sendto(text.encode("ascii"), address)
