"""The vocabulary of the wire: identifiers and closed word lists, so that no bare `str` travels between rooms."""

from enum import StrEnum
from typing import Annotated, NewType

from msgspec import Meta

CommuneId = NewType("CommuneId", str)
UnitId = NewType("UnitId", str)
BroadcastId = NewType("BroadcastId", str)
OrderId = NewType("OrderId", str)
ClipHash = NewType("ClipHash", str)
KeyId = NewType("KeyId", str)

ID_PATTERN = r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$"
"""Identifiers are DNS-label shaped: they stand in topics, file names and addresses without escaping."""

Commune = Annotated[CommuneId, Meta(pattern=ID_PATTERN)]
Unit = Annotated[UnitId, Meta(pattern=ID_PATTERN)]
Broadcast = Annotated[BroadcastId, Meta(pattern=ID_PATTERN)]
OrderName = Annotated[OrderId, Meta(pattern=ID_PATTERN)]
Journal = Annotated[str, Meta(pattern=ID_PATTERN)]
Clip = Annotated[ClipHash, Meta(pattern=r"^[0-9a-f]{64}$")]


class Kind(StrEnum):
    """What a signed message is; part of the signed bytes, so that one kind can never be taken for another."""

    PROGRAMME = "programme"
    ORDER = "order"
    RECEIPT_ACK = "receipt-ack"
    RECEIPT = "receipt"
    STATE = "state"


class Role(StrEnum):
    """What a key may sign. The schedule key is on line; the emergency key is held back; each unit has its own."""

    SCHEDULE = "schedule"
    EMERGENCY = "emergency"
    UNIT = "unit"


class ClockTrust(StrEnum):
    """How far a unit believes its clock. Only a trusted clock starts routine and priority broadcasts."""

    UNKNOWN = "unknown"
    ESTIMATED = "estimated"
    TRUSTED = "trusted"


class Stage(StrEnum):
    """How far a broadcast, or an order, came at one unit. Said only on evidence."""

    STORED = "stored"  # every clip is on the unit's disk and its hash was checked
    STARTED = "started"  # the first sample left
    INTERRUPTED = "interrupted"  # sound stopped before the end: played_ms of of_ms so far
    RESUMED = "resumed"  # sound goes on from the beginning of the item that was cut
    FINISHED = "finished"  # the last sample left: played_ms of of_ms
    SKIPPED = "skipped"  # will never sound at this unit, for the reason given
    FAILED = "failed"  # tried and could not, for the reason given
    APPLIED = "applied"  # an order was carried out
    REFUSED = "refused"  # an authentic message was not carried out, for the reason given


class Reason(StrEnum):
    """Why something did not sound, or not to its end. The desk puts each into the officer's words."""

    LATE = "late"
    CLIP_MISSING = "clip-missing"
    CLOCK_UNTRUSTED = "clock-untrusted"
    CANCELLED = "cancelled"
    STOPPED = "stopped"
    PREEMPTED = "preempted"
    RESTARTED = "restarted"
    SOUND_FAILED = "sound-failed"
    RELAY_FAILED = "relay-failed"
    RELAY_LIMIT = "relay-limit"
    UNREADABLE_CLIP = "unreadable-clip"
    DISK_FULL = "disk-full"


class Refusal(StrEnum):
    """Why a message was not believed or not obeyed. Checks run in the order of this list."""

    SIZE = "size"
    MALFORMED = "malformed"
    UNSUPPORTED = "unsupported"
    UNKNOWN_KEY = "unknown-key"
    ROLE = "role"
    SIGNATURE = "signature"
    COMMUNE = "commune"
    TARGET = "target"
    REPLAYED = "replayed"
    TOO_EARLY = "too-early"
    EXPIRED = "expired"
    CAPS = "caps"
    OUTRANKED = "outranked"
