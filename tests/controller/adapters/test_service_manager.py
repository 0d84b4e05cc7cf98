"""systemd hears when the controller is ready, alive and stopping."""

import socket

from controller.adapters.service_manager import ServiceManager


def test_it_speaks_to_the_named_socket(tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(5)
        manager = ServiceManager(str(tmp_path / "notify"))
        for tell, word in (
            (manager.ready, b"READY=1"),
            (manager.alive, b"WATCHDOG=1"),
            (manager.stopping, b"STOPPING=1"),
        ):
            tell()
            assert systemd.recv(64) == word


def test_without_a_socket_it_is_silent(monkeypatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    ServiceManager().ready()
