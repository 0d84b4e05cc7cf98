"""The MQTT topics, built and read in one place. `<unit>` and `<commune>` never contain a wildcard or a slash."""

import re
from dataclasses import dataclass
from enum import StrEnum

from protocol.names import ID, CommuneId, UnitId

VERSION = "v1"


class Leaf(StrEnum):
    """The last part of a unit's topic; what each carries stands in docs/protocol.md."""

    PROGRAMME = "programme"
    ORDER = "order"
    RECEIPT = "receipt"
    RECEIPT_ACK = "receipt-ack"
    CLOCK_QUESTION = "clock-question"
    CLOCK_ANSWER = "clock-answer"
    HELD = "held"
    STATE = "state"
    AVAILABILITY = "availability"


UP = frozenset({Leaf.RECEIPT, Leaf.STATE, Leaf.AVAILABILITY, Leaf.CLOCK_QUESTION, Leaf.HELD})
"""Leaves that a unit writes and the controller reads."""
DOWN = frozenset({Leaf.PROGRAMME, Leaf.ORDER, Leaf.RECEIPT_ACK, Leaf.CLOCK_ANSWER})
"""Leaves that the controller writes and one unit reads."""
RETAINED = frozenset({Leaf.PROGRAMME, Leaf.STATE, Leaf.AVAILABILITY})
"""Leaves whose last message the broker keeps for the next subscriber. Orders and receipts never are.

Beside them the commune's delegation (`delegation_topic`) is kept, so that a new unit finds it.
"""

ONLINE = b"online"
OFFLINE = b"offline"
"""The payloads of `availability`; the second is the last will. A hint only: the signed state is the evidence."""


@dataclass(frozen=True, slots=True)
class UnitTopic:
    """One topic of one unit, as read from its name."""

    commune: CommuneId
    unit: UnitId
    leaf: Leaf


def root(commune: CommuneId) -> str:
    """Return the prefix of every topic of a commune, without a trailing slash."""
    return f"loalang/{VERSION}/{commune}"


def unit_topic(commune: CommuneId, unit: UnitId, leaf: Leaf) -> str:
    """Return the name of one topic of one unit."""
    return f"{root(commune)}/unit/{unit}/{leaf}"


def orders_topic(commune: CommuneId) -> str:
    """Return the topic of orders with several targets."""
    return f"{root(commune)}/orders"


def delegation_topic(commune: CommuneId) -> str:
    """Return the topic of the commune's delegation: which keys its root key authorises."""
    return f"{root(commune)}/delegation"


def every_unit(commune: CommuneId, leaf: Leaf) -> str:
    """Return the filter that the controller subscribes to for one leaf of all units."""
    return f"{root(commune)}/unit/+/{leaf}"


_UNIT_TOPIC = re.compile(rf"^loalang/{VERSION}/(?P<commune>{ID})/unit/(?P<unit>{ID})/(?P<leaf>[a-z-]+)$")


def read_unit_topic(topic: str) -> UnitTopic | None:
    """Return what a topic names, or None when it is not a unit's topic of this version."""
    match = _UNIT_TOPIC.fullmatch(topic)
    if match is None or match["leaf"] not in set(Leaf):
        return None
    return UnitTopic(CommuneId(match["commune"]), UnitId(match["unit"]), Leaf(match["leaf"]))
