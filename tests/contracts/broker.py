"""What every embedded broker keeps to, asked of real brokers by real clients.

Whether something is forbidden is judged by what was delivered, never by a return code: an acknowledgement says
"granted" for what is silently dropped. "Nothing came" is proved by a fence: a permitted message, sent after the
forbidden one was acknowledged, has arrived.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from controller.adapters.broker import EmbeddedBroker, PortTaken, unit_user, write_accounts
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
    Embedded,
    EmbeddedSubject,
    External,
    Subject,
    accounts,
    bare_unit,
    controller,
    observer,
    unit,
)
from tests.controller.broker.clients import (
    DEADLINE,
    LogWatch,
    PahoClient,
    Will,
    await_process_end,
    open_socket,
    refusal,
)

Broker = Embedded | External


class BrokerContract(Subject):
    """What every broker of ours delivers, and what it does not; subclass it with a subject."""

    # Who is let in

    def test_nobody_is_let_in_without_a_name(self, shared: Broker) -> None:
        refusal(shared, "", "")

    @pytest.mark.parametrize("user", ["controller", "khau-bang.na-lom", "nobody"])
    def test_nobody_is_let_in_with_a_wrong_password(self, shared: Broker, user: str) -> None:
        refusal(shared, user, PASSWORD + "x")

    def test_a_user_without_an_account_is_not_let_in(self, shared: Broker) -> None:
        refusal(shared, "nobody", PASSWORD)

    # What a unit hears

    def test_a_unit_hears_its_programme_and_orders_as_they_are_sent(self, shared: Broker) -> None:
        with controller(shared) as desk, unit(shared) as one:
            one.subscribe(PROGRAMME, f"{ROOT}/orders")
            desk.publish(PROGRAMME, b"programme")
            desk.publish(f"{ROOT}/orders", b"order")
            assert one.await_payload(b"programme").topic == PROGRAMME
            assert one.await_payload(b"order").topic == f"{ROOT}/orders"

    def test_a_unit_that_comes_later_hears_the_last_retained_programme(self, broker: Broker) -> None:
        with controller(broker) as desk:
            desk.publish(PROGRAMME, b"first", retain=True)
            desk.publish(PROGRAMME, b"second", retain=True)
        with unit(broker) as one:
            one.subscribe(PROGRAMME)
            assert one.await_payload(b"second").retained
            assert one.payloads() == [b"second"]

    def test_a_retained_message_is_cleared_by_an_empty_one(self, broker: Broker) -> None:
        with controller(broker) as desk, unit(broker) as one:
            desk.publish(PROGRAMME, b"withdrawn", retain=True)
            desk.publish(PROGRAMME, b"", retain=True)
            one.subscribe(PROGRAMME)
            desk.publish(PROGRAMME, b"fence")
            one.await_payload(b"fence")
            assert one.payloads() == [b"fence"]

    @pytest.mark.parametrize(
        "asked",
        [
            OTHERS_PROGRAMME,
            "#",
            "+/#",
            "+/+/+/unit/+/programme",
            f"{ROOT}/#",
            f"{ROOT}/unit/#",
            f"{ROOT}/unit/+/programme",
            f"{ROOT}/unit/{OTHER}/#",
            f"{ROOT}/+/{OTHER}/+",
            "$SYS/#",
            "loalang/v1/+/unit/+/+",
        ],
    )
    def test_a_unit_hears_nothing_of_another(self, shared: Broker, asked: str) -> None:
        with controller(shared) as desk, unit(shared, OTHER) as other, unit(shared) as one:
            desk.publish(OTHERS_PROGRAMME, b"another's, retained", retain=True)
            other.publish(f"{ROOT}/unit/{OTHER}/state", b"another's state, retained", retain=True)
            one.subscribe(PROGRAMME)
            one.subscribe(asked)
            desk.publish(OTHERS_PROGRAMME, b"another's, live")
            desk.publish(f"{ROOT}/unit/{OTHER}/order", b"another's order")
            other.publish(f"{ROOT}/unit/{OTHER}/receipt", b"another's receipt")
            desk.publish(PROGRAMME, b"fence")
            one.await_payload(b"fence")
            assert set(one.payloads()) == {b"fence"}

    def test_a_newcomer_is_sent_nothing_that_it_did_not_ask_for(self, broker: Broker) -> None:
        with controller(broker, f"{ROOT}/unit/+/state") as desk, unit(broker, OTHER) as other:
            other.publish(f"{ROOT}/unit/{OTHER}/state", b"another's state", retain=True)
            desk.await_payload(b"another's state")
            with unit(broker) as one:
                one.subscribe(PROGRAMME)
                desk.publish(PROGRAMME, b"fence")
                one.await_payload(b"fence")
                assert one.payloads() == [b"fence"]

    # What a unit may say

    def test_the_controller_hears_what_units_say_of_themselves(self, broker: Broker) -> None:
        with controller(broker, f"{ROOT}/unit/+/receipt", f"{ROOT}/unit/+/state") as desk, unit(broker) as one:
            one.publish(f"{ROOT}/unit/{ONE}/state", b"state", retain=True)
            one.publish(f"{ROOT}/unit/{ONE}/receipt", b"receipt")
            assert desk.await_payload(b"receipt").topic == f"{ROOT}/unit/{ONE}/receipt"
            assert desk.await_payload(b"state")

    @pytest.mark.parametrize(
        "topic",
        [
            PROGRAMME,
            f"{ROOT}/unit/{ONE}/order",
            f"{ROOT}/unit/{ONE}/receipt-ack",
            f"{ROOT}/orders",
            OTHERS_PROGRAMME,
            f"{ROOT}/unit/{OTHER}/order",
            f"{ROOT}/unit/{OTHER}/receipt",
            f"{ROOT}/unit/{OTHER}/state",
            f"{ROOT}/unit/{OTHER}/availability",
            f"{ROOT}/unit/{ONE}/anything",
            f"{ROOT}/unit/{ONE}/state/below",
            "loalang/v1/another-commune/unit/na-lom/state",
        ],
    )
    def test_a_unit_cannot_speak_for_the_desk_or_for_another(self, shared: Broker, topic: str) -> None:
        with observer(shared) as eye, unit(shared) as one:
            eye.subscribe(f"{ROOT}/#")
            one.publish(topic, b"forged")
            one.publish(topic, b"forged", retain=True)
            one.publish(f"{ROOT}/unit/{ONE}/state", b"fence")
            eye.await_payload(b"fence")
            eye.subscribe(f"{ROOT}/unit/#")
            one.publish(f"{ROOT}/unit/{ONE}/state", b"second fence")
            eye.await_payload(b"second fence")
            assert b"forged" not in eye.payloads()

    def test_a_last_will_cannot_speak_for_another(self, broker: Broker) -> None:
        order = f"{ROOT}/unit/{OTHER}/order"
        with observer(broker, f"{ROOT}/#") as eye, unit(broker, OTHER) as other:
            other.subscribe(order)
            forger = unit(broker, will=Will(order, b"forged"))
            forger.start()
            if not forger.answers.get(timeout=DEADLINE).is_failure:
                forger.paho.socket().shutdown(socket.SHUT_RDWR)
                forger.losses.get(timeout=DEADLINE)
            forger.close()
            with unit(broker) as one, controller(broker) as desk:
                one.publish(f"{ROOT}/unit/{ONE}/state", b"fence")
                desk.publish(order, b"fence")
            eye.await_payload(b"fence")
            other.await_payload(b"fence")
            assert b"forged" not in [*eye.payloads(), *other.payloads()]

    def test_the_observer_reads_everything_and_writes_nothing(self, shared: Broker) -> None:
        with observer(shared) as eye, controller(shared) as desk, unit(shared) as one:
            eye.subscribe(f"{ROOT}/#")
            one.subscribe(PROGRAMME)
            one.publish(f"{ROOT}/unit/{ONE}/receipt", b"receipt")
            eye.publish(PROGRAMME, b"forged")
            desk.publish(PROGRAMME, b"fence")
            one.await_payload(b"fence")
            eye.await_payload(b"receipt")
            eye.await_payload(b"fence")
            assert one.payloads() == [b"fence"]
            assert b"forged" not in eye.payloads()

    # Client ids

    def test_a_stolen_client_id_does_not_disturb_its_owner(self, shared: Broker) -> None:
        owner_id = unit_user(COMMUNE, ONE)
        with controller(shared) as desk, unit(shared) as owner:
            owner.subscribe(PROGRAMME)
            thief = PahoClient(shared, unit_user(COMMUNE, OTHER), PASSWORD, client_id=owner_id)
            thief.start()
            thief.answers.get(timeout=DEADLINE)
            stranger = PahoClient(shared, "nobody", PASSWORD, client_id=owner_id)
            stranger.start()
            stranger.answers.get(timeout=DEADLINE)
            desk.publish(PROGRAMME, b"fence")
            owner.await_payload(b"fence")
            assert owner.losses.empty()
            thief.close()
            stranger.close()

    def test_a_client_that_comes_back_is_not_declared_lost_afterwards(self, broker: Broker) -> None:
        with (
            controller(broker, f"{ROOT}/unit/+/availability") as desk,
            bare_unit(broker, keepalive=1) as half_open,
            unit(broker) as back,
        ):
            back.publish(AVAILABILITY, b"online", retain=True)
            desk.await_payload(b"online")
            assert half_open.socket.recv(1) == b"", "the earlier connection was not ended"
            back.publish(AVAILABILITY, b"fence")
            desk.await_payload(b"fence")
            assert desk.payloads()[-2:] == [b"online", b"fence"]

    # Last wills

    def test_the_will_is_published_when_the_socket_is_lost(self, broker: Broker) -> None:
        with controller(broker, AVAILABILITY.replace(ONE, "+")) as desk:
            bare_unit(broker, keepalive=60).vanish()
            desk.await_payload(b"offline")
        with observer(broker, AVAILABILITY) as late:
            assert late.await_payload(b"offline").retained

    def test_the_will_of_a_silent_client_is_published(self, broker: Broker) -> None:
        with controller(broker, f"{ROOT}/unit/+/availability") as desk, bare_unit(broker, keepalive=1):
            desk.await_payload(b"offline")

    def test_the_will_of_a_client_that_stalls_inside_a_packet_is_published(self, broker: Broker) -> None:
        with controller(broker, f"{ROOT}/unit/+/availability") as desk, bare_unit(broker, keepalive=1) as half_open:
            half_open.send(b"\x30\x40\x00\x05begun")
            desk.await_payload(b"offline")

    def test_a_client_that_says_goodbye_at_once_leaves_no_will(self, broker: Broker) -> None:
        with controller(broker, f"{ROOT}/unit/+/availability") as desk:
            for _ in range(5):
                with bare_unit(broker, keepalive=60) as polite:
                    polite.send(b"\xe0\x00")
                    assert polite.socket.recv(1) == b""
            with unit(broker) as one:
                one.publish(AVAILABILITY, b"fence")
                desk.await_payload(b"fence")
            assert desk.payloads() == [b"fence"]

    # Bad input

    def test_an_oversized_message_is_dropped_and_the_broker_lives(self, broker: Broker) -> None:
        pid = broker.pid
        with controller(broker) as eye, unit(broker) as one:
            eye.subscribe(f"{ROOT}/unit/+/state")
            one.publish(f"{ROOT}/unit/{ONE}/state", b"x" * LIMITS.message_bytes)
            eye.await_payload(b"x" * LIMITS.message_bytes)
            one.paho.publish(f"{ROOT}/unit/{ONE}/state", b"y" * (LIMITS.message_bytes + 5000))
            one.losses.get(timeout=DEADLINE)
            with unit(broker, OTHER) as other:
                other.publish(f"{ROOT}/unit/{OTHER}/state", b"fence")
                eye.await_payload(b"fence")
            assert [len(each) for each in eye.payloads()] == [LIMITS.message_bytes, len(b"fence")]
        assert broker.pid == pid

    @pytest.mark.parametrize(
        "raw",
        [
            pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="http"),
            pytest.param(b"\x10\xff\xff\xff\xff\xff", id="endless-length"),
            pytest.param(b"\x10\x04\xff\xffMQ", id="short-name"),
            pytest.param(b"\x30\x03\x00\x01a", id="publish-first"),
            pytest.param(b"\x00" * 64, id="zeros"),
            pytest.param(bytes(range(256)), id="noise"),
        ],
    )
    def test_a_strangers_bytes_disturb_nobody(self, shared: Broker, raw: bytes) -> None:
        with controller(shared) as desk, unit(shared) as one:
            one.subscribe(PROGRAMME)
            _say_to(shared, raw)
            desk.publish(PROGRAMME, b"fence")
            one.await_payload(b"fence")
            assert one.losses.empty()

    @pytest.mark.parametrize(
        "raw", [b"\x34\x08\x00\x01a\x00\x01abc", b"\x30\x05\x00\x03a/#", b"\x82\x02\x00\x01", b"\x00\x00"]
    )
    def test_a_client_that_breaks_the_rules_is_cut_and_its_will_published(self, broker: Broker, raw: bytes) -> None:
        with controller(broker, f"{ROOT}/unit/+/availability") as desk, bare_unit(broker, keepalive=60) as rude:
            rude.send(raw)
            desk.await_payload(b"offline")

    # Accounts

    def test_an_account_added_while_running_is_let_in_and_nobody_is_dropped(
        self, broker: Broker, accounts_file: Path
    ) -> None:
        with controller(broker) as desk, unit(broker) as one:
            one.subscribe(PROGRAMME)
            refusal(broker, unit_user(COMMUNE, LATE), PASSWORD)
            write_accounts(accounts_file, accounts(ONE, OTHER, LATE))
            broker.accounts_changed()
            _let_in_at_last(unit(broker, LATE))
            desk.publish(PROGRAMME, b"fence")
            one.await_payload(b"fence")
            assert one.losses.empty()
            assert desk.losses.empty()

    def test_a_withdrawn_account_is_cut_off(self, broker: Broker, accounts_file: Path) -> None:
        with unit(broker) as one, unit(broker, OTHER) as other:
            write_accounts(accounts_file, accounts(ONE))
            broker.accounts_changed()
            other.losses.get(timeout=DEADLINE)
            assert other.answers.get(timeout=DEADLINE).is_failure
            assert one.losses.empty()


class EmbeddedContract(BrokerContract, EmbeddedSubject):
    """The same of a broker that is our child, and how it lives and dies."""

    @pytest.fixture
    def make(self, tmp_path: Path, accounts_file: Path) -> Callable[..., EmbeddedBroker]:
        return lambda port=0: self.made(tmp_path, accounts_file, port)

    def test_a_change_of_accounts_is_noticed_without_being_told(self, broker: Embedded, accounts_file: Path) -> None:
        write_accounts(accounts_file, accounts(ONE, LATE))
        _let_in_at_last(unit(broker, LATE))

    def test_an_unreadable_accounts_file_leaves_the_earlier_accounts_in_force(
        self, broker: Embedded, accounts_file: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        accounts_file.write_text("{")
        child = broker.broker._child
        assert child is not None
        broker.broker._pass_on_files(child)
        assert "keeps its earlier accounts" in caplog.text
        with unit(broker) as one:
            assert one.losses.empty()

    def test_a_killed_broker_is_started_again_and_its_clients_come_back(self, broker: Embedded) -> None:
        with controller(broker) as desk, unit(broker) as one, LogWatch("runs again") as watch:
            first = broker.pid
            assert first is not None
            os.kill(first, signal.SIGKILL)
            for client in (desk, one):
                client.losses.get(timeout=DEADLINE)
                assert not client.answers.get(timeout=DEADLINE).is_failure
            watch.wait_for("runs again")
            assert broker.pid != first
            assert broker.broker.alive
            one.subscribe(PROGRAMME)
            desk.publish(PROGRAMME, b"after")
            one.await_payload(b"after")

    def test_a_taken_port_is_said_with_its_number(self, make: Callable[..., EmbeddedBroker]) -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            taken = other.getsockname()[1]
            broker = make(taken)
            with pytest.raises(PortTaken) as failure:
                broker.start()
            assert (failure.value.host, failure.value.port) == ("127.0.0.1", taken)
            assert str(taken) in str(failure.value)
            assert not broker.alive
        broker.start()
        assert broker.port == taken
        broker.stop()

    def test_a_stopped_broker_is_gone_and_can_be_started_again(self, make: Callable[..., EmbeddedBroker]) -> None:
        broker = make()
        broker.start()
        pid = broker.pid
        assert pid is not None
        broker.stop()
        assert await_process_end(pid)
        assert not broker.alive
        broker.stop()
        broker.start()
        with unit(broker):
            assert broker.alive
        broker.stop()

    def test_no_broker_outlives_a_killed_controller(self, tmp_path: Path, accounts_file: Path) -> None:
        program = (
            "import sys, threading; from pathlib import Path\n"
            "from controller.adapters.broker import *\n"
            f"kind, data = BrokerKind({self.kind.value!r}), Path({str(tmp_path / 'data')!r})\n"
            "settings = BrokerSettings(data, port=0, kind=kind)\n"
            f"broker = choose_broker(settings, Path({str(accounts_file)!r}))\n"
            "broker.start(); print(broker.pid, flush=True); threading.Event().wait()\n"
        )
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
            assert parent.stdout is not None
            pid = int(parent.stdout.readline())
            os.kill(pid, 0)
            parent.kill()
            ended = await_process_end(pid)
            if not ended:
                os.kill(pid, signal.SIGKILL)
            assert ended

    def test_the_terminals_interrupt_does_not_reach_the_broker(self, broker: Embedded) -> None:
        assert broker.pid is not None
        assert os.getpgid(broker.pid) != os.getpgid(0)

    def test_generated_files_are_for_the_owner_only(self, broker: Embedded) -> None:
        files = list(broker.broker.folder.iterdir())
        assert files
        assert {each.stat().st_mode & 0o777 for each in files} == {0o600}
        assert broker.broker.folder.stat().st_mode & 0o777 == 0o700


def _say_to(broker: Broker, raw: bytes) -> None:
    """Send bytes and wait until the broker has hung up, in whatever way."""
    with (
        contextlib.suppress(OSError),
        open_socket(broker) as stranger,
    ):
        stranger.sendall(raw)
        stranger.shutdown(socket.SHUT_WR)
        while stranger.recv(4096):
            pass


def _let_in_at_last(client: PahoClient) -> None:
    """Let a client knock, as paho does by itself once a second, until it is let in."""
    client.start()
    enough = threading.Event()
    timer = threading.Timer(DEADLINE, enough.set)
    timer.start()
    try:
        while client.answers.get(timeout=DEADLINE).is_failure:
            assert not enough.is_set(), "never let in"
    finally:
        timer.cancel()
        client.close()
