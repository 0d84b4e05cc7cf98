"""The amqtt broker with our accounts: who is let in, what goes from whom to whom. Keeps everything in memory only.

amqtt asks its plugins about a client only after that client has already taken over its namesake's session, sends a
newcomer everybody's retained messages, and publishes wills without asking anybody. So the rules stand here, in front
of it, rather than in a plugin: admission before anything else, and one synchronous check for each delivery.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from amqtt.adapters import StreamReaderAdapter
from amqtt.broker import Broker, Server
from amqtt.contexts import Action, BrokerConfig
from amqtt.errors import AMQTTError, MQTTError, NoDataError
from amqtt.mqtt.connack import (
    BAD_USERNAME_PASSWORD,
    CONNECTION_ACCEPTED,
    IDENTIFIER_REJECTED,
    NOT_AUTHORIZED,
    ConnackPacket,
)
from amqtt.mqtt.disconnect import DisconnectPacket
from amqtt.mqtt.publish import PublishPacket
from amqtt.session import Session

from controller.adapters.broker.accounts import Account, hash_password, password_fits
from controller.adapters.broker.amqtt_connection import HIGHEST_QOS, ClientConnection, LingeringWriter, Parcel
from controller.adapters.broker.amqtt_door import Address, Door, Visit
from controller.adapters.broker.grants import matches
from controller.adapters.broker.settings import Limits

log = logging.getLogger(__name__)

REFUSED_SUBSCRIPTION = 0x80
CONNECT_SECONDS = 10.0
"""How long a connection may stand without having said who it is."""
MAX_FILTERS = 100
"""Subscriptions of one client; the controller needs three a commune."""

_NOBODY = hash_password("an account that does not exist")
_CHECKS_AT_ONCE = 2


class DoorbellBroker(Broker):  # type: ignore[misc]  # amqtt is untyped
    """amqtt's broker with its life cycle of a client replaced. Sessions are always clean: a doorbell keeps no queue."""

    def __init__(self, accounts: Mapping[str, Account], limits: Limits, addresses: Sequence[Address]) -> None:
        super().__init__(BrokerConfig(plugins={}))
        self.accounts = accounts
        self.limits = limits
        self._doors = [Door(address, self._welcome, limits.connections) for address in addresses]
        self._wild: set[str] = set()
        self._held: dict[str, set[str]] = {}
        self._checks = asyncio.Semaphore(_CHECKS_AT_ONCE)

    async def replace_accounts(self, accounts: Mapping[str, Account]) -> None:
        """Go by new accounts from now on; whoever's account is gone or has a new password is cut off."""
        former, self.accounts = self.accounts, accounts
        for session, connection in list(self._sessions.values()):
            user = session.username
            if user not in accounts or accounts[user].password_hash != former[user].password_hash:
                log.warning("%r is cut off: its account was withdrawn or has a new password", user)
                await self._part(session, connection, farewell=None)

    def renew_certificate(self) -> None:
        """Show the certificate that lies in the file now to whoever comes from now on; `ssl.SSLError`, `OSError`."""
        for door in self._doors:
            door.renew()

    # The life of a connection

    async def _start_listeners(self) -> None:
        for number, door in enumerate(self._doors):
            door.open()
            self._servers[str(number)] = Server(str(number), door)

    async def _session_monitor(self) -> None:
        """Do nothing: sessions end with their connections. amqtt's monitor may clear away a session just renewed."""

    async def _welcome(self, visit: Visit, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = LingeringWriter(writer)
        try:
            await self._serve(visit, StreamReaderAdapter(reader), line)
        except (AMQTTError, MQTTError, NoDataError, TimeoutError, OSError) as error:
            log.debug("a connection came to nothing: %s", error)
        except Exception as error:  # noqa: BLE001  # one stranger's bytes must not be everybody's end
            log.warning("a connection failed: %r", error)
        finally:
            await line.close()

    async def _serve(self, visit: Visit, reader: StreamReaderAdapter, writer: LingeringWriter) -> None:
        async with asyncio.timeout(CONNECT_SECONDS):
            connection, session = await ClientConnection.init_from_connect(reader, writer, self.plugins_manager)
            refusal = await self._refusal(session)
            if refusal != CONNECTION_ACCEPTED:
                log.warning("%r from %s was refused (code %d)", session.username, session.remote_address, refusal)
                await ConnackPacket.build(0, refusal).to_stream(writer)
                return
            visit.admitted()
            await self._settle_in(session, connection, reader, writer)
        await connection.start()
        await self._part(session, connection, await connection.wait_disconnect())

    async def _refusal(self, session: Session) -> int:
        """Return the CONNACK code for a newcomer. Nothing of anybody's was touched before this answer."""
        account = self.accounts.get(session.username or "")
        fitting = account.password_hash if account is not None else _NOBODY
        async with self._checks:
            fits = await asyncio.to_thread(password_fits, session.password or "", fitting)
        if account is None or not fits:
            return int(BAD_USERNAME_PASSWORD)
        if session.client_id != account.user and session.client_id in self.accounts:
            return int(IDENTIFIER_REJECTED)
        if session.will_flag and not self._may_leave_will(account, session):
            return int(NOT_AUTHORIZED)
        return int(CONNECTION_ACCEPTED)

    def _may_leave_will(self, account: Account, session: Session) -> bool:
        within = session.will_qos <= HIGHEST_QOS and len(session.will_message) <= self.limits.message_bytes
        return within and account.grants.may_write(session.will_topic)

    async def _settle_in(
        self, session: Session, connection: ClientConnection, reader: StreamReaderAdapter, writer: LingeringWriter
    ) -> None:
        session.client_id = session.username
        session.clean_session = True
        session.password = None
        connection.switch = self
        while (earlier := self._sessions.get(session.client_id)) is not None:
            log.info("%r connects anew; its earlier connection ends", session.client_id)
            await self._part(earlier[0], earlier[1], farewell=None)
        connection.attach(session, reader, writer)
        session.transitions.connect()
        self._sessions[session.client_id] = (session, connection)
        await connection.mqtt_connack_authorize(authorize=True)

    async def _part(self, session: Session, connection: ClientConnection, farewell: DisconnectPacket | None) -> None:
        """End a session once; publish its will if its client did not say goodbye."""
        if self._sessions.get(session.client_id, (None, None))[0] is session:
            del self._sessions[session.client_id]
            self._held.pop(session.client_id, None)
            await self._del_all_subscriptions(session)
            self._wild &= self._subscriptions.keys()
            if farewell is None and session.will_flag:
                await self._publish_will(session)
        await connection.handle_disconnect(farewell)
        await connection.stop()

    async def _publish_will(self, session: Session) -> None:
        if session.will_retain:
            await self.retain_message(session, session.will_topic, session.will_message, session.will_qos)
        self._route(session.will_topic, bytes(session.will_message), session.will_qos)

    # The way of a message

    async def receive(self, session: Session, packet: PublishPacket) -> None:
        """Take what a client published: keep it if it is to be retained, and send it on. Drop what it may not say."""
        account = self.accounts.get(session.username)
        if account is None or not account.grants.may_write(packet.topic_name):
            log.warning("%r may not publish to %r; its message was dropped", session.username, packet.topic_name)
            return
        if packet.retain_flag:
            await self.retain_message(session, packet.topic_name, packet.data, packet.qos)
        self._route(packet.topic_name, packet.data, packet.qos)

    def _route(self, topic: str, payload: bytes, qos: int) -> None:
        """Offer a message to everybody who asked for it and may have it, once each, at the best QoS asked for.

        amqtt walks its table of subscriptions across `await`s: somebody who subscribes meanwhile breaks it off.
        """
        for client_id, asked_qos in self._takers(topic).items():
            session, connection = self._sessions[client_id]
            if self._may_read(session, topic):
                connection.offer(Parcel(topic, payload, min(qos, asked_qos), retain=False))

    def _takers(self, topic: str) -> dict[str, int]:
        takers: dict[str, int] = {}
        for each in (topic, *(wild for wild in self._wild if matches(wild, topic))):
            for session, qos in self._subscriptions.get(each, ()):
                takers[session.client_id] = max(qos, takers.get(session.client_id, 0))
        return takers

    async def subscribe(
        self, connection: ClientConnection, asked: list[tuple[str, int]]
    ) -> tuple[list[int], list[Parcel]]:
        """Answer each filter with its QoS or a refusal, and collect what is retained under the granted ones."""
        codes = [await self._add(connection.session, each, qos) for each, qos in asked]
        granted = [(each, qos) for (each, _), qos in zip(asked, codes, strict=True) if qos != REFUSED_SUBSCRIPTION]
        return codes, [parcel for each, qos in granted for parcel in self._retained(connection.session, each, qos)]

    async def _add(self, session: Session, asked: str, qos: int) -> int:
        held = self._held.setdefault(session.client_id, set())
        if len(held) >= MAX_FILTERS and asked not in held:
            return REFUSED_SUBSCRIPTION
        code = int(await self.add_subscription((asked, min(qos, HIGHEST_QOS)), session))
        if code == REFUSED_SUBSCRIPTION:
            log.warning("%r may not subscribe to %r", session.username, asked)
            return code
        held.add(asked)
        if _is_wild(asked):
            self._wild.add(asked)
        return code

    def _retained(self, session: Session, asked: str, qos: int) -> list[Parcel]:
        """Return what a subscriber is to be told at once. amqtt asks nobody here whether the subscriber may have it."""
        held = self._retained_messages
        topics = [topic for topic in held if matches(asked, topic)] if _is_wild(asked) else [asked] * (asked in held)
        return [
            Parcel(topic, bytes(held[topic].data), min(qos, held[topic].qos), retain=True)
            for topic in topics
            if self._may_read(session, topic)
        ]

    def unsubscribe(self, session: Session, filters: list[str]) -> None:
        """Forget subscriptions."""
        for each in filters:
            self._held.get(session.client_id, set()).discard(each)
            self._del_subscription(each, session)
            if not self._subscriptions.get(each, True):
                del self._subscriptions[each]
        self._wild &= self._subscriptions.keys()

    def _may_read(self, session: Session, topic: str) -> bool:
        account = self.accounts.get(session.username)
        return account is not None and account.grants.may_read(topic)

    async def _topic_filtering(self, session: Session, topic: str, action: Action) -> bool:
        """Answer amqtt's own question when it adds a subscription; it asks no other one of us."""
        account = self.accounts.get(session.username)
        return account is not None and action is Action.SUBSCRIBE and bool(account.grants.may_subscribe(topic))


def _is_wild(topic_filter: str) -> bool:
    return "+" in topic_filter or "#" in topic_filter
