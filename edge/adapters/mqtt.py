"""The link to the broker, by paho-mqtt. A doorbell: nothing here is the truth, everything may come late or twice.

paho's own reconnection has no jitter and its loop dies with an exception in a callback; so the thread is ours. It
connects, serves the connection until it ends, waits a random while that grows, and begins again, for ever. Callbacks
only hand things over. An unknown error ends this thread and, by the process's hook, the process.

With a thread of one's own, paho's `publish` writes to the socket from whichever thread calls it, while the loop may be
writing too; a handler for "the socket wants to be written" keeps the writing in the loop.
"""

import logging
import random
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from edge.adapters.logbook import facts
from edge.core.events import Event, LinkDown, LinkUp, MessageArrived
from protocol.names import CommuneId, Kind, UnitId
from protocol.topics import OFFLINE, ONLINE, RETAINED, Leaf, delegation_topic, orders_topic, unit_topic

log = logging.getLogger("edge.mqtt")
BACKOFF_FIRST_S = 1.0
BACKOFF_LONGEST_S = 60.0
CONNECT_S = 10.0
LOOK_S = 5.0
"""How often the loop looks at its keepalive while nothing comes or goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """Where the broker is and how this unit enters. `password` never appears in a log; `keepalive_s` in seconds.

    `tls` decides whom to believe to be the broker; None: no TLS.
    """

    host: str
    port: int
    user: str
    password: str | None
    tls: ssl.SSLContext | None
    keepalive_s: int


class Link:
    """One unit's connection. `post` hands events to the deciding thread; `publish` may be called from there."""

    def __init__(self, broker: Broker, commune: CommuneId, unit: UnitId, post: Callable[[Event], None]) -> None:
        self._broker, self._commune, self._unit, self._post = broker, commune, unit, post
        # The broker sends what it kept in this order: first whom to believe.
        self._kinds = {
            delegation_topic(commune): Kind.DELEGATION,
            unit_topic(commune, unit, Leaf.PROGRAMME): Kind.PROGRAMME,
            unit_topic(commune, unit, Leaf.ORDER): Kind.ORDER,
            orders_topic(commune): Kind.ORDER,
            unit_topic(commune, unit, Leaf.RECEIPT_ACK): Kind.RECEIPT_ACK,
            unit_topic(commune, unit, Leaf.CLOCK_ANSWER): Kind.CLOCK_ANSWER,
        }
        self._closing = threading.Event()
        self._failures = 0
        self._look_s = min(LOOK_S, broker.keepalive_s / 4)
        self._random = random.Random()  # noqa: S311 - jitter, no secret
        self._client = self._make_client()
        self._thread = threading.Thread(target=self._run, name="mqtt", daemon=True)

    def start(self) -> None:
        """Begin to connect."""
        self._thread.start()

    def publish(self, leaf: Leaf, data: bytes) -> None:
        """Send, if there is a connection; else forget it: the core sends again when there is one."""
        if self._client.is_connected():
            topic = unit_topic(self._commune, self._unit, leaf)
            self._client.publish(topic, data, qos=1, retain=leaf in RETAINED)

    def close(self) -> None:
        """Say offline and leave."""
        self._closing.set()
        if self._client.is_connected():
            topic = unit_topic(self._commune, self._unit, Leaf.AVAILABILITY)
            self._client.publish(topic, OFFLINE, qos=1, retain=True).wait_for_publish(timeout=1.0)
        self._client.disconnect()
        self._thread.join(timeout=2.0)

    def _make_client(self) -> paho.Client:
        client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._broker.user,
            clean_session=False,
            protocol=paho.MQTTv311,
            reconnect_on_failure=False,
        )
        client.username_pw_set(self._broker.user, self._broker.password)
        if self._broker.tls is not None:
            client.tls_set_context(self._broker.tls)
        client.connect_timeout = CONNECT_S
        client.max_queued_messages_set(100)
        client.on_socket_register_write = _leave_it_to_the_loop
        client.will_set(unit_topic(self._commune, self._unit, Leaf.AVAILABILITY), OFFLINE, qos=1, retain=True)
        client.on_connect, client.on_disconnect = self._connected, self._disconnected
        client.on_subscribe, client.on_message = self._subscribed, self._arrived
        return client

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._client.connect(self._broker.host, self._broker.port, self._broker.keepalive_s)
            except OSError as error:
                self._wait(str(error))
            else:
                self._serve()
                self._wait("the connection ended")

    def _serve(self) -> None:
        """Be the only thread that touches the socket; `publish` wakes it through paho's own socket pair."""
        while self._client.loop(self._look_s) == paho.MQTT_ERR_SUCCESS:
            pass

    def _wait(self, why: str) -> None:
        if self._closing.is_set():
            return
        longest = min(BACKOFF_FIRST_S * 2.0 ** min(self._failures, 10), BACKOFF_LONGEST_S)
        self._failures += 1
        delay = longest * self._random.uniform(0.5, 1.0)
        log.warning("broker-not-reached", extra=facts(why=why, again_in_s=round(delay, 1)))
        self._closing.wait(delay)

    def _connected(self, client: paho.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:  # noqa: ANN401
        if reason.is_failure:
            log.warning("broker-refused", extra=facts(why=reason))
            return
        client.subscribe([(topic, 1) for topic in self._kinds])

    def _subscribed(self, client: paho.Client, _data: Any, _mid: int, reasons: Any, _properties: Any) -> None:  # noqa: ANN401
        """Online is said only now: what is sent to a unit before it listens would be lost."""
        client.publish(unit_topic(self._commune, self._unit, Leaf.AVAILABILITY), ONLINE, qos=1, retain=True)
        self._failures = 0
        log.info("broker-reached", extra=facts(granted=",".join(str(reason.value) for reason in reasons)))
        self._post(LinkUp())

    def _disconnected(self, _client: paho.Client, _data: Any, _flags: Any, _reason: Any, _properties: Any) -> None:  # noqa: ANN401
        self._post(LinkDown())

    def _arrived(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:  # noqa: ANN401
        kind = self._kinds.get(message.topic)
        if kind is not None:
            self._post(MessageArrived(kind, bytes(message.payload)))


def _leave_it_to_the_loop(_client: paho.Client, _data: Any, _socket: Any) -> None:  # noqa: ANN401
    """The loop was woken and will write."""
