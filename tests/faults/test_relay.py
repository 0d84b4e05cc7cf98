"""The simulated network does what it says, the same for the same seed, and says that it is one."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.faults.relay import FAR_AND_LOSSY, SEGMENT, Lane, Line, Relay, Way, Weather

PATIENCE_S = 10.0


class Echo:
    """A server that sends back what it hears, and remembers how its connections ended."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.ends: list[str] = []
        self._changed = threading.Condition()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(PATIENCE_S)

    def await_end(self, number: int = 1) -> str:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.ends) >= number, PATIENCE_S)
            return self.ends[number - 1]

    def await_heard(self, size: int) -> bytes:
        with self._changed:
            assert self._changed.wait_for(lambda: len(b"".join(self.heard)) >= size, PATIENCE_S), self.heard
            return b"".join(self.heard)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket) -> None:
        end = "closed"
        try:
            with connection:
                while data := connection.recv(65536):
                    self._note(lambda data=data: self.heard.append(data))
                    connection.sendall(data)
        except ConnectionError:
            end = "reset"
        self._note(lambda: self.ends.append(end))

    def _note(self, act: Callable[[], None]) -> None:
        with self._changed:
            act()
            self._changed.notify_all()


@pytest.fixture
def echo() -> Iterator[Echo]:
    server = Echo()
    yield server
    server.close()


@contextlib.contextmanager
def relayed(echo: Echo, **how) -> Iterator[Relay]:
    relay = Relay(echo.port, **how)
    try:
        yield relay
    finally:
        relay.close()


def dial(relay: Relay) -> socket.socket:
    return socket.create_connection(("127.0.0.1", relay.port), timeout=PATIENCE_S)


def receive(connection: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size and (data := connection.recv(65536)):
        found += data
    return found


# When a segment arrives: no socket, no clock


@given(st.integers(), st.lists(st.tuples(st.floats(0, 5), st.integers(1, SEGMENT)), min_size=1))
def test_the_same_seed_is_the_same_weather_and_nothing_overtakes(seed: int, sent: list[tuple[float, int]]) -> None:
    weather = Weather(delay_s=0.2, jitter_s=0.3, loss=0.3)

    def arrivals() -> list[float]:
        lane, now, found = Lane(str(seed), Way.UP), 0.0, []
        for pause, size in sent:
            now += pause
            found.append(lane.due(now, size, weather))
        return found

    assert arrivals() == arrivals()
    assert arrivals() == sorted(arrivals())


def test_every_tenth_segment_is_late_by_a_time_out_that_doubles() -> None:
    lane = Lane("1", Way.UP)
    lost = [lane.lost_s(FAR_AND_LOSSY) for _ in range(20_000)]
    assert {round(late, 1) for late in lost} >= {0.0, 2.2, 6.6, 15.4}
    assert 0.09 < sum(1 for late in lost if late) / len(lost) < 0.11
    assert 0.009 < sum(1 for late in lost if late > 2.3) / len(lost) < 0.011


def test_two_connections_share_a_slow_line_and_each_way_has_its_own() -> None:
    line = Line(bits_per_s=30_000)
    one, two = (Lane("", Way.DOWN, line) for _ in range(2))
    calm = Weather()
    assert one.due(0.0, 3750, calm) == pytest.approx(1.0)
    assert two.due(0.0, 3750, calm) == pytest.approx(2.0)
    assert Lane("", Way.UP, line).due(0.0, 3750, calm) == pytest.approx(1.0)


# With sockets


def test_it_says_that_it_is_a_simulation(echo: Echo) -> None:
    with relayed(echo, seed=7, weather=FAR_AND_LOSSY, line=Line(30_000)) as relay:
        assert repr(relay) == (
            f"<simulated network to port {echo.port}: seed 7, "
            "1.0 s and up to 0.0 s more, 10% lost (again after 2.2 s), 30 kbit/s>"
        )


def test_what_goes_through_is_whole_and_in_order(echo: Echo) -> None:
    data = bytes(range(256)) * 400
    with relayed(echo, weather=Weather(delay_s=0.001, jitter_s=0.002, loss=0.1, rto_s=0.005)) as relay:
        with dial(relay) as client:
            threading.Thread(target=client.sendall, args=(data,), daemon=True).start()
            assert receive(client, len(data)) == data
        assert echo.await_end() == "closed"


def test_a_delay_is_waited_for_in_each_way_and_at_the_handshake(echo: Echo) -> None:
    with relayed(echo, weather=Weather(delay_s=0.15)) as relay, dial(relay) as client:
        began = time.monotonic()
        client.sendall(b"ping")
        assert receive(client, 4) == b"ping"
        assert time.monotonic() - began >= 4 * 0.15
        client.sendall(b"pong")
        assert receive(client, 4) == b"pong"
        assert time.monotonic() - began >= 6 * 0.15


def test_a_slow_line_takes_its_time(echo: Echo) -> None:
    with relayed(echo, line=Line(80_000)) as relay, dial(relay) as client:
        began = time.monotonic()
        client.sendall(bytes(5000))
        assert len(receive(client, 5000)) == 5000
        assert time.monotonic() - began >= 0.5


@pytest.mark.parametrize("way", Way)
def test_it_cuts_at_a_byte_and_only_the_connection_that_it_was_told(echo: Echo, way: Way) -> None:
    with relayed(echo) as relay:
        relay.cut_next(way, 2500)
        with dial(relay) as client, contextlib.suppress(ConnectionError):
            client.sendall(bytes(10_000))
            receive(client, 10_000)
        assert relay.await_connection(1).passed[way] == 2500
        echo.await_end(1)
        with dial(relay) as again:
            again.sendall(bytes(10_000))
            assert len(receive(again, 10_000)) == 10_000


def test_all_can_be_cut_and_kept_out(echo: Echo) -> None:
    with relayed(echo) as relay, dial(relay) as client:
        client.sendall(b"x")
        assert receive(client, 1) == b"x"
        relay.refuse()
        assert echo.await_end() == "reset"
        with pytest.raises(ConnectionResetError):
            client.recv(1)
        with dial(relay) as refused, pytest.raises(ConnectionResetError):
            refused.recv(1)
        relay.flow()
        with dial(relay) as again:
            again.sendall(b"y")
            assert receive(again, 1) == b"y"


def test_a_stall_holds_and_lets_go(echo: Echo) -> None:
    with relayed(echo) as relay, dial(relay) as client:
        client.sendall(b"x")
        assert receive(client, 1) == b"x"
        relay.stall(Way.DOWN)
        client.sendall(b"held")
        echo.await_heard(5)
        client.settimeout(0.2)
        with pytest.raises(TimeoutError):
            client.recv(1)
        client.settimeout(PATIENCE_S)
        relay.flow()
        assert receive(client, 4) == b"held"


def test_a_half_open_connection_ends_for_one_side_only_and_new_ones_are_served(echo: Echo) -> None:
    with relayed(echo) as relay:
        with dial(relay) as client:
            client.sendall(b"x")
            assert receive(client, 1) == b"x"
            relay.half_open()
            client.sendall(b"lost")
        with dial(relay) as again:
            again.sendall(b"new")
            assert receive(again, 3) == b"new"
        assert echo.await_end(1) == "closed"
        assert len(echo.ends) == 1, "the end of the half-open one was passed on"
        assert b"".join(echo.heard) == b"xnew"


def test_one_way_of_a_connection_can_be_dead(echo: Echo) -> None:
    with relayed(echo) as relay, dial(relay) as client:
        client.sendall(b"x")
        assert receive(client, 1) == b"x"
        relay.half_open(Way.DOWN)
        client.sendall(b"heard")
        assert echo.await_heard(6) == b"xheard"
        client.settimeout(0.2)
        with pytest.raises(TimeoutError):
            client.recv(1)


def test_what_a_client_said_can_be_said_again(echo: Echo) -> None:
    with relayed(echo) as relay:
        with dial(relay) as client:
            client.sendall(b"once")
            assert receive(client, 4) == b"once"
        assert relay.say_again(1) == b"once"
        assert echo.await_heard(8) == b"onceonce"


def test_words_can_be_put_into_a_mouth(echo: Echo) -> None:
    with relayed(echo) as relay, dial(relay) as client:
        client.sendall(b"x")
        assert receive(client, 1) == b"x"
        relay.inject(Way.UP, b"forged")
        assert receive(client, 6) == b"forged"
        relay.inject(Way.DOWN, b"lie")
        assert receive(client, 3) == b"lie"
