"""One MQTT connection, from its beginning to its end. A new one is a new object, with nothing left of the last.

Of paho-mqtt's traps these are closed here: a callback that raises kills the network thread silently (exceptions are
suppressed and logged, and the thread is seen to live); subscriptions are made in every `on_connect`; messages are
acknowledged only when they have been dealt with.
"""

import logging
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from controller.adapters.inbox import Inbox, Letter

log = logging.getLogger(__name__)

KEEPALIVE_S = 30
LOOK_S = 1.0
"""How often the network thread is seen to be alive."""
MOST_QUEUED, MOST_INFLIGHT = 4_000, 200
NO_CHECK_TIME = ssl.VerifyFlags(0x200000)
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, which Python has no name for."""
_VERSION_REFUSED = frozenset({"Unsupported protocol version", "Unacceptable protocol version"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAddress:
    """Where the broker is, and as whom to connect. User and client id are one: the broker binds them."""

    host: str
    port: int
    user: str
    password: str
    version5: bool = True
    """Whether to try MQTT 5; the embedded amqtt does not speak it."""
    tls: ssl.SSLContext | None = None
    """Whom to believe when the broker is reached by TLS; None: without."""


def trusting(authority: Path | None) -> ssl.SSLContext:
    """Return what is needed to speak TLS with a broker that this authority vouches for (None: the machine's own).

    Of an authority that was named, chain and host name are verified and dates are not: see docs/adr/0017.

    Raises:
        OSError: the file is not there, or holds no certificate.
    """
    context = ssl.create_default_context(cafile=None if authority is None else str(authority))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if authority is not None:
        context.verify_flags |= NO_CHECK_TIME
    return context


class Ending(StrEnum):
    """How a connection ended."""

    NOT_REACHED = "not-reached"
    NOT_UNDERSTOOD = "not-understood"  # closed before an answer, or refused for its protocol version
    REFUSED = "refused"
    SERVED = "served"  # it was up for a while


class Connection:
    """Connects, subscribes, passes messages on, and tells when it is up. `run` returns when it has ended."""

    def __init__(
        self,
        address: BrokerAddress,
        subscriptions: list[str],
        inbox: Inbox,
        *,
        version5: bool,
        on_up: Callable[[], None],
    ) -> None:
        self._address = address
        self._subscriptions = subscriptions
        self._inbox = inbox
        self._version5 = version5
        self._on_up = on_up
        self._ended = threading.Event()
        self._answer: ReasonCode | None = None
        self._client = self._new_client()

    def run(self) -> Ending:
        """Connect and stay until the connection ends."""
        try:
            self._client.connect(self._address.host, self._address.port, KEEPALIVE_S)
        except OSError as error:
            log.warning("the broker on %s port %d is not reached: %s", self._address.host, self._address.port, error)
            return Ending.NOT_REACHED
        self._client.loop_start()
        self._wait()
        self._client.disconnect()
        self._client.loop_stop()
        return self._ending()

    def end(self) -> None:
        """Make `run` return soon."""
        self._ended.set()

    def publish(self, topic: str, data: bytes, *, retain: bool = False, expiry_s: int | None = None) -> bool:
        """Hand a message to the network thread; return whether it was taken."""
        properties = None
        if self._version5 and expiry_s is not None:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            properties.MessageExpiryInterval = expiry_s
        answer = self._client.publish(topic, data, qos=1, retain=retain, properties=properties)
        return answer.rc == MQTTErrorCode.MQTT_ERR_SUCCESS

    def _new_client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._address.user,
            protocol=MQTTProtocolVersion.MQTTv5 if self._version5 else MQTTProtocolVersion.MQTTv311,
            clean_session=None if self._version5 else True,
            manual_ack=True,
            reconnect_on_failure=False,
        )
        client.suppress_exceptions = True
        client.enable_logger(log)
        client.username_pw_set(self._address.user, self._address.password)
        if self._address.tls is not None:
            client.tls_set_context(self._address.tls)
        client.max_queued_messages_set(MOST_QUEUED)
        client.max_inflight_messages_set(MOST_INFLIGHT)
        client.on_connect, client.on_disconnect = self._connected, self._disconnected
        client.on_subscribe, client.on_message = self._subscribed, self._arrived
        return client

    def _wait(self) -> None:
        name = f"paho-mqtt-client-{self._address.user}"
        while not self._ended.wait(LOOK_S):
            if not any(thread.name == name for thread in threading.enumerate()):
                log.error("the network thread has died; connecting anew")
                return

    def _ending(self) -> Ending:
        if self._answer is None:
            return Ending.NOT_UNDERSTOOD
        if not self._answer.is_failure:
            return Ending.SERVED
        return Ending.NOT_UNDERSTOOD if str(self._answer) in _VERSION_REFUSED else Ending.REFUSED

    # The callbacks run in the library's thread.

    def _connected(
        self, client: Client, _data: object, _flags: ConnectFlags, code: ReasonCode, _properties: Properties | None
    ) -> None:
        self._answer = code
        if code.is_failure:
            log.error("the broker refuses the controller: %s", code)
            self._ended.set()
        else:
            client.subscribe([(topic, 1) for topic in self._subscriptions])

    def _subscribed(
        self, _client: Client, _data: object, _mid: int, codes: list[ReasonCode], _properties: Properties | None
    ) -> None:
        if refused := [str(code) for code in codes if code.is_failure]:
            log.error("the broker refuses subscriptions of the controller: %s", ", ".join(refused))
        self._on_up()

    def _disconnected(
        self, _client: Client, _data: object, _flags: DisconnectFlags, _code: ReasonCode, _properties: Properties | None
    ) -> None:
        self._ended.set()

    def _arrived(self, client: Client, _data: object, message: MQTTMessage) -> None:
        mid, qos = message.mid, message.qos
        self._inbox.put(Letter(message.topic, bytes(message.payload), lambda: _acknowledge(client, mid, qos)))


def _acknowledge(client: Client, mid: int, qos: int) -> None:
    client.ack(mid, qos)
