"""The web server takes its port first, answers, and lets go."""

import urllib.request

import pytest

from controller.adapters.pages import AddressTaken, PageServer


def answer(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]


def test_it_answers_and_stops():
    server = PageServer("127.0.0.1", 0, threads=8)
    server.serve(answer, most_bytes=1000)
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/", timeout=10) as response:
        assert response.read() == b"ok"
    assert server.alive
    server.stop()
    with pytest.raises(OSError):
        urllib.request.urlopen(f"http://127.0.0.1:{server.port}/", timeout=1)


def test_a_taken_port_is_told_before_anything_starts():
    first = PageServer("127.0.0.1", 0, threads=8)
    with pytest.raises(AddressTaken) as error:
        PageServer("127.0.0.1", first.port, threads=8)
    assert error.value.port == first.port
    first.stop()


def test_an_address_that_this_machine_has_not_is_told():
    with pytest.raises(AddressTaken):
        PageServer("192.0.2.1", 0, threads=8)
    with pytest.raises(AddressTaken):
        PageServer("no.such.host.invalid", 0, threads=8)
