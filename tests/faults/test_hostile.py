"""The hostile broker is read and speaks MQTT rightly, does what its malice says, and the same for the same seed."""

from hypothesis import given
from hypothesis import strategies as st

from tests.faults.hostile import INVENTED, HostileBroker, Malice
from tests.faults.mqtt_packets import Packet, Publish, Splitter, Type, packet_id, puback, read_publish
from tests.faults.relay import Way

PUBLISHES = st.builds(
    Publish,
    st.text(min_size=1, max_size=20),
    st.binary(max_size=300),
    st.just(1),
    st.integers(1, 30_000),
    st.booleans(),
)


@given(st.lists(PUBLISHES, max_size=5), st.integers(1, 50))
def test_what_is_written_is_read_in_whatever_pieces(messages: list[Publish], step: int) -> None:
    data = b"".join(message.packet().encode() for message in messages)
    splitter = Splitter()
    found = [packet for at in range(0, len(data), step) for packet in splitter.feed(data[at : at + step])]
    assert [read_publish(packet) for packet in found] == messages


def through(malice: Malice, messages: list[Publish], way: Way = Way.DOWN, seed: int = 1) -> list[tuple[Way, Packet]]:
    liar = HostileBroker(seed=seed, malice=malice)(1)
    splitters = {each: Splitter() for each in Way}
    return [
        (onward, packet)
        for message in messages
        for onward, data in liar.take(way, message.packet().encode())
        for packet in splitters[onward].feed(data)
    ]


SOME = [Publish("t", bytes([number]), 1, number) for number in range(1, 101)]


def test_without_malice_everything_passes_unchanged() -> None:
    assert through(Malice(), SOME) == [(Way.DOWN, message.packet()) for message in SOME]


def test_what_is_dropped_is_acknowledged_to_who_sent_it() -> None:
    assert through(Malice(drop=1.0), SOME) == [(Way.UP, puback(message.id)) for message in SOME]


def test_a_repetition_has_an_id_of_its_own_whose_acknowledgement_stays_here() -> None:
    (_, first), (_, second) = through(Malice(repeat=1.0), SOME[:1])
    assert (read_publish(first).id, read_publish(second).id) == (1, INVENTED)
    assert read_publish(first).payload == read_publish(second).payload
    liar = HostileBroker()(1)
    passed = [each for id_ in (1, INVENTED) for each in liar.take(Way.UP, puback(id_).encode())]
    assert [packet_id(next(Splitter().feed(data))) for _, data in passed] == [1]


def test_what_is_held_comes_after_a_later_one() -> None:
    payloads = [read_publish(packet).payload[0] for _, packet in through(Malice(hold=0.5), SOME)]
    assert payloads != sorted(payloads)
    assert set(payloads) <= set(range(1, 101))


def test_one_bit_is_changed_and_the_same_one_for_the_same_seed() -> None:
    long = [Publish("t", bytes(100), 1, 1)]
    ((_, packet),) = through(Malice(forge=1.0), long)
    assert sum(byte.bit_count() for byte in read_publish(packet).payload) == 1
    assert through(Malice(forge=1.0), long) == [(Way.DOWN, packet)]
    assert any(through(Malice(forge=1.0), long, seed=seed) != [(Way.DOWN, packet)] for seed in range(2, 10))


def test_all_that_passed_is_kept_by_topic() -> None:
    broker = HostileBroker(malice=Malice(drop=1.0))
    list(broker(1).take(Way.DOWN, Publish("a/order", b"x", 1, 1).packet().encode()))
    list(broker(2).take(Way.UP, Publish("a/receipt", b"y", 1, 1).packet().encode()))
    assert [each.payload for each in broker.recorded("order")] == [b"x"]
    assert broker.deeds["drop"] == 2
    assert Type.PUBLISH == 3
