r"""The signed envelope: two lines of JSON, of which the second is exactly the bytes that were signed.

    {"loalang":1,"kind":"programme","key":"<key id>","sig":"<base64url>"}\n{...payload...}

The signature is Ed25519 over the context prefix `loalang-v1\n<kind>\n` followed by the payload bytes as sent: nothing
is re-serialised before verifying, and a message of one kind cannot be presented as another.

Checks run in this order and the first failure is the verdict: size, parse, known features, key known, role allowed for
kind and class, signature, commune, target. What needs memory (unseen version or id) or a clock (time window) is the
receiver's next step, in `edge.core` and `controller.services`.
"""

from typing import TypeVar

import msgspec

from protocol.keys import Keyring, SigningKey, VerifyKey, decode_bytes, encode_bytes
from protocol.messages import (
    UNDERSTOOD,
    ClockAnswer,
    ClockQuestion,
    Delegation,
    Order,
    Play,
    Programme,
    ReceiptAck,
    ReceiptBatch,
    UnitState,
)
from protocol.names import CommuneId, Kind, Refusal, Role, UnitId
from schedules.vocabulary import BroadcastClass

Down = Programme | Order | ReceiptAck | ClockAnswer
Up = ReceiptBatch | UnitState | ClockQuestion
Message = Down | Up | Delegation
D = TypeVar("D", Programme, Order, ReceiptAck, ClockAnswer)
U = TypeVar("U", ReceiptBatch, UnitState, ClockQuestion)

LIMITS = {
    Kind.PROGRAMME: 512 * 1024,
    Kind.ORDER: 384 * 1024,
    Kind.RECEIPT_ACK: 2 * 1024,
    Kind.DELEGATION: 8 * 1024,
    Kind.CLOCK_ANSWER: 2 * 1024,
    Kind.RECEIPT: 64 * 1024,
    Kind.STATE: 16 * 1024,
    Kind.CLOCK_QUESTION: 2 * 1024,
}
"""The largest envelope of each kind, in bytes. A longer one is not even parsed."""
LARGEST = max(LIMITS.values())
LARGEST_HEADER = 1024

_KINDS: dict[type[Message], Kind] = {
    Programme: Kind.PROGRAMME,
    Order: Kind.ORDER,
    ReceiptAck: Kind.RECEIPT_ACK,
    Delegation: Kind.DELEGATION,
    ClockAnswer: Kind.CLOCK_ANSWER,
    ReceiptBatch: Kind.RECEIPT,
    UnitState: Kind.STATE,
    ClockQuestion: Kind.CLOCK_QUESTION,
}
_DESK = frozenset({Role.SCHEDULE, Role.EMERGENCY})


class Refused(Exception):
    """A message was not believed. `reason` says why, for the log, the state report and the receipt."""

    def __init__(self, reason: Refusal, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


class _Header(msgspec.Struct, frozen=True, kw_only=True):
    loalang: int
    kind: Kind
    key: str
    sig: str


def seal(message: Message, key: SigningKey) -> bytes:
    """Return the envelope of a message, signed; `ValueError` when it would exceed the limit of its kind."""
    kind = _KINDS[type(message)]
    payload = msgspec.json.encode(message)
    header = _Header(loalang=1, kind=kind, key=key.id, sig=encode_bytes(key.sign(_signed(kind, payload))))
    data = msgspec.json.encode(header) + b"\n" + payload
    if len(data) > LIMITS[kind]:
        raise ValueError(f"a {kind} of {len(data)} bytes is over the limit of {LIMITS[kind]}")
    return data


def open_down(data: bytes, expected: type[D], keys: Keyring, commune: CommuneId, unit: UnitId) -> tuple[D, VerifyKey]:
    """Return the verified message that the controller addressed to this unit, and who signed it; else `Refused`."""
    message, key = _open(data, expected, keys)
    if message.commune != commune:
        raise Refused(Refusal.COMMUNE, message.commune)
    if unit not in _targets(message):
        raise Refused(Refusal.TARGET)
    return message, key


def open_delegation(data: bytes, root: VerifyKey, commune: CommuneId) -> Delegation:
    """Return the verified delegation of this commune's root key; `Refused` otherwise."""
    message, _ = _open(data, Delegation, Keyring([root]))
    if message.commune != commune:
        raise Refused(Refusal.COMMUNE, message.commune)
    return message


def keyring_of(delegation: Delegation | None) -> Keyring:
    """Return the keys that a unit with this delegation believes; none at all without one."""
    keys = () if delegation is None else delegation.keys
    return Keyring(VerifyKey(key.role, decode_bytes(key.public, 32)) for key in keys)


def kind_of(data: bytes) -> Kind:
    """Return what an envelope says that it is, unverified: to sort files of a stick; `Refused` when it is none."""
    head, newline, _ = data[: LARGEST_HEADER + 1].partition(b"\n")
    if not newline:
        raise Refused(Refusal.MALFORMED, "no envelope header")
    return _decode(head, _Header).kind


def open_up(data: bytes, expected: type[U], keys: Keyring, commune: CommuneId, unit: UnitId) -> U:
    """Return the verified message that this unit sent, by its topic and its own key; `Refused` otherwise."""
    message, key = _open(data, expected, keys)
    if message.commune != commune:
        raise Refused(Refusal.COMMUNE, message.commune)
    if not message.unit == unit == key.unit:
        raise Refused(Refusal.TARGET, message.unit)
    return message


def _targets(message: Down) -> tuple[UnitId, ...]:
    return message.targets if isinstance(message, Order) else (message.unit,)


M = TypeVar("M", Programme, Order, ReceiptAck, ClockAnswer, Delegation, ReceiptBatch, UnitState, ClockQuestion)


def _open(data: bytes, expected: type[M], keys: Keyring) -> tuple[M, VerifyKey]:
    kind = _KINDS[expected]
    header, payload = _split(data, kind)
    message = _decode(payload, expected)
    must: tuple[str, ...] = getattr(message, "must", ())
    if not set(must) <= UNDERSTOOD:
        raise Refused(Refusal.UNSUPPORTED, ",".join(must))
    key = keys.get(header.key)
    if key is None:
        raise Refused(Refusal.UNKNOWN_KEY, header.key[:16])
    if key.role not in allowed_roles(message):
        raise Refused(Refusal.ROLE, key.role)
    if not key.verifies(_signature(header.sig), _signed(kind, payload)):
        raise Refused(Refusal.SIGNATURE)
    return message, key


def allowed_roles(message: Message) -> frozenset[Role]:
    """Return the roles whose keys may sign this message: an emergency needs the emergency key, wherever it stands."""
    if isinstance(message, Delegation):
        return frozenset({Role.ROOT})
    if isinstance(message, ReceiptBatch | UnitState | ClockQuestion):
        return frozenset({Role.UNIT})
    if isinstance(message, ReceiptAck | ClockAnswer):
        return _DESK
    return frozenset({Role.EMERGENCY}) if BroadcastClass.EMERGENCY in _classes(message) else _DESK


def _classes(message: Programme | Order) -> set[BroadcastClass]:
    if isinstance(message, Programme):
        return {broadcast.class_ for broadcast in message.broadcasts}
    inner = {message.act.broadcast.class_} if isinstance(message.act, Play) else set()
    return {message.class_} | inner


def _split(data: bytes, kind: Kind) -> tuple[_Header, bytes]:
    if len(data) > LIMITS[kind]:
        raise Refused(Refusal.SIZE, f"{len(data)} bytes")
    head, newline, payload = data.partition(b"\n")
    if not newline or len(head) > LARGEST_HEADER:
        raise Refused(Refusal.MALFORMED, "no envelope header")
    header = _decode(head, _Header)
    if header.loalang != 1:
        raise Refused(Refusal.UNSUPPORTED, f"envelope {header.loalang}")
    if header.kind is not kind:
        raise Refused(Refusal.MALFORMED, f"{header.kind} where {kind} belongs")
    return header, payload


S = TypeVar("S", bound=msgspec.Struct)


def _decode(data: bytes, type_: type[S]) -> S:
    try:
        return msgspec.json.decode(data, type=type_)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Refused(Refusal.MALFORMED, str(error)[:200]) from error


def _signature(text: str) -> bytes:
    try:
        return decode_bytes(text, 64)
    except ValueError as error:
        raise Refused(Refusal.MALFORMED, "signature") from error


def _signed(kind: Kind, payload: bytes) -> bytes:
    return b"loalang-v1\n" + kind.encode() + b"\n" + payload
