"""What a unit truly did, from what it left behind, against what it says that it did.

The simulated sound card writes each sound as a WAV file whose last sample is the last that was heard, and the
simulated relay writes every switch; both survive kill -9 at any instant. Receipts are claims. Times are aware UTC.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from protocol.messages import Receipt
from protocol.names import Stage

RATE = 48_000
BLOCK_MS = 60
"""A claim may be ahead of the file by no more than the block that was being written."""
_LAST = frozenset({Stage.FINISHED, Stage.INTERRUPTED, Stage.SKIPPED, Stage.FAILED})


@dataclass(frozen=True)
class Sound:
    """One sound that left: of which broadcast, when its first sample did, how much of it."""

    broadcast: str
    at: datetime
    ms: int


@dataclass(frozen=True)
class Evidence:
    sounds: tuple[Sound, ...]
    relay: tuple[tuple[datetime, str], ...]

    def of(self, broadcast: str) -> tuple[Sound, ...]:
        return tuple(sound for sound in self.sounds if sound.broadcast == broadcast)

    def heard_ms(self, broadcast: str) -> int:
        return sum(sound.ms for sound in self.of(broadcast))

    @property
    def relay_is_off(self) -> bool:
        return self.relay[-1][1] == "off"


def evidence(data: Path) -> Evidence:
    """What lies in the data folder of a simulated unit."""
    sounds = sorted((_sound(path) for path in (data / "sound").glob("*.wav")), key=lambda sound: sound.at)
    lines = [line.split() for line in (data / "relay.log").read_text("ascii").splitlines()]
    return Evidence(tuple(sounds), tuple((datetime.fromisoformat(line[0]), line[-1]) for line in lines))


def _sound(path: Path) -> Sound:
    data = path.read_bytes()
    begin = data.index(b"ICRD") + 8
    at = data[begin : begin + 32].rstrip(b"\0").decode("ascii")
    size = struct.unpack_from("<I", data, data.index(b"data") + 4)[0]
    return Sound(path.stem.split("-", 1)[1], datetime.fromisoformat(at), size // 2 * 1000 // RATE)


def judge(found: Evidence, receipts: Iterable[Receipt]) -> None:
    """Fail unless every promise about sound and claims holds: at most once, quiet, truth, complete and in order."""
    said = sorted(receipts, key=lambda receipt: receipt.number)
    assert [receipt.number for receipt in said] == list(range(1, len(said) + 1)), "receipts are missing or repeated"
    assert found.relay_is_off, found.relay[-1]
    for broadcast in {sound.broadcast for sound in found.sounds} | {each.broadcast for each in said if each.broadcast}:
        _judge_one(found, broadcast, [receipt for receipt in said if receipt.broadcast == broadcast])
    for sound in found.sounds:
        assert _is_on(found.relay, sound.at), f"{sound} with the relay off"


def _judge_one(found: Evidence, broadcast: str, said: Sequence[Receipt]) -> None:
    stages = [receipt.stage for receipt in said]
    assert len(found.of(broadcast)) <= 1 + stages.count(Stage.RESUMED), f"{broadcast} sounded again: {stages}"
    assert stages.count(Stage.STARTED) <= 1, f"{broadcast}: {stages}"
    assert stages.count(Stage.FINISHED) <= 1, f"{broadcast}: {stages}"
    if Stage.STARTED in stages:
        assert found.of(broadcast), f"{broadcast} is claimed to have begun, and nothing was heard"
    for receipt in said:
        if receipt.played_ms:
            heard = found.heard_ms(broadcast)
            assert receipt.played_ms <= heard + BLOCK_MS, f"{receipt} claims more than the {heard} ms that were heard"
    last = [each for each in stages if each in _LAST]
    assert last.count(Stage.SKIPPED) + last.count(Stage.FINISHED) + last.count(Stage.FAILED) <= 1, (
        f"{broadcast}: {stages}"
    )


def _is_on(relay: Sequence[tuple[datetime, str]], moment: datetime) -> bool:
    """Whether the relay was on then, by the clock that wrote both down; a step of that clock ends no interval."""
    ends = [at for at, _ in relay[1:]] + [datetime.max.replace(tzinfo=UTC)]
    return any(level == "on" and at <= moment <= max(end, at) for (at, level), end in zip(relay, ends, strict=True))


def is_settled(receipts: Iterable[Receipt], broadcast: str) -> bool:
    """Whether the last word on a broadcast has been said."""
    stages = [each.stage for each in sorted(receipts, key=lambda each: each.number) if each.broadcast == broadcast]
    return bool(stages) and stages[-1] in _LAST
