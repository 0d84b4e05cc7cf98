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

ID = r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?"
ID_PATTERN = rf"^{ID}\Z"
"""Identifiers are DNS-label shaped: they stand in topics, file names and addresses without escaping.

A pattern ends with `\\Z`, because `$` would let a newline at the end pass.
"""

Commune = Annotated[CommuneId, Meta(pattern=ID_PATTERN)]
Unit = Annotated[UnitId, Meta(pattern=ID_PATTERN)]
Broadcast = Annotated[BroadcastId, Meta(pattern=ID_PATTERN)]
OrderName = Annotated[OrderId, Meta(pattern=ID_PATTERN)]
Journal = Annotated[str, Meta(pattern=ID_PATTERN)]
Clip = Annotated[ClipHash, Meta(pattern=r"^[0-9a-f]{64}\Z")]


class Kind(StrEnum):
    """What a signed message is; part of the signed bytes, so that one kind can never be taken for another."""

    PROGRAMME = "programme"
    ORDER = "order"
    RECEIPT_ACK = "receipt-ack"
    DELEGATION = "delegation"
    CLOCK_ANSWER = "clock-answer"
    RECEIPT = "receipt"
    STATE = "state"
    CLOCK_QUESTION = "clock-question"


class Role(StrEnum):
    """What a key may sign.

    The root key is kept off line and signs one thing only: which keys the others are, and within which caps. The
    schedule key is on line; the emergency key is locked until a person unlocks it; each unit has its own.
    """

    ROOT = "root"
    SCHEDULE = "schedule"
    EMERGENCY = "emergency"
    UNIT = "unit"


class ClockTrust(StrEnum):
    """How far a unit believes its clock. Only a trusted clock starts routine and priority broadcasts."""

    UNKNOWN = "unknown"
    ESTIMATED = "estimated"
    TRUSTED = "trusted"


class ClockSource(StrEnum):
    """What a unit's belief in its clock rests on."""

    NETWORK = "network"  # the machine's time service (chrony, systemd-timesyncd) says that it is synchronised
    CONTROLLER = "controller"  # the controller answered this unit's own nonce with a signed time
    HOLDOVER = "holdover"  # counted on by the monotonic clock since one of the two


class DiskHealth(StrEnum):
    """Whether a unit can write down what it does. Without that it begins nothing but a fresh emergency."""

    OK = "ok"
    FULL = "full"
    READ_ONLY = "read-only"
    FAILED = "failed"


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
    DISK_READ_ONLY = "disk-read-only"  # the card went read-only: no clip can be put on it
    DISK_FAILED = "disk-failed"  # the card gives read or write errors
    MEMORY_FAILED = "memory-failed"  # the unit could not write down that it was about to begin
    QUIET_HOURS = "quiet-hours"  # it would have sounded outside the hours that this unit allows
    TOO_LONG = "too-long"
    KEY_REVOKED = "key-revoked"  # the key that asked for it is not trusted any more
    DATA_BUDGET = "data-budget"  # the month's mobile data is used up


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
    EPOCH = "epoch"
    REPLAYED = "replayed"
    TOO_EARLY = "too-early"
    EXPIRED = "expired"
    CAPS = "caps"
    OUTRANKED = "outranked"
