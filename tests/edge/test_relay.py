"""The relays keep one contract; the guard keeps its limit whoever hangs."""

import threading
import time
from pathlib import Path

import pytest

from edge.adapters.gpio_relay import GpioRelay
from edge.adapters.relay_guard import STUCK_S, RelayGuard
from edge.adapters.simulated_relay import SimulatedRelay
from edge.core.events import RelayChanged
from edge.core.ports import RelayFailed
from tests.contracts.relay import RelayContract
from tests.fakes.relay import FakeRelay
from tests.fakes.rpi_gpio import RpiGpio


@pytest.mark.parametrize("active_high", [True, False])
class TestGpioRelay(RelayContract):
    @pytest.fixture
    def gpio(self) -> RpiGpio:
        return RpiGpio()

    @pytest.fixture
    def make(self, gpio: RpiGpio, active_high: bool):
        return lambda: GpioRelay(gpio, 17, active_high=active_high)

    @pytest.fixture
    def level(self, gpio: RpiGpio, active_high: bool):
        return lambda: gpio.level(17) == int(active_high)


class TestSimulatedRelay(RelayContract):
    @pytest.fixture
    def log(self, tmp_path: Path) -> Path:
        return tmp_path / "relay.log"

    @pytest.fixture
    def make(self, log: Path):
        return lambda: SimulatedRelay(log)

    @pytest.fixture
    def level(self, log: Path):
        return lambda: log.read_text().split()[-1] == "on"

    def test_every_line_says_when_and_that_it_is_simulated(self, log: Path):
        relay = SimulatedRelay(log)
        relay.on()
        relay.close()
        words = [line.split() for line in log.read_text().splitlines()]
        assert [(word[1], word[2]) for word in words] == [
            ("simulated", "off"),
            ("simulated", "on"),
            ("simulated", "off"),
        ]
        assert all(word[0].endswith("+00:00") for word in words)

    def test_a_log_that_cannot_be_written_is_a_failure(self, tmp_path: Path):
        with pytest.raises(RelayFailed):
            SimulatedRelay(tmp_path / "missing" / "relay.log")


class TestFakeRelay(RelayContract):
    @pytest.fixture
    def relays(self) -> list[FakeRelay]:
        return []

    @pytest.fixture
    def make(self, relays: list[FakeRelay]):
        def made() -> FakeRelay:
            relays.append(FakeRelay())
            return relays[-1]

        return made

    @pytest.fixture
    def level(self, relays: list[FakeRelay]):
        return lambda: relays[-1].level


def test_the_pin_is_never_driven_on_while_it_is_set_up():
    gpio = RpiGpio()
    GpioRelay(gpio, 17, active_high=False)
    assert gpio.levels == [(17, gpio.HIGH)]


def test_closing_lets_go_of_the_pin():
    gpio = RpiGpio()
    GpioRelay(gpio, 17).close()
    assert gpio.directions == {}
    assert gpio.levels[-1] == (17, gpio.LOW)


def test_a_pin_that_cannot_be_had_is_a_failure():
    with pytest.raises(RelayFailed, match="pin 99"):
        GpioRelay(RpiGpio(), 99)


def test_an_output_that_fails_is_a_failure():
    gpio = RpiGpio()
    relay = GpioRelay(gpio, 17)
    gpio.refuse_output = True
    with pytest.raises(RelayFailed):
        relay.on()


class Attended(threading.Condition):
    """A condition that writes down for how long the guard waited, and shows when it waits without an end."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float | None] = []
        self.resting = threading.Event()

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout)
        if timeout is None:
            self.resting.set()
        return super().wait(timeout)

    def notify(self, n: int = 1) -> None:
        self.resting.clear()
        super().notify(n)


class Watched:
    """A guard with what it told, and calls that can be awaited."""

    def __init__(self) -> None:
        self.relay = FakeRelay()
        self.told: list[RelayChanged] = []
        self.limited, self.stuck = threading.Event(), threading.Event()
        self.guard = RelayGuard(self.relay, self.told.append, stuck_s=0.05)
        self.attended = self.guard._condition = Attended()
        others = set(threading.enumerate())
        self.guard.start(on_limit=self.limited.set, on_stuck=self.stuck.set)
        (self.thread,) = set(threading.enumerate()) - others
        self.await_rest()

    def await_rest(self) -> None:
        """The guard has nothing to watch, and waits to be told."""
        assert self.attended.resting.wait(timeout=10), "the guard does not rest"

    def seconds_until_off(self, begun: float) -> float:
        self.relay.await_level(False)
        return time.monotonic() - begun


@pytest.fixture
def watched():
    watched = Watched()
    yield watched
    watched.relay.refuse_off = False
    watched.guard.close()
    watched.thread.join(timeout=10)
    assert not watched.thread.is_alive()


def test_the_guard_switches_and_tells(watched: Watched):
    watched.guard.on(60)
    watched.guard.off()
    assert watched.relay.switched == [False, True, False]
    assert watched.told == [RelayChanged(on=True), RelayChanged(on=False)]
    assert not watched.limited.is_set()


def test_the_guard_switches_off_at_the_limit_and_then_calls_for_help(watched: Watched):
    watched.guard.on(0.05)
    assert watched.limited.wait(timeout=10)
    assert not watched.relay.level
    assert watched.stuck.wait(timeout=10)


def test_a_player_that_comes_back_after_the_limit_is_not_stuck(watched: Watched):
    watched.guard.on(0.02)
    assert watched.limited.wait(timeout=10)
    watched.guard.off()
    watched.guard.on(60)
    watched.relay.await_level(True)
    watched.guard.off()
    assert not watched.stuck.is_set()


def test_when_silence_is_wanted_the_guard_waits_for_the_player_no_longer_than_told(watched: Watched):
    watched.guard.on(600)
    before = time.monotonic()
    watched.guard.within(0.05)
    watched.relay.await_level(False)
    assert time.monotonic() - before < 5


def test_silence_wanted_never_makes_the_limit_longer(watched: Watched):
    watched.guard.on(0.05)
    watched.guard.within(600)
    assert watched.limited.wait(timeout=10)


def test_silence_wanted_in_silence_is_nothing(watched: Watched):
    watched.guard.within(0.01)
    watched.guard.on(60)
    assert watched.relay.level
    assert not watched.limited.is_set()


def test_a_relay_that_does_not_switch_on_is_left_off_and_not_told(watched: Watched):
    watched.relay.refuse_on = True
    with pytest.raises(RelayFailed):
        watched.guard.on(60)
    assert not watched.relay.level
    assert watched.told == []


def test_a_guards_thread_does_not_hold_up_the_end_of_the_process(watched: Watched):
    assert watched.thread.daemon
    assert watched.thread.name == "relay-guard"


def test_the_guard_leaves_the_relay_on_until_the_limit_and_waits_no_longer(watched: Watched):
    begun = time.monotonic()
    watched.guard.on(0.2)
    assert watched.seconds_until_off(begun) >= 0.2
    assert max(filter(None, watched.attended.waits)) <= 0.2


def test_when_silence_is_wanted_the_player_has_the_whole_of_its_time(watched: Watched):
    watched.guard.on(600)
    begun = time.monotonic()
    watched.guard.within(0.2)
    assert watched.seconds_until_off(begun) >= 0.2


def test_at_the_limit_the_switching_is_told_once(watched: Watched):
    watched.guard.on(0.02)
    assert watched.limited.wait(timeout=10)
    watched.guard.off()
    assert watched.told == [RelayChanged(on=True), RelayChanged(on=False)]


def test_switching_off_in_silence_is_told_to_nobody(watched: Watched):
    watched.guard.off()
    assert watched.told == []
    watched.guard.on(60)
    watched.guard.off()
    watched.guard.off()
    assert watched.told == [RelayChanged(on=True), RelayChanged(on=False)]


def test_every_sound_has_a_limit_of_its_own(watched: Watched):
    for _ in range(3):
        watched.guard.on(60)
        watched.guard.off()
        watched.await_rest()
    watched.guard.on(0.02)
    assert watched.limited.wait(timeout=10)
    assert not watched.relay.level


def test_a_guard_that_is_closed_switches_off_stops_watching_and_tells_nobody(watched: Watched):
    watched.guard.on(60)
    watched.guard.close()
    watched.thread.join(timeout=10)
    assert not watched.thread.is_alive()
    assert watched.relay.closed
    assert not watched.relay.level
    watched.guard.off()
    assert watched.told == [RelayChanged(on=True)]


def test_a_player_has_ten_seconds_to_come_back(watched: Watched):
    """Long enough for a sound card that is slow to close, short enough to be back within the lateness of a notice."""
    guard = RelayGuard(FakeRelay(), watched.told.append)
    assert guard._stuck_s == STUCK_S == 10.0


def test_a_player_that_stays_away_is_called_for_again_and_again():
    calls, relay = Calls(), FakeRelay()
    guard = RelayGuard(relay, lambda _: None, stuck_s=0.01)
    guard.start(on_limit=lambda: calls.called("limit"), on_stuck=lambda: calls.called("stuck"))
    guard.on(0.01)
    assert calls.await_count(4)[:4] == ["limit", "stuck", "stuck", "stuck"]
    guard.close()


class Calls:
    """Names of calls from another thread, in their order."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._changed = threading.Condition()

    def called(self, name: str) -> None:
        with self._changed:
            self._names.append(name)
            self._changed.notify_all()

    def await_count(self, count: int) -> list[str]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._names) >= count, timeout=10)
            return list(self._names)
