"""The doorbell's wire: kept up for ever, through which nothing true is lost.

Each connection is a new client, so that nothing stale waits in a library's queue to be sent after a reconnection: what
is to be sent stands in the database and is published again when the connection is up. What cannot be sent now is
dropped here. MQTT 5 is spoken where the broker takes it, 3.1.1 elsewhere; nothing depends on the difference.
"""

import logging
import random
import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from controller.adapters.inbox import Inbox
from controller.adapters.mqtt_connection import BrokerAddress, Connection, Ending
from protocol.names import CommuneId, UnitId
from protocol.topics import UP, Leaf, delegation_topic, every_unit, orders_topic, unit_topic

log = logging.getLogger(__name__)

CLOCK_EXPIRY_S = 10
"""A unit does not use an answer that took longer."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 20.0
ORDER_EXPIRY_S = 120
"""With MQTT 5 the broker forgets an undelivered order after this; it is sent again from the database anyway."""


class MqttDoorbell:
    """Implements `controller.services.ports.Doorbell`. Every method may be called from any thread, and never waits."""

    def __init__(
        self,
        commune: CommuneId,
        address: Callable[[], BrokerAddress],
        inbox: Inbox,
        *,
        clock: Callable[[], datetime],
        on_change: Callable[[], None],
    ) -> None:
        """Take the setup; `address` is asked for at each connection.

        `on_change` is called when messages begin to flow and when they stop, from another thread.
        """
        self._commune = commune
        self._address = address
        self._inbox = inbox
        self._clock = clock
        self._on_change = on_change
        self._version5 = True
        self._connection: Connection | None = None
        self._since: datetime | None = None
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="doorbell", daemon=True)

    @property
    def connected_since(self) -> datetime | None:
        """Since when messages flow; None while the broker is not reached."""
        return self._since

    @property
    def alive(self) -> bool:
        """Whether the connection is being kept: a dead keeper must end the process."""
        return self._keeper.is_alive()

    def start(self) -> None:
        """Begin to connect; an absent broker is waited for."""
        self._keeper.start()

    def stop(self) -> None:
        """Disconnect and end; harmless before the start."""
        self._stopping.set()
        if (connection := self._connection) is not None:
            connection.end()
        if self._keeper.is_alive():
            self._keeper.join(5.0)

    def programme(self, unit: UnitId, data: bytes) -> None:
        """Publish a programme, retained."""
        self._publish(unit_topic(self._commune, unit, Leaf.PROGRAMME), data, retain=True)

    def order(self, targets: Sequence[UnitId], data: bytes) -> None:
        """Publish an order, never retained: to the unit, or to all when it is for several."""
        alone = len(targets) == 1
        topic = unit_topic(self._commune, targets[0], Leaf.ORDER) if alone else orders_topic(self._commune)
        self._publish(topic, data, expiry_s=ORDER_EXPIRY_S)

    def receipt_ack(self, unit: UnitId, data: bytes) -> None:
        """Publish an acknowledgement."""
        self._publish(unit_topic(self._commune, unit, Leaf.RECEIPT_ACK), data)

    def delegation(self, data: bytes) -> None:
        """Publish the commune's delegation, retained."""
        self._publish(delegation_topic(self._commune), data, retain=True)

    def clock_answer(self, unit: UnitId, data: bytes) -> None:
        """Publish a signed time; late it is worth nothing, so the broker forgets it soon."""
        self._publish(unit_topic(self._commune, unit, Leaf.CLOCK_ANSWER), data, expiry_s=CLOCK_EXPIRY_S)

    def _publish(self, topic: str, data: bytes, *, retain: bool = False, expiry_s: int | None = None) -> None:
        connection = self._connection
        if connection is None or self._since is None:
            return
        if not connection.publish(topic, data, retain=retain, expiry_s=expiry_s):
            log.info("not sent now: topic=%s", topic)

    # What follows runs in the keeper's thread, `_up` excepted.

    def _keep(self) -> None:
        pause = FIRST_PAUSE_S
        while not self._stopping.is_set():
            ending = self._hold()
            if ending is Ending.NOT_UNDERSTOOD and self._version5:
                log.info("the broker does not take MQTT 5; 3.1.1 is used from now on")
                self._version5 = False
            pause = FIRST_PAUSE_S if ending is Ending.SERVED else min(pause * 2, LONGEST_PAUSE_S)
            self._stopping.wait(pause * random.uniform(0.5, 1.5))  # noqa: S311 - jitter is no secret

    def _hold(self) -> Ending:
        address = self._address()
        self._version5 = self._version5 and address.version5
        connection = Connection(
            address,
            [every_unit(self._commune, leaf) for leaf in sorted(UP)],
            self._inbox,
            version5=self._version5,
            on_up=self._up,
        )
        self._connection = connection
        ending = connection.run()
        self._connection = None
        self._since = None
        if ending is Ending.SERVED and not self._stopping.is_set():
            log.warning("the broker is no longer reached")
            self._on_change()
        return ending

    def _up(self) -> None:
        self._since = self._clock()
        log.info("connected to the broker (MQTT %s)", "5" if self._version5 else "3.1.1")
        self._on_change()
