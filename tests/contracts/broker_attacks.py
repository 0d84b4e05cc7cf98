"""What a stranger, or a thief with one unit's password, can do to a broker: asked of real brokers, judged by delivery.

No return code counts here, only who was sent what. A fence (a permitted message that was sent afterwards, and has
arrived) closes each attempt. "The broker lives" means the same process.
"""

import contextlib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import psutil
import pytest

from controller.adapters.broker import unit_user, write_accounts
from controller.adapters.broker.child import SPARE
from protocol import topics
from protocol.names import UnitId
from tests.contracts.broker_scene import (
    DELEGATION,
    FENCE,
    ORDERS,
    OWN_DOWN,
    OWN_UP,
    Broker,
    Scene,
    Thief,
    log_in,
    memory_of,
)
from tests.contracts.broker_subjects import (
    AVAILABILITY,
    COMMUNE,
    LATE,
    LIMITS,
    ONE,
    OTHER,
    OTHERS_PROGRAMME,
    PASSWORD,
    PROGRAMME,
    ROOT,
    STATE,
    Subject,
    accounts,
    unit,
)
from tests.controller.broker import packets
from tests.controller.broker.clients import DEADLINE, PahoClient, open_socket

LATER = UnitId("khuoi-lung")
SEEDS = range(150)
FLOOD = LIMITS.connections + 200
OTHERS_ORDER = f"{ROOT}/unit/{OTHER}/order"
NOT_OWN = (
    *(topics.unit_topic(COMMUNE, each, leaf) for each in (ONE, OTHER, LATE) for leaf in topics.Leaf),
    ORDERS,
    DELEGATION,
    f"{ROOT}/unit/{ONE}",
    f"{ROOT}/unit/{ONE}/",
    f"{ROOT}/unit/{ONE}/state/",
    f"/{STATE}",
    STATE.upper(),
    f"{ROOT}/unit//state",
    "loalang",
    "/",
    "loalang/v1/another-commune/unit/na-lom/state",
)
HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64)
"""The beginning of a TLS handshake."""
SHARED = ("$share/thieves/#", f"$share/thieves/{OTHERS_ORDER}", f"$share/thieves/{ROOT}/unit/+/order")
WIDE = (
    "#",
    "+/#",
    "/#",
    "$SYS/#",
    "+/+/+/unit/+/order",
    f"{ROOT}/#",
    f"{ROOT}/unit/+/+",
    f"{ROOT}/+/{OTHER}/#",
    OTHERS_ORDER,
    OTHERS_PROGRAMME,
    f"{ROOT}/unit/{OTHER}/state/#",
    *SHARED,
)


class BrokerAttacks(Subject):
    """Subclass it with a subject."""

    admits_in_a_flood: ClassVar[bool] = False
    """Whether somebody with a password comes in while strangers hold every place."""

    @pytest.fixture
    def accounts_file(self, tmp_path: Path) -> Path:
        path = tmp_path / "accounts.json"
        write_accounts(path, accounts(ONE, OTHER, LATE))
        return path

    @pytest.fixture
    def scene(self, broker: Broker) -> Iterator[Scene]:
        with Scene.laid(broker) as scene:
            yield scene
            assert scene.pid == broker.pid, "the broker did not live"

    # Strangers

    @pytest.mark.parametrize("name", ["", "nobody", "controller", unit_user(COMMUNE, OTHER)])
    def test_who_is_not_let_in_is_sent_nothing_and_heard_by_nobody(self, scene: Scene, name: str) -> None:
        """It sends everything at once, as if it had been let in."""
        for version in self.versions:
            with Thief(scene.broker) as stranger:
                stranger.send(
                    packets.connect(name, None if not name else PASSWORD + "x", version=version, client_id="x"),
                    packets.subscribe("#", OTHERS_ORDER, version=version),
                    packets.publish(OTHERS_ORDER, b"forged", version=version, retain=True),
                    packets.publish(ORDERS, b"forged", qos=0, version=version),
                )
                stranger.await_end()
                scene.fence()
                assert b"loalang" not in stranger.received
        scene.assert_only_fences()

    def test_a_will_of_somebody_who_is_not_let_in_is_never_published(self, scene: Scene) -> None:
        for version in self.versions:
            with Thief(scene.broker) as stranger:
                will = (AVAILABILITY, b"forged")
                stranger.send(packets.connect(unit_user(COMMUNE, ONE), PASSWORD + "x", version=version, will=will))
                stranger.await_end()
        scene.fence()
        scene.assert_only_fences()

    # A thief with one unit's password

    def test_wide_subscriptions_bring_a_unit_nothing_that_is_not_its_own(self, scene: Scene) -> None:
        for version in self.versions:
            with PahoClient(scene.broker, unit_user(COMMUNE, ONE), PASSWORD, version=version) as thief:
                thief.subscribe(PROGRAMME, *(each for each in WIDE if each not in SHARED))
                for each in SHARED if self.versions == (4,) or version == 5 else ():
                    thief.subscribe(each)
                scene.desk.publish(OTHERS_ORDER, b"another's order")
                scene.desk.publish(OTHERS_PROGRAMME, b"another's programme", retain=True)
                scene.other.publish(f"{ROOT}/unit/{OTHER}/state", b"another's state", retain=True)
                scene.other.publish(f"{ROOT}/unit/{OTHER}/receipt", b"another's receipt")
                scene.desk.publish(PROGRAMME, b"fence")
                thief.await_payload(b"fence")
                assert {each.topic for each in thief.heard} <= OWN_DOWN
                assert {each.payload for each in thief.heard} == {b"fence"}

    def test_a_stolen_account_poisons_nothing_but_its_own_up_topics(self, scene: Scene) -> None:
        """Retained messages on every topic, and empty ones to wipe out what was retained before."""
        scene.desk.publish(OTHERS_PROGRAMME, b"genuine", retain=True)
        scene.desk.publish(PROGRAMME, b"genuine", retain=True)
        scene.desk.publish(DELEGATION, b"genuine", retain=True)
        for version in self.versions:
            for topic in NOT_OWN:
                for payload in (b"poison", b""):
                    with log_in(scene.broker, version=version) as thief:
                        thief.send(packets.publish(topic, payload, retain=True, version=version), packets.GOODBYE)
                        thief.await_end()
            for topic in OWN_UP:
                with log_in(scene.broker, version=version) as thief:
                    thief.send(packets.publish(topic, b"poison", retain=True, version=version), packets.GOODBYE)
                    thief.await_end()
        scene.fence()
        assert {each.topic for each in scene.eye.heard if each.payload == b"poison"} <= OWN_UP
        assert b"poison" not in scene.other.payloads()
        scene.assert_newcomers_find({OTHERS_PROGRAMME, PROGRAMME, DELEGATION}, poisoned=OWN_UP)

    def test_a_will_reaches_only_its_own_up_topics(self, scene: Scene) -> None:
        for version in self.versions:
            for topic in (OTHERS_ORDER, OTHERS_PROGRAMME, ORDERS, DELEGATION, PROGRAMME):
                with log_in(scene.broker, version=version, will=(topic, b"forged")) as thief:
                    thief.socket.shutdown(socket.SHUT_RDWR)
                    thief.await_end()
        scene.fence()
        assert b"forged" not in [*scene.other.payloads(), *scene.eye.payloads()]

    def test_a_topic_alias_opens_no_other_topic(self, scene: Scene) -> None:
        if 5 not in self.versions:
            pytest.skip("aliases belong to MQTT 5")
        alias = b"\x23\x00\x01"
        with log_in(scene.broker, version=5) as thief:
            thief.send(
                packets.publish(OTHERS_ORDER, b"forged", version=5, properties=alias, mid=1),
                packets.publish("", b"forged", version=5, properties=alias, mid=2),
            )
            scene.fence()
        with log_in(scene.broker, version=5) as thief:
            thief.send(
                packets.publish(STATE, b"own", version=5, properties=alias, mid=1),
                packets.publish(OTHERS_ORDER, b"forged", version=5, properties=alias, mid=2),
                packets.publish("", b"forged", version=5, properties=alias, mid=3),
            )
            scene.fence()
        assert b"forged" not in [*scene.other.payloads(), *scene.eye.payloads()]

    def test_another_units_waiting_messages_are_not_to_be_had_by_its_client_id(self, scene: Scene) -> None:
        owner = unit_user(COMMUNE, LATE)
        for version in self.versions:
            with PahoClient(scene.broker, owner, PASSWORD, version=version, clean=False) as absent:
                absent.subscribe(f"{ROOT}/unit/{LATE}/order")
            scene.desk.publish(f"{ROOT}/unit/{LATE}/order", b"waiting")
            thief = PahoClient(
                scene.broker, unit_user(COMMUNE, ONE), PASSWORD, client_id=owner, version=version, clean=False
            )
            thief.start()
            if not thief.answers.get(timeout=DEADLINE).is_failure:
                thief.subscribe(PROGRAMME)
                scene.desk.publish(PROGRAMME, b"fence")
                thief.await_payload(b"fence")
            thief.close()
            assert b"waiting" not in thief.payloads()

    def test_the_later_of_two_connections_is_the_one_that_hears(self, scene: Scene) -> None:
        for version in self.versions:
            with log_in(scene.broker, version=version) as former:
                former.send(packets.subscribe(PROGRAMME, version=version))
                with PahoClient(scene.broker, unit_user(COMMUNE, ONE), PASSWORD, version=version) as later:
                    former.await_end()
                    later.subscribe(PROGRAMME)
                    scene.desk.publish(PROGRAMME, b"for the later")
                    later.await_payload(b"for the later")
                    assert b"for the later" not in former.received

    # Sizes

    def test_long_and_deep_topics_reach_nobody(self, scene: Scene) -> None:
        for topic in ("x" * 65_000, STATE + "/x" * 300, "/" * 60_000, STATE + "/" + "x" * 600):
            for version in self.versions:
                with log_in(scene.broker, version=version) as thief:
                    thief.send(
                        packets.subscribe(topic, f"{topic[:60_000]}/#", version=version),
                        packets.publish(topic, b"forged", version=version, mid=2),
                        packets.GOODBYE,
                    )
                    thief.await_end()
        scene.fence()
        scene.assert_only_fences()

    def test_a_packet_that_is_promised_and_never_comes_costs_nothing(self, scene: Scene) -> None:
        before = memory_of(scene.broker)
        with contextlib.ExitStack() as held:
            for name in (ONE, LATE):
                thief = held.enter_context(log_in(scene.broker, name))
                thief.send(b"\x32\xff\xff\xff\x7f" + b"x" * 50_000)
            for _ in range(20):
                held.enter_context(Thief(scene.broker)).send(b"\x10\xff\xff\xff\x7f" + b"x" * 50_000)
            scene.fence()
            assert memory_of(scene.broker) - before < 16 << 20
        scene.assert_only_fences()

    @pytest.mark.parametrize("changed", [False, True], ids=["at-start", "accounts-changed"])
    def test_a_message_of_qos_2_is_delivered_to_nobody(self, scene: Scene, accounts_file: Path, changed: bool) -> None:
        if changed:
            _change_accounts(scene.broker, accounts_file)
        for version in self.versions:
            with log_in(scene.broker, version=version) as thief:
                thief.send(
                    packets.publish(STATE, b"twice", qos=2, version=version),
                    packets.packet(0x62, b"\x00\x01"),
                    packets.GOODBYE,
                )
                thief.await_end()
        scene.fence()
        assert b"twice" not in scene.eye.payloads()

    def test_who_asks_for_qos_2_is_served_with_1(self, scene: Scene) -> None:
        with log_in(scene.broker) as thief:
            thief.send(packets.subscribe(PROGRAMME, qos=2))
            thief.await_bytes(b"\x90\x03")
            scene.desk.publish(PROGRAMME, b"at most qos 1")
            thief.await_bytes(b"at most qos 1")
            assert thief.received[9] == packets.publish("", b"", qos=1)[0]

    # Noise

    def test_spoiled_packets_of_strangers_reach_nobody(self, scene: Scene) -> None:
        for version in self.versions:
            for seed in SEEDS:
                self._spoil(scene, seed, _conversation(version, PASSWORD + "x"))
        scene.fence()
        scene.assert_only_fences()

    def test_spoiled_packets_of_a_unit_reach_nobody_beyond_its_own_topics(self, scene: Scene) -> None:
        for version in self.versions:
            hello, *rest = _conversation(version, PASSWORD)
            for seed in SEEDS:
                self._spoil(scene, seed, rest, hello)
        scene.fence()
        assert {each.topic for each in scene.eye.heard if each.payload != FENCE} <= OWN_UP
        assert set(scene.other.payloads()) == {FENCE}

    def test_noise_before_the_handshake_disturbs_nobody(self, scene: Scene) -> None:
        for seed in SEEDS:
            raw = packets.spoiled(
                seed, [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64), b"GET / HTTP/1.1\r\n"]
            )
            with socket.create_connection((scene.broker.host, scene.broker.port), timeout=DEADLINE) as line:
                _drain(line, raw)
        scene.fence()
        scene.assert_only_fences()

    def _spoil(self, scene: Scene, seed: int, conversation: list[bytes], hello: bytes = b"") -> None:
        with contextlib.suppress(OSError), open_socket(scene.broker) as line:
            _drain(line, hello + packets.spoiled(seed, conversation))

    # Crowds

    @pytest.mark.parametrize("changed", [False, True], ids=["at-start", "accounts-changed"])
    def test_crowds_of_strangers_are_bounded_and_disturb_nobody_who_is_in(
        self, scene: Scene, accounts_file: Path, changed: bool
    ) -> None:
        """One crowd after another: Mosquitto's own limit grows with each client that leaves, so it must not be all."""
        if changed:
            _change_accounts(scene.broker, accounts_file)
        before = memory_of(scene.broker)
        for _ in range(8):
            with contextlib.ExitStack() as crowd:
                for _ in range(FLOOD):
                    line = crowd.enter_context(socket.socket())
                    line.setblocking(False)
                    line.connect_ex((scene.broker.host, scene.broker.port))
                scene.fence()
                assert _connections(scene) <= 2 * (LIMITS.connections + SPARE)
                if self.admits_in_a_flood:
                    with unit(scene.broker, LATE):
                        scene.fence()
        assert memory_of(scene.broker) - before < 64 << 20
        _come_in(scene.broker)
        scene.fence()
        scene.assert_only_fences()

    def test_one_account_connecting_again_and_again_disturbs_nobody(self, scene: Scene) -> None:
        for _ in range(100):
            with Thief(scene.broker) as thief:
                thief.send(packets.connect(unit_user(COMMUNE, ONE), PASSWORD))
        scene.fence()
        scene.assert_only_fences()

    @pytest.mark.parametrize(("qos", "most_mb"), [(0, 40), (1, 14)])
    def test_who_does_not_read_costs_a_bounded_amount_and_holds_up_nobody(
        self, scene: Scene, qos: int, most_mb: int
    ) -> None:
        """Of QoS 0 Mosquitto bounds the number of messages only, not their bytes."""
        bulk = bytes(LIMITS.message_bytes - 1000)
        raw = open_socket(scene.broker)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.sendall(packets.connect(unit_user(COMMUNE, ONE), PASSWORD) + packets.subscribe(PROGRAMME, qos=qos))
        assert _read_exactly(raw, 9)[:1] == packets.ANSWER
        before = memory_of(scene.broker)
        for number in range(600):
            scene.desk.publish(PROGRAMME, b"%d" % number + bulk)
        scene.fence()
        grown = memory_of(scene.broker) - before
        raw.close()
        assert grown < most_mb << 20, f"{grown >> 20} MB of 60 MB were held for one client that does not read"

    # Accounts

    def test_a_unit_that_is_withdrawn_hears_and_says_nothing_from_then_on(
        self, scene: Scene, accounts_file: Path
    ) -> None:
        for version in self.versions:
            write_accounts(accounts_file, accounts(ONE, OTHER, LATE))
            scene.broker.accounts_changed()
            withdrawn = _log_in_at_last(scene.broker, LATE, version)
            withdrawn.send(packets.subscribe(f"{ROOT}/unit/{LATE}/order", ORDERS, version=version))
            write_accounts(accounts_file, accounts(ONE, OTHER))
            scene.broker.accounts_changed()
            withdrawn.await_end()
            scene.desk.publish(f"{ROOT}/unit/{LATE}/order", b"order after the withdrawal")
            withdrawn.send(packets.publish(f"{ROOT}/unit/{LATE}/state", b"said after it", version=version))
            with Thief(scene.broker) as again:
                again.send(
                    packets.connect(unit_user(COMMUNE, LATE), PASSWORD, version=version),
                    packets.subscribe(ORDERS, version=version),
                    packets.publish(f"{ROOT}/unit/{LATE}/state", b"said after it", version=version),
                )
                again.await_end()
                scene.fence()
                for each in (withdrawn, again):
                    assert b"order after" not in each.received
                    assert FENCE not in each.received
            withdrawn.__exit__()
        assert b"said after it" not in scene.eye.payloads()


def _conversation(version: int, password: str) -> list[bytes]:
    return [
        packets.connect(unit_user(COMMUNE, ONE), password, version=version, will=(AVAILABILITY, b"spoiled")),
        packets.subscribe(PROGRAMME, "#", version=version),
        packets.publish(STATE, b"spoiled", version=version, retain=True),
        packets.publish(OTHERS_ORDER, b"spoiled", version=version, retain=True),
        packets.publish(ORDERS, b"spoiled", qos=0, version=version),
        packets.publish(STATE, b"spoiled", qos=2, version=version),
        packets.unsubscribe(PROGRAMME, version=version),
        packets.packet(0x40, b"\x00\x01"),
        packets.packet(0x62, b"\x00\x01"),
        packets.PING,
        packets.GOODBYE,
    ]


def _connections(scene: Scene) -> int:
    assert scene.pid is not None
    return sum(each.status == "ESTABLISHED" for each in psutil.Process(scene.pid).net_connections())


def _drain(line: socket.socket, raw: bytes) -> None:
    """Send, say that no more will come, and read until the broker has hung up."""
    with contextlib.suppress(OSError):
        line.sendall(raw)
        if not isinstance(line, ssl.SSLSocket):
            line.shutdown(socket.SHUT_WR)
        else:
            line.unwrap()
        while line.recv(65536):
            pass


def _read_exactly(line: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size and (more := line.recv(size - len(found))):
        found += more
    return found


def _come_in(broker: Broker) -> None:
    """Be let in now that the crowd has gone: at once, or when the broker has noticed."""
    late = unit(broker, LATE)
    late.start()
    late.answers.get(timeout=DEADLINE)
    late.close()


def _change_accounts(broker: Broker, accounts_file: Path) -> None:
    """Enrol one more unit, and return once the broker knows it."""
    write_accounts(accounts_file, accounts(ONE, OTHER, LATE, LATER))
    broker.accounts_changed()
    with _log_in_at_last(broker, LATER, 4):
        return


def _log_in_at_last(broker: Broker, name: UnitId, version: int) -> Thief:
    """Knock until the new account is known."""
    for _ in range(1000):
        thief = log_in(broker, name, version=version)
        if thief.received[3:4] == b"\0":
            return thief
        thief.__exit__()
    raise AssertionError("never let in")
