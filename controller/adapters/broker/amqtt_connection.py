"""One client's connection inside the amqtt program: what amqtt 0.12.1 leaves undone at the wire, done.

Each override names the fault of amqtt that it mends; docs/adr/0004 lists them. The figures are MQTT 3.1.1's.
"""

import asyncio
import contextlib
import logging
from dataclasses import dataclass
from typing import Any, Protocol

from amqtt.adapters import BufferReader, StreamWriterAdapter
from amqtt.broker import BrokerContext
from amqtt.errors import AMQTTError, NoDataError
from amqtt.mqtt import packet_class
from amqtt.mqtt.disconnect import DisconnectPacket
from amqtt.mqtt.packet import MQTTFixedHeader, MQTTPacket
from amqtt.mqtt.pingreq import PingReqPacket
from amqtt.mqtt.protocol.broker_handler import BrokerProtocolHandler
from amqtt.mqtt.puback import PubackPacket
from amqtt.mqtt.publish import PublishPacket
from amqtt.mqtt.suback import SubackPacket
from amqtt.mqtt.subscribe import SubscribePacket
from amqtt.mqtt.unsubscribe import UnsubscribePacket
from amqtt.plugins.manager import PluginManager
from amqtt.session import Session

from controller.adapters.broker.grants import is_topic
from controller.adapters.broker.settings import Limits

log = logging.getLogger(__name__)

KEEPALIVE_GRACE = 1.5
"""A client is gone when nothing came for this many keepalives (MQTT 3.1.1, 3.1.2.10)."""
DEFAULT_KEEPALIVE_SECONDS = 60
"""Stands in for a client that promises no sign of life at all: its death must be seen too."""
PACKET_OVERHEAD = 1024
HIGHEST_QOS = 1

_MQTT_QOS = 2
_LINGER_SECONDS = 5.0


class ProtocolFlaw(Exception):
    """The client sent what MQTT 3.1.1 or our limits forbid; its connection ends, and its will is published."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message on its way to one client."""

    topic: str
    payload: bytes
    qos: int
    retain: bool


class Switch(Protocol):
    """What a connection asks of the broker: the only way from one client to another."""

    limits: Limits

    async def receive(self, session: Session, packet: PublishPacket) -> None:
        """Take what a client published."""
        ...

    async def subscribe(
        self, connection: "ClientConnection", asked: list[tuple[str, int]]
    ) -> tuple[list[int], list[Parcel]]:
        """Return the answer to each filter, and the retained messages to send after it."""
        ...

    def unsubscribe(self, session: Session, filters: list[str]) -> None:
        """Forget subscriptions."""
        ...


class LingeringWriter(StreamWriterAdapter):  # type: ignore[misc]  # amqtt is untyped
    """A writer whose `close` never waits: amqtt's drains first, which on a half-open link lasts for ever."""

    is_closed: bool

    async def close(self) -> None:
        """Send what is buffered if the peer takes it within a few seconds, and close either way."""
        if self.is_closed:
            return
        self.is_closed = True
        self._writer.close()
        asyncio.get_running_loop().call_later(_LINGER_SECONDS, self._writer.transport.abort)


class ClientConnection(BrokerProtocolHandler):  # type: ignore[misc]  # amqtt is untyped
    """The broker's end of one connection."""

    switch: Switch

    def __init__(
        self,
        plugins_manager: PluginManager[BrokerContext],
        session: Session | None = None,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(plugins_manager, session, loop)
        self._farewell: asyncio.Future[DisconnectPacket | None] = asyncio.get_running_loop().create_future()
        self._outbox: asyncio.Queue[Parcel] = asyncio.Queue()
        self._outbox_bytes = 0
        self._overflowing = False
        self._sender: asyncio.Task[None] | None = None
        self._deliveries: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin to read and to send."""
        await super().start()
        self._sender = asyncio.create_task(self._send_outbox())

    async def stop(self) -> None:
        """End everything that runs for this client."""
        for task in (self._sender, *self._deliveries):
            if task is not None:
                task.cancel()
        await super().stop()

    async def handle_disconnect(self, disconnect: DisconnectPacket | None) -> None:
        """Remember how the connection ended: with a farewell (no will) or without one.

        amqtt forgets the answer when it comes before anybody waits for it, so that a client which says goodbye at
        once had its will published.
        """
        if not self._farewell.done():
            self._farewell.set_result(disconnect)

    async def wait_disconnect(self) -> DisconnectPacket | None:
        """Wait for the end; None when the client vanished."""
        return await asyncio.shield(self._farewell)

    def handle_read_timeout(self) -> None:
        """End the connection of a client that gave no sign of life, so that its will is published.

        amqtt does nothing here: a unit whose link was cut without a FIN stayed `online` for ever.
        """
        log.warning("%s gave no sign of life for %.1f s", self._who(), self._patience())
        if not self._farewell.done():
            self._farewell.set_result(None)

    async def _reader_loop(self) -> None:
        """Read packet after packet until the client leaves, vanishes or misbehaves.

        amqtt's loop times only the first byte of a packet (a client that stalls inside one is waited for for ever),
        handles packets in parallel tasks of any number, and cancels a DISCONNECT that is followed by the socket's end.
        """
        if self._reader_ready is not None:
            self._reader_ready.set()
        try:
            await self._read_packets()
        except TimeoutError:
            self.handle_read_timeout()
        except (ProtocolFlaw, AMQTTError, OSError) as flaw:
            log.warning("%s: %s", self._who(), flaw)
        except (
            Exception
        ):  # whatever a stranger's bytes do to a parser ends that stranger's connection, never the broker
            log.exception("%s sent what could not be read", self._who())
        finally:
            self._reader_stopped.set()
        await self.handle_connection_closed()

    async def _read_packets(self) -> None:
        while not self._farewell.done():
            async with asyncio.timeout(self._patience()):
                packet = await self._next_packet()
            if packet is None:
                return
            await self._handle(packet)

    def _patience(self) -> float:
        keepalive = self.session.keep_alive if self.session is not None else 0
        return float((keepalive or DEFAULT_KEEPALIVE_SECONDS) * KEEPALIVE_GRACE)

    async def _next_packet(self) -> MQTTPacket[Any, Any, Any] | None:
        header = await MQTTFixedHeader.from_stream(self.reader)
        if header is None:
            return None
        if header.remaining_length > self.switch.limits.message_bytes + PACKET_OVERHEAD:
            raise ProtocolFlaw(f"a packet of {header.remaining_length} bytes is too large")
        try:
            body = await self.reader.read(header.remaining_length)
            return await packet_class(header).from_stream(BufferReader(body), fixed_header=header)
        except asyncio.IncompleteReadError:
            return None
        except NoDataError as error:
            raise ProtocolFlaw("a packet is shorter than it says") from error

    async def _handle(self, packet: MQTTPacket[Any, Any, Any]) -> None:
        match packet:
            case PublishPacket():
                await self.handle_publish(packet)
            case PubackPacket():
                await self.handle_puback(packet)
            case PingReqPacket():
                await self.handle_pingreq(packet)
            case SubscribePacket():
                await self.handle_subscribe(packet)
            case UnsubscribePacket():
                await self.handle_unsubscribe(packet)
            case DisconnectPacket():
                await self.handle_disconnect(packet)
            case _:
                raise ProtocolFlaw(f"a {type(packet).__name__} has no place here")

    async def handle_publish(self, publish_packet: PublishPacket) -> None:
        """Hand a message to the switch, then acknowledge it.

        amqtt acknowledges first and queues without bound; what was queued when the client left is lost.
        """
        if publish_packet.qos > HIGHEST_QOS:
            raise ProtocolFlaw("QoS 2 is not served")
        if not is_topic(publish_packet.topic_name or ""):
            raise ProtocolFlaw(f"nothing can be published to {publish_packet.topic_name!r}")
        if len(publish_packet.data or b"") > self.switch.limits.message_bytes:
            raise ProtocolFlaw(f"a message of {len(publish_packet.data)} bytes is too large")
        await self.switch.receive(self.session, publish_packet)
        if publish_packet.qos:
            await self._send_packet(PubackPacket.build(publish_packet.packet_id))

    async def handle_subscribe(self, subscribe: SubscribePacket) -> None:
        """Answer a subscription, then send what is retained under it."""
        if not subscribe.payload.topics or any(qos > _MQTT_QOS for _, qos in subscribe.payload.topics):
            raise ProtocolFlaw("a subscription names no topic, or a quality of service that does not exist")
        codes, retained = await self.switch.subscribe(self, subscribe.payload.topics)
        await self._send_packet(SubackPacket.build(subscribe.variable_header.packet_id, codes))
        for parcel in retained:
            self.offer(parcel)

    async def handle_unsubscribe(self, unsubscribe: UnsubscribePacket) -> None:
        """End subscriptions."""
        self.switch.unsubscribe(self.session, unsubscribe.payload.topics)
        await self.mqtt_acknowledge_unsubscription(unsubscribe.variable_header.packet_id)

    def offer(self, parcel: Parcel) -> None:
        """Queue a message for this client, or drop it when the client lags too far behind.

        amqtt starts a task a message and holds as many as there are: one slow client takes all memory.
        """
        limits = self.switch.limits
        size = len(parcel.payload) + len(parcel.topic)
        if self._outbox.qsize() >= limits.queued or self._outbox_bytes + size > limits.queued_bytes:
            if not self._overflowing:
                log.warning("%s lags behind: messages to it are dropped", self._who())
            self._overflowing = True
            return
        self._overflowing = False
        self._outbox_bytes += size
        self._outbox.put_nowait(parcel)

    async def _send_outbox(self) -> None:
        window = asyncio.Semaphore(self.switch.limits.inflight)
        while True:
            parcel = await self._outbox.get()
            await window.acquire()
            self._outbox_bytes -= len(parcel.payload) + len(parcel.topic)
            delivery = asyncio.create_task(self._deliver(parcel))
            self._deliveries.add(delivery)
            delivery.add_done_callback(self._deliveries.discard)
            delivery.add_done_callback(lambda _: window.release())

    async def _deliver(self, parcel: Parcel) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            try:
                await self.mqtt_publish(parcel.topic, parcel.payload, parcel.qos, parcel.retain)
            except TimeoutError:
                log.debug("%s did not acknowledge a message on %s", self._who(), parcel.topic)
            except (AMQTTError, OSError) as error:
                log.info("a message on %s did not reach %s: %s", parcel.topic, self._who(), error)

    def _who(self) -> str:
        return repr(self.session.client_id) if self.session is not None else "a stranger"
