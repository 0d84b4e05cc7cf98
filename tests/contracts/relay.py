"""The contract of every relay, run on the one over RPi.GPIO, the simulated one and the fake.

A subclass gives two fixtures: `make`, which makes a relay, and `level`, which tells what the amplifier sees: True while
it is supplied.
"""

from collections.abc import Callable

import pytest

from edge.core.ports import Relay, RelayFailed


class RelayContract:
    def test_it_is_off_when_it_is_made(self, make: Callable[[], Relay], level: Callable[[], bool]):
        make()
        assert not level()

    def test_it_switches(self, make: Callable[[], Relay], level: Callable[[], bool]):
        relay = make()
        relay.on()
        assert level()
        relay.off()
        assert not level()

    def test_switching_twice_is_switching_once(self, make: Callable[[], Relay], level: Callable[[], bool]):
        relay = make()
        relay.off()
        relay.on()
        relay.on()
        assert level()
        relay.off()
        relay.off()
        assert not level()

    def test_it_is_off_after_it_was_closed_on(self, make: Callable[[], Relay], level: Callable[[], bool]):
        relay = make()
        relay.on()
        relay.close()
        assert not level()

    def test_closed_it_does_not_switch_on(self, make: Callable[[], Relay], level: Callable[[], bool]):
        relay = make()
        relay.close()
        relay.close()
        relay.off()
        with pytest.raises(RelayFailed):
            relay.on()
        assert not level()

    def test_another_process_finds_it_off_and_may_use_it(self, make: Callable[[], Relay], level: Callable[[], bool]):
        make().on()
        relay = make()
        assert not level()
        relay.on()
        assert level()
