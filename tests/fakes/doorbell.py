"""A doorbell that rings nobody, stricter than the real one: what it is given must be whole and meant for its target."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import msgspec

from protocol.envelope import LIMITS
from protocol.messages import ClockAnswer, Delegation, Order, Programme, ReceiptAck
from protocol.names import Kind, UnitId

M = TypeVar("M", Programme, Order, ReceiptAck, Delegation, ClockAnswer)


@dataclass
class FakeDoorbell:
    """Records every ringing. `since = None` is the button for a broker that is gone: then nothing arrives."""

    since: datetime | None = None
    programmes: list[tuple[UnitId, bytes]] = field(default_factory=list)
    orders: list[tuple[tuple[UnitId, ...], bytes]] = field(default_factory=list)
    acks: list[tuple[UnitId, bytes]] = field(default_factory=list)
    delegations: list[bytes] = field(default_factory=list)
    answers: list[tuple[UnitId, bytes]] = field(default_factory=list)

    @property
    def connected_since(self) -> datetime | None:
        return self.since

    def programme(self, unit: UnitId, data: bytes) -> None:
        assert _read(data, Kind.PROGRAMME, Programme).unit == unit
        if self.since is not None:
            self.programmes.append((unit, data))

    def order(self, targets: Sequence[UnitId], data: bytes) -> None:
        assert targets, "an order for nobody"
        assert set(targets) <= set(_read(data, Kind.ORDER, Order).targets)
        if self.since is not None:
            self.orders.append((tuple(targets), data))

    def receipt_ack(self, unit: UnitId, data: bytes) -> None:
        assert _read(data, Kind.RECEIPT_ACK, ReceiptAck).unit == unit
        if self.since is not None:
            self.acks.append((unit, data))

    def delegation(self, data: bytes) -> None:
        _read(data, Kind.DELEGATION, Delegation)
        if self.since is not None:
            self.delegations.append(data)

    def clock_answer(self, unit: UnitId, data: bytes) -> None:
        assert _read(data, Kind.CLOCK_ANSWER, ClockAnswer).unit == unit
        if self.since is not None:
            self.answers.append((unit, data))

    def last_programme(self, unit: str) -> Programme:
        return [_read(data, Kind.PROGRAMME, Programme) for to, data in self.programmes if to == unit][-1]

    def last_order(self) -> Order:
        return _read(self.orders[-1][1], Kind.ORDER, Order)

    def all_orders(self) -> list[Order]:
        return [_read(data, Kind.ORDER, Order) for _, data in self.orders]

    def last_ack(self) -> ReceiptAck:
        return _read(self.acks[-1][1], Kind.RECEIPT_ACK, ReceiptAck)


def _read(data: bytes, kind: Kind, expected: type[M]) -> M:
    assert isinstance(data, bytes)
    assert len(data) <= LIMITS[kind]
    head, payload = data.split(b"\n", 1)
    assert msgspec.json.decode(head)["kind"] == kind
    return msgspec.json.decode(payload, type=expected)
