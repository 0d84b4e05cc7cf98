"""What a slow client costs the amqtt broker: at most its queue."""

import asyncio
import logging

import pytest
from amqtt.session import Session

from controller.adapters.broker.amqtt_connection import ClientConnection, Parcel
from controller.adapters.broker.settings import Limits


class SwitchWithLimits:
    def __init__(self, limits: Limits) -> None:
        self.limits = limits


async def _lagging(limits: Limits, parcels: int) -> list[Parcel]:
    """Return what stays queued for a client that takes nothing."""
    session = Session()
    session.client_id = "khau-bang.na-lom"
    connection = ClientConnection(None, session)
    connection.switch = SwitchWithLimits(limits)  # type: ignore[assignment]
    for number in range(parcels):
        connection.offer(Parcel("t", b"%05d" % number, 1, retain=False))
    return [connection._outbox.get_nowait() for _ in range(connection._outbox.qsize())]


def test_a_lagging_clients_queue_is_bounded_in_number(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        kept = asyncio.run(_lagging(Limits(queued=3), 10))
    assert [each.payload for each in kept] == [b"00000", b"00001", b"00002"]
    assert len([each for each in caplog.records if "lags behind" in each.message]) == 1


def test_a_lagging_clients_queue_is_bounded_in_bytes() -> None:
    assert len(asyncio.run(_lagging(Limits(queued_bytes=15), 10))) == 2
